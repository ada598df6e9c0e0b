"""One person written out as sums of exponentials: against hand calculation and against matrix exponentials."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ketaminder.pharmacology import Model, nasal_devices
from ketaminder.pharmacology.alone import Alone, follow_alone
from ketaminder.pharmacology.engine import written
from ketaminder.pharmacology.kinetics import exposures, exposures_of, follow
from ketaminder.pharmacology.mammillary import by_rate
from ketaminder.pharmacology.model import Array, Input, Parameters
from ketaminder.pharmacology.models import discover
from ketaminder.pharmacology.population import typical_person
from ketaminder.terms import Dose, Drug, Patient, Refused, Route

MODELS = {model.id: model for model in discover()}
SOMEBODY = Patient("x", age_years=44.0, weight_kg=72.5)
HOURS = np.unique(np.concatenate([np.linspace(0, 1, 25), np.linspace(0, 48, 97)]))
ONE_COMPARTMENT = {"k10": np.array([0.7]), "V1": np.array([50.0])}
"""Half of a dose is gone after about an hour."""


def courses(model: Model) -> list[tuple[Drug, list[Dose]]]:
    """Two doses of each drug by each route, and two infusions into a vein, the second begun before the first ends."""
    found: list[tuple[Drug, list[Dose]]] = []
    for drug in model.enantiomers:
        for route in model.routes:
            if route is Route.NASAL:
                found.append((drug, [*nasal_devices(84), *nasal_devices(56, time_h=20.0)]))
                continue
            found.append((drug, [Dose(drug, route, 30.0), Dose(drug, route, 50.0, 3.0)]))
            if route is Route.INTRAVENOUS:
                found.append((drug, [Dose(drug, route, 30.0, 0.0, 0.67), Dose(drug, route, 50.0, 0.5, 1.0)]))
    return found


def close(found: dict[str, Array], expected: dict[str, Array]) -> None:
    assert set(found) == set(expected)
    for name, curve in expected.items():
        assert (np.abs(found[name] - curve) <= 1e-9 * (curve + 0.01 * curve.max())).all(), name


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_everybody_is_as_matrix_exponentials_say(model: Model) -> None:
    """By every route of every model, concentrations and areas come within a billionth."""
    typical = typical_person(model, SOMEBODY)
    for _, doses in courses(model):
        found, expected = follow_alone(model, typical, doses)(HOURS), follow(model, typical, doses, HOURS)
        close(found.parts(), expected.parts())
        close(found.concentrations(), expected.concentrations())
        close(found.aucs(), expected.aucs())


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_exposures_are_as_matrix_exponentials_say(model: Model) -> None:
    typical = typical_person(model, SOMEBODY)
    for _, doses in courses(model):
        found = exposures_of(follow_alone(model, typical, doses), doses)
        expected = exposures(model, typical, doses)
        for name, one in expected.items():
            assert found[name].cmax_ng_per_mL == pytest.approx(one.cmax_ng_per_mL, rel=1e-9)
            assert found[name].auc_24h_ng_h_per_mL == pytest.approx(one.auc_24h_ng_h_per_mL, rel=1e-9)
            assert found[name].tmax_h == pytest.approx(one.tmax_h, abs=2e-3)


def course_of(parameters: Parameters, amount_mg: float, start_h: float, duration_h: float) -> written.Written:
    given = Input("central", np.array([amount_mg]), start_h, np.array([duration_h]))
    found = written.written(by_rate(peripheral=0), parameters, [given])
    assert found is not None
    return found


def test_one_compartment_by_hand() -> None:
    """A e^-kt after a bolus, A (1 - e^-kT) e^-k(t-T) / (k T) after an infusion over T; their integrals likewise."""
    k, hours = 0.7, np.array([0.5, 1.0, 1.5, 3.0, 30.0])
    bolus, infused = course_of(ONE_COMPARTMENT, 40.0, 1.0, 0.0), course_of(ONE_COMPARTMENT, 40.0, 1.0, 0.5)
    left = [0.0, *(40 * math.exp(-k * (hour - 1)) for hour in hours[1:])]
    at_end = 40 * (1 - math.exp(-k * 0.5)) / (k * 0.5)
    behind = [0.0, 0.0, *(at_end * math.exp(-k * (hour - 1.5)) for hour in hours[2:])]
    assert bolus.mg(["central"], hours)[0] == pytest.approx(left, rel=1e-13, abs=1e-13)
    assert infused.mg(["central"], hours)[0] == pytest.approx(behind, rel=1e-13, abs=1e-13)
    areas = [0.0, *((40 - now) / k for now in left[1:])]
    lasting = [0.0, 0.0, *((40 - now) / k for now in behind[2:])]
    assert bolus.mg_h(["central"], hours)[0] == pytest.approx(areas, rel=1e-12, abs=1e-12)
    assert infused.mg_h(["central"], hours)[0] == pytest.approx(lasting, rel=1e-12, abs=1e-12)


def test_a_peak_is_found_to_the_hour_that_is_its_own() -> None:
    """Against a grid of a hundred thousandth of an hour: windows of several analytes meet at one hour."""
    model, dose = MODELS["bridge_venous"], Dose(Drug.KETAMINE, Route.INTRAVENOUS, 1.0)
    following = follow_alone(model, typical_person(model, SOMEBODY), [dose])
    hours = np.linspace(0.3, 1.0, 70_001)
    for name, curve in following(hours).concentrations().items():
        peak = exposures_of(following, [dose])[name]
        if peak.tmax_h > 0.3:
            assert peak.cmax_ng_per_mL == pytest.approx(curve.max(), rel=1e-9), name
            assert peak.tmax_h == pytest.approx(hours[curve[0].argmax()], abs=2e-3)


def test_before_anything_enters_there_is_exactly_nothing() -> None:
    typical, dose = typical_person(MODELS["otto_2021"], SOMEBODY), Dose(Drug.KETAMINE, Route.INTRAVENOUS, 35.0, 2.0)
    found = follow_alone(MODELS["otto_2021"], typical, [dose])(np.array([0.0, 1.0, 1.999]))
    assert all((curve == 0).all() for curve in (*found.parts().values(), *found.aucs().values()))


def test_a_course_of_thousands_of_doses_is_read_in_pieces() -> None:
    """Every hour for half a year, far beyond what is summed at once: a steady state by hand, A / (1 - e^-k)."""
    count, k = 4380, 0.7
    given = [Input("central", np.array([1.0]), float(hour), np.zeros(1)) for hour in range(count)]
    found = written.written(by_rate(peripheral=0), ONE_COMPARTMENT, given)
    assert found is not None
    hours = np.arange(count - 100.0, count)
    assert count * hours.size > written.TOGETHER
    assert found.mg(["central"], hours)[0] == pytest.approx(1 / (1 - math.exp(-k)), rel=1e-12)


@pytest.mark.parametrize("rate", [0.0, 1e-13])
def test_who_clears_nothing_or_next_to_nothing_is_left_to_the_solver(rate: float) -> None:
    given = [Input("central", np.ones(1), 0.0, np.zeros(1))]
    parameters = {"k10": np.array([rate]), "k12": np.ones(1), "k21": np.ones(1), "V1": np.ones(1)}
    assert written.written(by_rate(peripheral=1), parameters, given) is None


def test_equal_rates_of_one_arm_are_left_to_the_solver() -> None:
    """Simons 2022 has two places with one rate, which no modes can tell apart."""
    model = MODELS["simons_2022"]
    typical, dose = typical_person(model, SOMEBODY), Dose(Drug.KETAMINE, Route.INTRAVENOUS, 35.0, 0.0, 0.5)
    found, expected = follow_alone(model, typical, [dose])(HOURS), follow(model, typical, [dose], HOURS)
    assert not isinstance(found, Alone)
    assert all(np.array_equal(found.parts()[name], curve) for name, curve in expected.parts().items())


def test_times_that_descend_are_refused() -> None:
    typical, dose = typical_person(MODELS["otto_2021"], SOMEBODY), Dose(Drug.KETAMINE, Route.INTRAVENOUS, 35.0)
    following = follow_alone(MODELS["otto_2021"], typical, [dose])
    with pytest.raises(Refused, match="output times"):
        following(np.array([2.0, 1.0]))
