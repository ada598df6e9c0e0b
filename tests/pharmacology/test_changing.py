"""A person whose covariates change during a course, against the written-out equations handed on at the change."""

from __future__ import annotations

import numpy as np
import pytest

from ketaminder.pharmacology import Population, discover, simulate
from ketaminder.pharmacology.changing import Change, Stretch, follow_changing, person, stretches
from ketaminder.pharmacology.kinetics import exposures, exposures_of, follow
from ketaminder.pharmacology.model import Model
from ketaminder.pharmacology.population import typical_person
from ketaminder.terms import Dose, Drug, Patient, Route

from .reference import Array, Delivery, Slopes, bridge, integrate, otto

TWENTY_MINUTES = 1 / 3


def model(id_: str) -> Model:
    return next(one for one in discover() if one.id == id_)


def values(of: Model, weight: float) -> dict[str, float]:
    found = typical_person(of, Patient("somebody", weight_kg=weight))
    whole = {**found, **of.derive(found)}
    return {name: float(one[0]) for name, one in whole.items()}


def handed_on(
    slopes: Slopes, of: Model, size: int, given: list[Delivery], switch_h: float, times: Array
) -> tuple[Array, Array]:
    """Amounts before and after `switch_h`, at which 70 kg become 90: integrated in two parts.

    What runs on at the switch is delivered as the rest of it; what is there, as boluses.
    """
    before = integrate(slopes, values(of, 70), size, given, np.append(times[times < switch_h], switch_h))
    rest = [
        Delivery(one.compartment, one.mg * left / one.duration_h, 0.0, left)
        for one in given
        if 0 < (left := one.start_h + one.duration_h - switch_h) < one.duration_h
    ]
    rest += [
        Delivery(one.compartment, one.mg, one.start_h - switch_h, one.duration_h)
        for one in given
        if one.start_h >= switch_h
    ]
    held = [Delivery(place, float(mg), 0.0) for place, mg in enumerate(before[-1])]
    after = integrate(slopes, values(of, 90), size, [*held, *rest], times[times >= switch_h] - switch_h)
    return before[:-1], after


def test_a_change_in_the_middle_of_an_infusion_by_the_written_out_equations() -> None:
    of, times = model("otto_2021"), np.array([0.25, 0.5, 0.75, 1.0, 4.0, 24.0])
    dose = Dose(Drug.ESKETAMINE, Route.INTRAVENOUS, 10.0, 0.0, 1.0)
    following = person(of, Patient("somebody", weight_kg=70.0), [Change(0.5, weight_kg=90.0)], [dose])
    before, after = handed_on(otto, of, 5, [Delivery(0, 10.0, 0.0, 1.0)], 0.5, times)
    light, heavy = values(of, 70), values(of, 90)
    expected = [*(1000 * before[:, 0] / light["V1"]), *(1000 * after[:, 0] / heavy["V1"])]
    assert following(times).concentrations()["esketamine"][0] == pytest.approx(expected, rel=1e-8)
    metabolite = [*(1000 * before[:, 3] / light["Vn"]), *(1000 * after[:, 3] / heavy["Vn"])]
    assert following(times).concentrations()["noresketamine"][0] == pytest.approx(metabolite, rel=1e-8)


def test_depots_and_the_arm_vein_are_handed_on_too() -> None:
    """Muscle at 0 h, weight anew after twenty minutes, while both the muscle and the vein still differ from blood."""
    of, times = model("bridge_venous"), np.array([0.2, TWENTY_MINUTES, 0.5, 2.0, 12.0])
    dose = Dose(Drug.ESKETAMINE, Route.INTRAMUSCULAR, 25.0)
    following = person(of, Patient("somebody", weight_kg=70.0), [Change(TWENTY_MINUTES, weight_kg=90.0)], [dose])
    before, after = handed_on(bridge, of, 9, [Delivery(0, 25.0, 0.0)], TWENTY_MINUTES, times)
    expected = [*(1000 * before[:, 8] / values(of, 70)["V1"]), *(1000 * after[:, 8] / values(of, 90)["V1"])]
    assert following(times).concentrations()["esketamine"][0] == pytest.approx(expected, rel=1e-8)


