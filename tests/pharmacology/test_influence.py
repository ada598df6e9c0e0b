"""What changes exposure: the published ratios, by drug, route and analyte, and never by another."""

from __future__ import annotations

from pathlib import Path

import pytest

from ketaminder.pharmacology.influence import effects, influences, known
from ketaminder.terms import Drug, Grade, Refused, Route

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "influences.md"


@pytest.mark.parametrize(
    ("name", "route", "analyte", "cmax", "auc"),
    [
        # Hagelberg 2010, abstract; Peltoniemi 2011; Peltoniemi 2012 (three); SPRAVATO drug interactions
        ("clarithromycin", Route.ORAL, "esketamine", 3.6, 2.6),
        ("ticlopidine", Route.ORAL, "esketamine", None, 2.4),
        ("rifampicin", Route.ORAL, "esketamine", None, 1 - 0.86),
        ("grapefruit juice", Route.ORAL, "esketamine", 2.1, 3.0),
        ("st john's wort", Route.ORAL, "esketamine", 1 - 0.66, 1 - 0.58),
        ("st john's wort", Route.ORAL, "noresketamine", 1 - 0.23, 1 - 0.18),
        ("ticlopidine", Route.NASAL, "esketamine", 1.0, 1.29),
    ],
)
def test_the_ratio_that_the_study_prints_is_applied(
    name: str, route: Route, analyte: str, cmax: float | None, auc: float
) -> None:
    (one,) = (
        found.effect
        for found in influences([name], Drug.ESKETAMINE, route)
        if found.applied and found.effect.analyte == analyte
    )
    assert one.auc is not None
    assert one.auc.value == pytest.approx(auc)
    assert (one.cmax.value if one.cmax else None) == (None if cmax is None else pytest.approx(cmax))


def test_two_studies_of_rifampicin_by_vein_are_both_said() -> None:
    """Peltoniemi 2012: -14%; Noppers 2011: -10%."""
    found = influences(["rifampicin"], Drug.ESKETAMINE, Route.INTRAVENOUS)
    ratios = [one.effect.auc for one in found if one.applied and one.effect.analyte == "esketamine"]
    assert sorted(one.value or 0.0 for one in ratios if one) == pytest.approx([0.86, 0.90])


def test_another_route_is_named_and_not_carried_over() -> None:
    found = influences(["grapefruit juice"], Drug.ESKETAMINE, Route.NASAL)
    assert [(one.applied, str(one.why)) for one in found] == [
        (
            False,
            "Studied after esketamine by the oral route: not carried over to esketamine by the nasal route.",
        )
    ]


def test_the_racemate_takes_nothing_from_a_study_of_esketamine() -> None:
    assert not any(one.applied for one in influences(["clarithromycin"], Drug.KETAMINE, Route.ORAL))


def test_what_was_only_recalled_is_never_applied() -> None:
    found = influences(["moderate hepatic impairment"], Drug.ESKETAMINE, Route.NASAL)
    assert [(one.effect.citation.grade, one.applied) for one in found] == [(Grade.MEMORY, False)]
    assert str(found[0].why) == "Recalled and unverified: a caution, not applied."


def test_a_range_over_degrees_of_impairment_is_said_and_not_applied() -> None:
    (found,) = influences(["renal impairment"], Drug.ESKETAMINE, Route.NASAL)
    assert found.effect.auc is not None
    assert (found.effect.auc.low, found.effect.auc.high, found.applied) == (1.13, 1.36, False)


def test_influences_together_are_each_said_alone() -> None:
    found = influences(["clarithromycin", "ticlopidine"], Drug.ESKETAMINE, Route.ORAL)
    assert not any(one.applied for one in found)
    assert str(found[0].why) == "Several influences together were not studied: each is said alone."


def test_an_influence_of_which_nothing_is_published_is_refused() -> None:
    with pytest.raises(Refused, match="got 'aspirin'; required: one of clarithromycin"):
        influences(["aspirin"], Drug.ESKETAMINE, Route.ORAL)


def test_every_ratio_is_positive_and_lies_in_its_interval() -> None:
    ratios = [ratio for one in effects() for ratio in (one.cmax, one.auc, one.half_life) if ratio is not None]
    assert len(known()) >= 10
    for ratio in ratios:
        assert ratio.value is not None or (ratio.low is not None and ratio.high is not None)
        low, high = ratio.low or ratio.value or 0.0, ratio.high or ratio.value or 0.0
        assert 0 < low <= (ratio.value or low) <= high


def test_the_page_holds_every_effect_and_no_other() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][1:]
    expected = [
        f"| {one.influence} | {one.drug}, {one.route} | {one.analyte} | {_escaped(one.printed)} | "
        f"{_escaped(one.citation.source.citation)} | {one.citation.grade} |"
        for one in effects()
    ]
    assert sorted(rows) == sorted(expected)


def _escaped(text: str) -> str:
    return text.replace("*", r"\*")
