"""Doses in proportion, where no whole number of devices or no model says them."""

from __future__ import annotations

import pytest

from ketaminder.terms import Drug, Route
from ketaminder.trials.doses import given
from ketaminder.trials.undesigned import designed


def nasal(amount_mg: float) -> float:
    return given(amount_mg, "mg", drug=Drug.ESKETAMINE, route=Route.NASAL).block


@pytest.mark.parametrize(("amount_mg", "devices_mg"), [(70.0, 56.0), (14.0, 28.0), (100.0, 112.0), (400.0, 336.0)])
def test_a_nasal_dose_between_devices_is_in_proportion_to_the_nearest(amount_mg: float, devices_mg: float) -> None:
    """Two devices for 70 mg, one for 14, four for 100; more than twelve are taken as twelve."""
    assert nasal(amount_mg) == pytest.approx(amount_mg / devices_mg * nasal(devices_mg), rel=1e-5)


@pytest.mark.parametrize(
    ("dose", "amount", "unit"),
    [
        ("0.1, 0.2 or 0.5 mg/kg", 0.5, "mg/kg"),
        ("0.5 mg/kg (midazolam 0.045 mg/kg)", 0.5, "mg/kg"),
        ("56 to 84 mg", 84.0, "mg"),
        ("flexible", None, None),
    ],
)
def test_the_largest_dose_that_words_name(dose: str, amount: float | None, unit: str | None) -> None:
    found = designed({"drug": "ketamine", "dose": dose, "n_per_arm": {"active": 20}, "outcomes": []})
    treatment = found["arms"][0]["treatments"][0]
    assert (treatment["dose"], treatment.get("unit")) == (amount, unit)
