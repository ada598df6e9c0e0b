"""All doses by one factor: against the larger doses followed themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ketaminder.pharmacology import Model, Population, simulate
from ketaminder.pharmacology.kinetics import inputs_of
from ketaminder.pharmacology.models import discover
from ketaminder.pharmacology.population import virtual_people
from ketaminder.pharmacology.proportion import in_proportion
from ketaminder.terms import Dose, Drug, Patient, Route

MODELS = {model.id: model for model in discover()}
SOMEBODY = Patient("x", age_years=44.0, weight_kg=72.5)
HOURS = np.linspace(0, 24, 25)


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_what_enters_is_in_proportion_to_the_dose(model: Model) -> None:
    """At the same hours, over the same times, into the same places, in everybody; nasal devices have one size."""
    people = virtual_people(model, SOMEBODY, 10, np.random.default_rng(1))
    for drug in model.enantiomers:
        for route in {*model.routes} - {Route.NASAL}:
            doses = [Dose(drug, route, 1.0), Dose(drug, route, 2.0, 5.0)]
            once = inputs_of(model, people, doses, 0.5)
            larger = inputs_of(model, people, [replace(one, amount_mg=8 * one.amount_mg) for one in doses], 0.5)
            for small, large in zip(once, larger, strict=True):
                assert (small.state, small.start_h) == (large.state, large.start_h)
                assert np.array_equal(small.duration_h, large.duration_h)
                assert large.amount_mg == pytest.approx(8 * small.amount_mg, rel=1e-15)


@pytest.mark.parametrize(("id_", "duration_h"), [("otto_2021", 0.67), ("bridge_venous", 0.0), ("ashraf_2018", 0.1)])
def test_a_larger_dose_followed_itself_says_the_same(id_: str, duration_h: float) -> None:
    dose = Dose(Drug.KETAMINE, Route.INTRAVENOUS, 1.0, 0.0, duration_h)
    larger = replace(dose, amount_mg=37.5)
    found = in_proportion(simulate(MODELS[id_], SOMEBODY, [dose], HOURS, Population(200, 3)), 37.5)
    expected = simulate(MODELS[id_], SOMEBODY, [larger], HOURS, Population(200, 3))
    assert found.doses == expected.doses
    for name, analyte in expected.analytes.items():
        same = found.analytes[name]
        assert same.curve.typical == pytest.approx(analyte.curve.typical, rel=1e-9)
        assert same.curve.bands.values == pytest.approx(analyte.curve.bands.values, rel=1e-8, abs=1e-9)
        assert same.exposure.cmax_ng_per_mL == pytest.approx(analyte.exposure.cmax_ng_per_mL, rel=1e-9)
        assert same.exposure.tmax_h == pytest.approx(analyte.exposure.tmax_h, abs=2e-3)
        assert same.exposure.auc_24h_ng_h_per_mL == pytest.approx(analyte.exposure.auc_24h_ng_h_per_mL, rel=1e-9)


def test_occupancy_saturates_and_does_not_follow_in_proportion() -> None:
    """Quantiles between two people lie on a bent line: of 200 people they differ by less than a thousandth."""
    dose = Dose(Drug.KETAMINE, Route.INTRAVENOUS, 1.0, 0.0, 0.67)
    found = in_proportion(simulate(MODELS["otto_2021"], SOMEBODY, [dose], HOURS, Population(200, 3)), 50.0)
    expected = simulate(MODELS["otto_2021"], SOMEBODY, [replace(dose, amount_mg=50.0)], HOURS, Population(200, 3))
    for same, one in zip(found.occupancy, expected.occupancy, strict=True):
        assert same.curve.typical == pytest.approx(one.curve.typical, rel=1e-9)
        assert same.typical_in_vitro == pytest.approx(one.typical_in_vitro, rel=1e-9)
        assert same.curve.bands.values == pytest.approx(one.curve.bands.values, rel=1e-3, abs=1e-9)
