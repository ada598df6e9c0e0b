"""What was held against the models after they had been set: read with grade, kept apart, never used to set one."""

from __future__ import annotations

import math

import pytest

from ketaminder.pharmacology import Model, discover
from ketaminder.pharmacology.observations import Measure, Point, tried_later
from ketaminder.pharmacology.truth import Scored, Standing, scored, scored_later, tally
from ketaminder.pharmacology.truth_report import report
from ketaminder.terms import Grade

READ = {Grade.SOURCE, Grade.SECONDARY}


def found(paper: str, arm: str = "", analyte: str = "") -> list[Scored]:
    return [
        one
        for one in scored_later()
        if one.study.source.id == paper and one.arm.id.startswith(arm) and one.point.analyte.startswith(analyte)
    ]


def test_every_value_has_a_place_and_a_grade_and_a_model_that_claims_it() -> None:
    assert scored_later()
    for one in scored_later():
        assert one.arm.citation.locator
        assert one.arm.citation.grade in READ
        assert one.model is not None


def test_nothing_is_held_twice() -> None:
    """A point that the pack has is not tried again as if it were new."""

    def key(paper: str, point: Point) -> tuple[str, str, Measure, float, float]:
        return paper, point.analyte, point.measure, point.hour, point.value

    held = {key(one.study.source.id, one.point) for one in scored()}
    assert held.isdisjoint(key(one.study.source.id, one.point) for one in scored_later())


def test_no_model_that_answers_was_set_by_what_was_tried() -> None:
    ids = {model.id for model in discover()}
    assert all(set(arm.fitted) <= ids for study in tried_later() for arm in study.arms)
    assert not [one for one in scored_later() if one.standing is Standing.FITTED]


def test_both_scores_are_seen_and_neither_hides_the_other() -> None:
    page = report()
    for given, which in ((scored(), "all"), (scored_later(), "tried later: all")):
        reached = tally(given)
        assert f"| {which} counted values | {reached.papers} | {reached.values_within} of {reached.values} (" in page
    assert all(f"### {study.source.citation}" in page for study in tried_later())


def test_an_arm_that_is_missed_says_why() -> None:
    for one in scored_later():
        if one.standing is Standing.COUNTED and not one.within:
            assert one.arm.cause
            assert one.arm.cause in report()


def test_areas_that_follow_from_a_printed_clearance_by_hand() -> None:
    """Dose x available / clearance; Fanta's 95 L/h at 70 kg is 95 x 1.1^0.75 L/h at 77 kg."""
    clearance = 95 * 1.1**0.75
    by_mouth, metabolite = found("fanta-2015", "S-ketamine 0.25 mg/kg by mouth")
    assert by_mouth.point.value == pytest.approx(1000 * 0.08 * 0.25 * 77 / clearance, rel=1e-3)
    assert metabolite.point.value == pytest.approx(16.5 * by_mouth.point.value, rel=1e-3)
    (bolus,) = found("fanta-2015", "S-ketamine 0.125 mg/kg bolus")
    assert bolus.point.value == pytest.approx(1000 * 0.125 * 77 / clearance, rel=1e-3)
    s_half, r_half = found("hasan-2021", "racemic 5 mg over 30 min, areas")
    assert s_half.point.value == pytest.approx(2500 / (1.620 * 60), rel=1e-3)
    assert r_half.point.value == pytest.approx(2500 / (1.530 * 60), rel=1e-3)
    (racemate,) = found("clements-nimmo-1981")
    assert racemate.point.value == pytest.approx(250 / (1.7522 * 0.0109 * 60), rel=1e-3)
    infusion, nasal = found("spravato-label")
    assert infusion.point.value == pytest.approx(28_000 / 89, rel=1e-3)
    assert nasal.point.value == pytest.approx(0.48 * 84_000 / 89, rel=1e-3)


def test_folds_by_hand() -> None:
    """Otto 2021 clears 95.2 L/h at 70 kg. Of 84 mg nasal, Perez-Ruixo 2021 has 50.9% available and clears 109.1 L/h."""
    infusion, nasal = found("spravato-label")
    assert infusion.fold == pytest.approx(89 / 95.2, rel=2e-3)
    assert nasal.fold == pytest.approx((0.509 / 109.1) / (0.48 / 89), rel=5e-3)


def test_the_r_half_of_noppers_is_its_s_half() -> None:
    """Arterial S-ketamine and R-ketamine of one racemate come out alike there, and each is scored on its own points."""
    pack = {one.point.hour: one.simulated for one in scored() if one.arm.id == "racemate in three steps"}
    late = [one for one in found("kamp-2020-bja", analyte="arketamine") if one.point.hour > 2]
    assert [one.model and one.model.id for one in late] == ["noppers_2011"] * 5
    assert [one.simulated for one in late] == pytest.approx([pack[one.point.hour] for one in late], rel=1e-9)


def test_what_an_answer_says_of_a_miss_is_what_the_report_finds() -> None:
    """Published over simulated: R-norketamine between rate changes, and Fanta 2015 by mouth and after a bolus."""
    missed = [one for one in found("kamp-2020-bja", analyte="norarketamine") if one.standing is Standing.COUNTED]
    low, high = min(1 / one.fold for one in missed), max(1 / one.fold for one in missed)
    for model in (one.model for one in missed):
        assert f"{low:.1f} to {high:.1f} times as much" in said_by(model)
    by_mouth, metabolite, bolus = (1 / one.fold for one in found("fanta-2015"))
    ashraf = said_by(found("fanta-2015")[0].model)
    assert f"by mouth was {by_mouth:.2f} of" in ashraf
    assert f"norketamine {metabolite:.2f}, and the area after a bolus {bolus:.2f}." in ashraf
    tablets = found("yanagihara-2003")
    assert [round(1 / one.fold, 1) for one in tablets] == [1.5, 1.5]
    assert "half as high again" in said_by(tablets[0].model)
    half, whole = (1 / one.fold for one in found("hirlinger-1984"))
    assert f"{half:.1f} (0.5 mg/kg) and {whole:.1f} (1 mg/kg) of the peaks" in said_by(found("hirlinger-1984")[0].model)
    levels = sorted(1 / one.fold for one in found("emergency-intravenous"))
    assert len(levels) == 8
    assert f"were {levels[0]:.1f} to {levels[-1]:.1f} of what this model says" in ashraf


def said_by(model: Model | None) -> str:
    assert model is not None
    messages = [conflict.text for conflict in model.conflicts] + list(model.validity.by_route.values())
    return " ".join(map(str, messages))


def test_two_rows_of_perez_ruixo_table_4() -> None:
    rows = [one for one in found("perez-ruixo-2021") if one.standing is Standing.COUNTED]
    assert len(rows) == 6
    assert all(math.isclose(one.fold, 1, abs_tol=0.03) for one in rows)
