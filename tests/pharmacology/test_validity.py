"""Every claim of every model says so when a person, a dose or an infusion lies outside what was analysed."""

from __future__ import annotations

import math

import pytest

from ketaminder.pharmacology import Model, discover
from ketaminder.pharmacology.dosing import DEVICE_MG
from ketaminder.pharmacology.question import Scenario, answer
from ketaminder.pharmacology.validity import Claim, Range
from ketaminder.terms import Dose, Drug, Patient, Route

CLAIMED = [
    pytest.param(model, claim, id=f"{model.id}, {claim.drug} {claim.route} {claim.sampling}")
    for model in discover()
    for claim in model.validity.claims
]


def _warnings(model: Model, claim: Claim, age: float, weight: float, mg: float, minutes: float) -> str:
    hours = minutes / 60 if claim.route is Route.INTRAVENOUS else 0.0
    person = Patient("somebody", age_years=age, weight_kg=weight, ancestry=model.reference.get("ancestry"))  # type: ignore[arg-type]
    devices = int(mg / DEVICE_MG) if (claim.drug, claim.route) == (Drug.ESKETAMINE, Route.NASAL) else 1
    doses = (Dose(claim.drug, claim.route, mg / devices, 0.0, hours),) * devices
    scenario = Scenario(doses, person, claim.sampling)
    return "\n".join(map(str, answer(scenario, model, claim).warnings))


def _beyond(span: Range | None) -> float | None:
    return None if span is None or not math.isfinite(span.high) else span.high + 1


@pytest.mark.parametrize(("model", "claim"), CLAIMED)
def test_a_child_is_named(model: Model, claim: Claim) -> None:
    assert "Adults only: this person is 12 years old." in _warnings(model, claim, 12, 40, 28, 40)


@pytest.mark.parametrize(("model", "claim"), CLAIMED)
def test_an_age_and_a_weight_beyond_those_analysed_are_named(model: Model, claim: Claim) -> None:
    age, weight = _beyond(model.validity.age_years), _beyond(model.validity.weight_kg)
    said = _warnings(model, claim, age or 40, weight or 70, 28, 40)
    assert (f"outside what {model.title} analysed ({model.validity.age_years.printed})" in said) == (age is not None)
    assert (f"outside what {model.title} analysed ({model.validity.weight_kg.printed})" in said) == (weight is not None)


@pytest.mark.parametrize(("model", "claim"), CLAIMED)
def test_a_dose_beyond_those_analysed_is_named(model: Model, claim: Claim) -> None:
    mg = (claim.dose_mg.high if claim.dose_mg.stated else 0) + DEVICE_MG
    said = _warnings(model, claim, 25, 70, mg, 40)
    outside = f"outside what {model.title} analysed ({claim.dose_mg.printed})"
    assert (outside in said) == claim.dose_mg.stated
    unknown = f"A dose of {mg:g} mg: which doses {model.title} analysed is not stated in what was read."
    assert (unknown in said) != claim.dose_mg.stated


@pytest.mark.parametrize(("model", "claim"), [one for one in CLAIMED if one.values[1].route is Route.INTRAVENOUS])  # type: ignore[union-attr]
def test_an_infusion_longer_than_those_analysed_is_named(model: Model, claim: Claim) -> None:
    assert claim.infusion_min is not None
    minutes = _beyond(claim.infusion_min) or 40
    said = _warnings(model, claim, 25, 70, 20, minutes)
    outside = f"An infusion of {minutes:g} min is outside what {model.title} analysed ({claim.infusion_min.printed})."
    assert (outside in said) == claim.infusion_min.stated
    unknown = f"An infusion of {minutes:g} min: which infusion times {model.title} analysed is not stated in what was"
    assert (unknown in said) != claim.infusion_min.stated


@pytest.mark.parametrize(("model", "claim"), CLAIMED)
def test_a_factor_whose_range_nobody_stated_warns(model: Model, claim: Claim) -> None:
    said = _warnings(model, claim, 40, 70, 28, 40)
    unknown = f"which {model.title} analysed is not stated in what was read."
    assert (f"Age 40 years: {unknown}" in said) == (not model.validity.age_years.stated)
    assert (f"Body weight 70 kg: {unknown}" in said) == (not model.validity.weight_kg.stated)


def test_nothing_is_said_of_a_factor_that_is_not_given() -> None:
    model = next(one for one in discover() if one.id == "noppers_2011")
    claim = model.validity.claims[0]
    dose = Dose(claim.drug, claim.route, 28.0, 0.0, 1.0)
    warnings = answer(Scenario((dose,), Patient("nobody in particular")), model, claim).warnings
    assert not any("is not stated in what was read" in str(one) for one in warnings)
