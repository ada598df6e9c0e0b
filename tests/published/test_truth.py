"""The models against everything published that we hold. Limits are what independent implementations reached."""

from __future__ import annotations

from pathlib import Path

import pytest

from ketaminder.pharmacology import discover
from ketaminder.pharmacology.observations import Measure, studies
from ketaminder.pharmacology.truth import (
    Scored,
    Standing,
    log_rms,
    mean_fold,
    scored,
    scored_hours,
    scored_later,
    tally,
)
from ketaminder.pharmacology.truth_report import COMMAND, report
from ketaminder.terms import Grade

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "truth.md"
READ = {Grade.SOURCE, Grade.SECONDARY}


def found(paper: str, arm: str = "", analyte: str = "") -> list[Scored]:
    return [
        one
        for one in scored()
        if one.study.source.id == paper and one.arm.id.startswith(arm) and one.point.analyte.startswith(analyte)
    ]


def test_the_page_is_what_the_models_say_today() -> None:
    assert PAGE.read_text(encoding="utf-8") == report(), f"stale: {COMMAND} > docs/reference/truth.md"


def test_nine_of_ten_values_and_eight_of_ten_arms_agree_over_twelve_arms_and_five_papers() -> None:
    reached = tally(scored())
    assert reached.papers >= 5
    assert reached.arms >= 12
    assert reached.values_within / reached.values >= 0.9
    assert reached.arms_within / reached.arms >= 0.8
    assert reached.arms_strictly_within / reached.arms >= 0.8


def test_every_value_has_a_place_a_grade_and_a_model_that_claims_it() -> None:
    for one in scored():
        assert one.arm.citation.locator
        assert one.arm.citation.grade in READ
        assert one.model is not None
        assert one.point.value > 0


def test_what_is_not_scored_says_why() -> None:
    for study in studies():
        assert study.source.citation
        assert study.arms or study.unscored
        assert all(arm.points or arm.peak_hours for arm in study.arms)
        for one in study.unscored:
            assert one.printed
            assert one.why
            assert one.citation.grade in READ


def test_a_value_used_in_fitting_is_never_counted() -> None:
    models = {model.id for model in discover()}
    fitted = [one for one in scored() if one.standing is Standing.FITTED]
    assert {one.study.source.id for one in fitted} == {"simons-2022", "ashraf-2018", "chong-2006", "otto-2021"}
    for study in studies():
        for arm in study.arms:
            assert set(arm.fitted) <= models
    assert tally(fitted).values == 0


def test_all_sixteen_rows_of_perez_ruixo_table_4() -> None:
    """Parent peaks and areas and metabolite peaks within 3%; metabolite areas 1.375 to 1.556 times the printed ones.

    Others gave the devices together with an averaged absorbed share; ours come 5 min apart: half a percent is allowed.
    """
    rows = found("perez-ruixo-2021")
    assert len({one.arm.id for one in rows}) == 16
    agreeing = [one for one in rows if one.standing is Standing.COUNTED]
    assert len(agreeing) == 48
    assert all(one.fold == pytest.approx(1, abs=0.03) for one in agreeing)
    disputed = [one for one in rows if one.standing is Standing.CONFLICT]
    assert {(one.point.analyte, one.point.measure) for one in disputed} == {("noresketamine", Measure.AREA)}
    assert min(one.fold for one in disputed) == pytest.approx(1.375, rel=0.005)
    assert max(one.fold for one in disputed) == pytest.approx(1.556, rel=0.005)