def test_a_later_dose_has_the_area_of_the_later_clearance_by_hand() -> None:
    """Otto 2021: 95.2 x (90/70)^0.75 = 114.95 L/h at 90 kg, so 10 mg leave 10,000 / 114.95 = 86.99 ng.h/mL."""
    of = model("otto_2021")
    doses = [Dose(Drug.ESKETAMINE, Route.INTRAVENOUS, 10.0, start, 0.5) for start in (0.0, 1000.0)]
    following = person(of, Patient("somebody", weight_kg=70.0), [Change(500.0, weight_kg=90.0)], doses)
    areas = following(np.array([1000.0, 3000.0])).aucs()["esketamine"][0]
    assert areas[0] == pytest.approx(10_000 / 95.2, rel=1e-4)
    assert areas[1] - areas[0] == pytest.approx(86.99, rel=1e-4)


@pytest.mark.parametrize("id_", ["otto_2021", "perez_ruixo_2021", "simons_2022", "bridge_venous"])
def test_a_change_to_the_same_covariates_changes_nothing(id_: str) -> None:
    of = model(id_)
    claim = of.validity.claims[0]
    duration = 0.5 if claim.route is Route.INTRAVENOUS else 0.0
    doses = [Dose(claim.drug, claim.route, 28.0, start, duration) for start in (0.0, 30.0)]
    somebody = typical_person(of, Patient("somebody", age_years=45, weight_kg=70))
    times = np.array([0.1, 0.4, 1.0, 29.0, 30.2, 48.0])
    found = follow_changing(of, [Stretch(start, somebody) for start in (0.0, 0.2, 30.1)], doses, times)
    whole = follow(of, somebody, doses, times)
    for name, curve in whole.concentrations().items():
        assert found.concentrations()[name] == pytest.approx(curve, rel=1e-9)
        assert found.aucs()[name] == pytest.approx(whole.aucs()[name], rel=1e-9)


def test_exposures_from_a_later_start_count_from_it() -> None:
    """Long after the first, an equal dose in the same person has the same peak, time and area."""
    of, somebody = model("otto_2021"), Patient("somebody", weight_kg=70.0)
    doses = [Dose(Drug.ESKETAMINE, Route.INTRAVENOUS, 10.0, start, 0.5) for start in (0.0, 1000.0)]
    alone = exposures(of, typical_person(of, somebody), doses[:1])["esketamine"]
    later = exposures_of(person(of, somebody, [Change(2000.0, weight_kg=50.0)], doses), doses, 1000.0)["esketamine"]
    assert later.cmax_ng_per_mL == pytest.approx(alone.cmax_ng_per_mL, rel=1e-6)
    assert later.tmax_h == pytest.approx(alone.tmax_h, abs=1e-6)
    assert later.auc_24h_ng_h_per_mL == pytest.approx(alone.auc_24h_ng_h_per_mL, rel=1e-6)


def test_what_is_not_measured_anew_stays() -> None:
    somebody = Patient("somebody", age_years=40, weight_kg=70)
    found = stretches(somebody, [Change(200.0, age_years=41), Change(100.0, weight_kg=72)])
    assert [(start, who.age_years, who.weight_kg) for start, who in found] == [
        (0.0, 40, 70),
        (100.0, 40, 72),
        (200.0, 41, 72),
    ]


def test_virtual_people_stay_who_they_are_while_the_weight_changes() -> None:
    """Everybody's peak changes as the typical person's does: nobody is drawn anew."""
    of, somebody = model("otto_2021"), Patient("somebody", weight_kg=70.0)
    doses = [Dose(Drug.ESKETAMINE, Route.INTRAVENOUS, 10.0, start, 0.5) for start in (0.0, 500.0)]
    times = np.array([0.5, 500.5])
    found = simulate(of, somebody, doses, times, Population(200, 7), changes=[Change(400.0, weight_kg=70.0)])
    bands = found.analytes["esketamine"].curve.bands.values
    assert bands[:, 0] == pytest.approx(bands[:, 1], rel=1e-3)
