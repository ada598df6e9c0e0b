"""What changes exposure: the published ratios, by drug, route and analyte, and never by another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ketaminder.pharmacology.influence import Effect, effects, influences, known
from ketaminder.pharmacology.influence_report import COMMAND, report
from ketaminder.pharmacology.influenced import apart, with_clearance, without_cyp2b6
from ketaminder.pharmacology.kinetics import follow
from ketaminder.pharmacology.model import Pathway
from ketaminder.pharmacology.models import discover
from ketaminder.pharmacology.population import typical_person
from ketaminder.pharmacology.question import Scenario, answers, standing_in
from ketaminder.terms import Dose, Drug, Grade, Patient, Refused, Route

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
    ratios = [
        ratio for one in effects() for ratio in (one.cmax, one.auc, one.half_life, one.clearance) if ratio is not None
    ]
    assert len(known()) >= 10
    for ratio in ratios:
        assert ratio.value is not None or (ratio.low is not None and ratio.high is not None)
        low, high = ratio.low or ratio.value or 0.0, ratio.high or ratio.value or 0.0
        assert 0 < low <= (ratio.value or low) <= high


def test_the_page_is_what_is_published_today() -> None:
    assert PAGE.read_text(encoding="utf-8") == report(), f"stale: {COMMAND} > docs/reference/influences.md"
    assert all(one.by for one in effects())


def one_of(name: str, route: Route, source: str) -> Effect:
    (found,) = (
        one
        for one in effects()
        if (one.influence, one.route, one.citation.source.id) == (name, route, source)
        and one.analyte in ("ketamine", "esketamine")
    )
    return found


def test_clearance_and_availability_of_rifampicin_by_hand() -> None:
    """Peltoniemi 2012: by vein AUC 0.86, so clearance 1 / 0.86 = 1.163; by mouth 0.14, so F 0.14 x 1.163 = 0.163."""
    oral = apart(one_of("rifampicin", Route.ORAL, "peltoniemi-2012-rifampicin"))
    assert (oral.clearance, oral.availability) == pytest.approx((1.163, 0.163), abs=0.0005)
    vein = apart(one_of("rifampicin", Route.INTRAVENOUS, "peltoniemi-2012-rifampicin"))
    assert vein.clearance == pytest.approx(1.163, abs=0.0005)
    assert vein.availability is None
    assert apart(one_of("rifampicin", Route.INTRAVENOUS, "noppers-2011")).clearance == 1.13


def test_clearance_by_genotype_by_hand() -> None:
    """Li 2015: 40.6 and 21.6 over 68.1 L/h: 0.596 and 0.317."""
    for name, clearance in (("cyp2b6 *1/*6", 40.6), ("cyp2b6 *6/*6", 21.6)):
        found = apart(one_of(name, Route.SUBCUTANEOUS, "li-2015")).clearance
        assert found == pytest.approx(clearance / 68.1, abs=0.0005)


def test_a_dose_by_mouth_alone_tells_nothing_apart() -> None:
    found = apart(one_of("grapefruit juice", Route.ORAL, "peltoniemi-2012-grapefruit"))
    assert (found.clearance, found.availability) == (None, None)
    assert "no dose by vein" in str(found.how)


def test_clearance_is_followed_through_the_flow_that_stands_for_it() -> None:
    """All of the area of a dose by vein is dose over clearance: 10 mg / (95.2 L/h x 1.163) = 90.3 ng.h/mL at 70 kg."""
    model = next(one for one in discover() if one.id == "otto_2021")
    somebody = Patient("somebody", weight_kg=70.0)
    changed = with_clearance(model, typical_person(model, somebody), 1.163)
    assert changed is not None
    dose = Dose(Drug.ESKETAMINE, Route.INTRAVENOUS, 10.0, 0.0, 0.5)
    area = follow(model, changed, [dose], np.array([2000.0])).aucs()["esketamine"][0, 0]
    assert area == pytest.approx(10_000 / (95.2 * 1.163), rel=1e-3)


def test_clearance_that_blood_flow_limits_is_not_followed() -> None:
    flow_limited = {"ashraf_2018", "perez_ruixo_2021"}
    for model in discover():
        somebody, _ = standing_in(model, Patient("somebody"))
        found = with_clearance(model, typical_person(model, somebody), 1.0)
        assert (found is None) == (model.id in flow_limited), model.id


def test_cyp2b6_wholly_inactive_by_an_independent_implementation() -> None:
    """Ashraf 2018 by another's matrix exponentials: oral area 2.70 times without CYP2B6; ticlopidine reached 2.4."""
    scenario = Scenario((Dose(Drug.ESKETAMINE, Route.ORAL, 14.0),), Patient("somebody", weight_kg=70.0))
    (given,) = [one for one in answers(scenario) if one.model.id == "ashraf_2018"]
    (ticlopidine,) = [one for one in influences(["ticlopidine"], Drug.ESKETAMINE, Route.ORAL) if one.applied]
    found = without_cyp2b6(scenario, given, ticlopidine)
    assert found is not None
    fold = found["esketamine"].auc_24h_ng_h_per_mL / given.exposures["esketamine"].auc_24h_ng_h_per_mL
    assert fold == pytest.approx(2.70, abs=0.05)
    assert ticlopidine.effect.auc is not None
    assert 1 < (ticlopidine.effect.auc.value or 0) < fold


def test_an_inducer_says_nothing_of_an_inactive_enzyme() -> None:
    scenario = Scenario((Dose(Drug.ESKETAMINE, Route.ORAL, 14.0),), Patient("somebody", weight_kg=70.0))
    first = answers(scenario)[0]
    for one in influences(["rifampicin"], Drug.ESKETAMINE, Route.ORAL):
        assert without_cyp2b6(scenario, first, one) is None


def test_every_pathway_of_a_model_names_parameters_of_it() -> None:
    for model in discover():
        assert Pathway.LIVER in model.pathways
        for names in model.pathways.values():
            assert set(names) <= set(model.published)


def test_both_labels_of_the_nasal_spray_stand_apart() -> None:
    """The Philippine label was read; the sizes of the US label are recalled, and are not applied."""
    grades = {
        one.citation.source.id: one.citation.grade for one in effects() if one.citation.source.id.startswith("spravato")
    }
    assert grades == {"spravato-label-philippines": Grade.SECONDARY, "spravato-label-us-12.3": Grade.MEMORY}