@pytest.mark.parametrize(
    ("paper", "arm", "analyte", "measure", "fold"),
    [
        ("zanos-2018", "racemic 0.5 mg/kg over 40 min", "ketamine", Measure.PEAK, 0.87),
        ("hasan-2021", "", "esketamine", Measure.PEAK, 0.80),
        ("simons-2022", "20 mg over 20 min", "esketamine", Measure.PEAK, 0.98),
        ("simons-2022", "50 mg film", "esketamine", Measure.AREA, 0.89),
        ("simons-2022", "50 mg film", "noresketamine", Measure.AREA, 0.94),
        ("simons-2022", "100 mg film", "esketamine", Measure.AREA, 1.12),
        ("simons-2022", "100 mg film", "noresketamine", Measure.AREA, 1.07),
        ("chong-2006", "racemic 25 mg by mouth", "ketamine", Measure.PEAK, 1.00),
        ("chong-2006", "racemic 25 mg by mouth", "norketamine", Measure.PEAK, 1.20),
        ("chong-2006", "racemic 25 mg by mouth", "ketamine", Measure.AREA, 0.75),
        ("chong-2006", "racemic 25 mg by mouth", "norketamine", Measure.AREA, 1.09),
        ("chong-2006", "racemic 25 mg under the tongue", "ketamine", Measure.PEAK, 0.88),
        ("chong-2006", "racemic 25 mg under the tongue", "norketamine", Measure.PEAK, 0.95),
        ("ashraf-2018", "0.2 mg/kg by mouth, 62 kg, observed", "esketamine", Measure.AREA, 0.99),
    ],
)
def test_folds_by_an_independent_implementation(
    paper: str, arm: str, analyte: str, measure: Measure, fold: float
) -> None:
    (one,) = (one for one in found(paper, arm) if (one.point.analyte, one.point.measure) == (analyte, measure))
    assert one.fold == pytest.approx(fold, abs=0.0051)


def test_digitised_courses_by_an_independent_implementation() -> None:
    """Log-RMS: Otto S-ketamine 0.14, S-norketamine 0.10 (fitted); Hasan over seven points 0.17."""
    assert log_rms(found("otto-2021", analyte="esketamine")) == pytest.approx(0.14, abs=0.006)
    assert log_rms(found("otto-2021", analyte="noresketamine")) == pytest.approx(0.10, abs=0.006)
    hasan = found("hasan-2021")
    assert len(hasan) == 7
    assert log_rms(hasan) == pytest.approx(0.17, abs=0.006)


def test_late_arterial_points_go_to_the_model_whose_data_reach_them() -> None:
    """Simons 2022 ends at 2 h; later Noppers (0.07 over these points), and for norketamine the bridge (0.07)."""
    for one in found("kamp-2020-bja"):
        late = "noppers_2011" if one.point.analyte == "esketamine" else "bridge_arterial"
        assert one.model is not None
        assert one.model.id == ("simons_2022" if one.point.hour <= 2 else late)
    between = [one for one in found("kamp-2020-bja") if one.standing is Standing.COUNTED]
    assert {one.point.hour for one in between} == {0.5, 2.5, 3.5, 4.0, 5.0}


def test_hours_of_peaks_by_an_independent_implementation_and_apart_from_every_exposure() -> None:
    """Film of 50 mg: S-ketamine 17.5 min, S-norketamine 61.5 min. Racemic 25 mg by mouth: 0.6 h; 0.96 h was seen."""
    hours = {(one.study.source.id, one.arm.id, one.point.analyte): one for one in scored_hours()}
    film, mouth = ("simons-2022", "50 mg film"), ("chong-2006", "racemic 25 mg by mouth")
    assert hours[*film, "esketamine"].simulated == pytest.approx(17.5 / 60, abs=0.005)
    assert hours[*film, "noresketamine"].simulated == pytest.approx(61.5 / 60, abs=0.01)
    assert hours[*mouth, "ketamine"].simulated == pytest.approx(0.6, abs=0.05)
    assert hours[*mouth, "ketamine"].standing is Standing.COUNTED
    assert {Standing.FITTED, Standing.COUNTED} == {one.standing for one in scored_hours()}
    assert not [one for one in (*scored(), *scored_later()) if one.point.measure is Measure.HOUR]
    missed = [one for one in scored_hours() if one.standing is Standing.COUNTED and not one.within]
    assert f"Within the span: {6 - len(missed)} of 6" in report()


def test_means_and_sizes_of_errors_by_hand() -> None:
    """Folds 0.87 and 0.71 of Zanos 2018: exp of the mean log 0.785; log-RMS sqrt((0.139^2 + 0.342^2) / 2) = 0.262."""
    given = found("zanos-2018")
    assert len(given) == 2
    assert mean_fold(given) == pytest.approx(0.786, abs=0.005)
    assert log_rms(given) == pytest.approx(0.262, abs=0.005)
    reached = tally(given)
    assert (reached.values, reached.values_within, reached.arms, reached.papers) == (2, 1, 2, 1)
