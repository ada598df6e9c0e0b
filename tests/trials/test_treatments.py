"""What the arms of a document are given: doses, units, routes and hours, by hand."""

from __future__ import annotations

from typing import Any

import pytest

from ketaminder.terms import Drug, Refused, Route
from ketaminder.trials.study import Dose, Kind, Way
from ketaminder.trials.treatments import kind, sessions, unsaid, way


def given(**said: Any) -> dict[str, Any]:
    return {"drug": "ketamine_racemic", "route": "iv_infusion", "dose": 0.5, "unit": "mg/kg", "times_h": [0]} | said


def one(weight_kg: float | None = None, **said: Any) -> Dose:
    (dose,) = sessions([given(**said)], weight_kg)
    return dose


@pytest.mark.parametrize(
    ("said", "mg_per_kg"),
    [
        ({}, 0.5),
        ({"dose": 35, "unit": "mg"}, 0.5),
        ({"dose": 500, "unit": "micrograms/kg"}, 0.5),
        ({"dose": 500, "unit": "ug/kg"}, 0.5),
        ({"dose": 500, "unit": "mcg/kg"}, 0.5),
        ({"dose": 35_000, "unit": "mcg"}, 0.5),
        ({"dose": 0.25, "unit": "mg/kg/h", "duration_h": 2}, 0.5),
        ({"dose": 0.25, "unit": "mg/kg/h"}, 0.25),
        ({"dose": 0.25, "unit": "mg/kg", "duration_h": 2}, 0.25),
        ({"dose": None, "dose_range": [0.2, 0.6]}, 0.4),
        ({"dose": None}, 0.5),
        ({"dose": None, "drug": "esketamine", "route": "intranasal"}, 56 / 70),
    ],
)
def test_an_amount_in_milligrams_per_kilogram(said: dict[str, Any], mg_per_kg: float) -> None:
    """A body of 70 kg where none is stated; a rate runs for the duration, or an hour."""
    assert one(**said).metabolite == pytest.approx(mg_per_kg, rel=1e-12)


def test_a_stated_weight_counts_for_milligrams_only() -> None:
    assert one(50.0, dose=35, unit="mg").metabolite == pytest.approx(0.7)
    assert one(50.0).metabolite == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("said", "minutes"), [({}, 40), ({"duration_h": 1.5}, 90), ({"duration_h": 0}, 0), ({"duration_h": 12}, 360)]
)
def test_how_long_an_infusion_is(said: dict[str, Any], minutes: int) -> None:
    """Forty minutes unless stated; six hours at most."""
    entered = one(**said).entered
    assert entered is not None
    assert entered.minutes == minutes


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"dose": -0.5}, r"dose: got -0.5; required: an amount, not below zero"),
        ({"dose": "0.5"}, r"dose: got .*0.5.*; required: a number or null"),
        ({"dose": True}, r"dose: got .*True.*; required: a number or null"),
        ({"dose": float("nan")}, r"dose: got .*nan.*; required: a number or null"),
        ({"unit": "mL"}, r"unit: got .*mL.*; required: mg or mg/kg"),
        ({"duration_h": -1}, r"duration_h: got -1.*; required: hours, none below zero"),
        ({"times_h": [], "rule": "weekly"}, r"rule: got .*weekly.*; required: an object"),
    ],
)
def test_what_cannot_be_a_dose_is_refused(said: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        sessions([given(**said)], None)


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ({"times_h": [72, 0]}, [0, 72]),
        ({"times_h": [], "rule": {"start_h": 24, "every_h": 48, "count": 3}}, [24, 72, 120]),
        ({"times_h": [], "rule": {"start_h": 24}}, [24]),
        ({"times_h": None}, [0]),
    ],
)
def test_when_doses_are_given(said: dict[str, Any], hours: list[float]) -> None:
    assert [dose.hour for dose in sessions([given(**said)], None)] == hours


@pytest.mark.parametrize(
    ("drug", "route", "found"),
    [
        ("esketamine", "intranasal", (Drug.ESKETAMINE, Route.NASAL)),
        ("S-ketamine", "iv_infusion", (Drug.ESKETAMINE, Route.INTRAVENOUS)),
        ("ketamine", "subcutaneous", (Drug.KETAMINE, Route.SUBCUTANEOUS)),
        ("ketamine", "intramuscular", (Drug.KETAMINE, Route.INTRAMUSCULAR)),
        ("ketamine", "sublingual", (Drug.KETAMINE, Route.SUBLINGUAL)),
        ("ketamine", "oral", (Drug.KETAMINE, Route.ORAL)),
    ],
)
def test_which_drug_by_which_route(drug: str, route: str, found: tuple[Drug, Route]) -> None:
    entered = one(drug=drug, route=route, dose=56, unit="mg").entered
    assert entered is not None
    assert (entered.drug, entered.route) == found


def test_a_tablet_of_extended_release_is_followed_by_no_model() -> None:
    assert one(route="oral_er", dose=120, unit="mg").entered is None


def test_two_devices_hold_fifty_six_milligrams() -> None:
    entered = one(drug="esketamine", route="intranasal", dose=56, unit="mg").entered
    assert entered is not None
    assert entered.devices == 2


def test_what_was_not_said_of_a_dose_is_said_once() -> None:
    spray = given(drug="esketamine", route="nasal spray", dose=None)
    assert unsaid([given(dose=None), given(dose=None), spray, given()]) == (
        "dose not stated: 0.5 mg/kg",
        "dose not stated: 56 mg",
    )


@pytest.mark.parametrize(
    ("arm", "drugs", "found"),
    [
        ({"id": "a"}, ["esketamine", "duloxetine"], Kind.KETAMINE),
        ({"id": "a"}, ["midazolam"], Kind.PSYCHOACTIVE),
        ({"id": "a"}, ["ECT"], Kind.ECT),
        ({"id": "a"}, ["saline"], Kind.PLACEBO),
        ({"id": "a"}, ["quetiapine XR"], Kind.ORAL),
        ({"id": "a", "role": "placebo"}, ["bittering agent"], Kind.PLACEBO),
        ({"id": "ketamine 0.5"}, [], Kind.KETAMINE),
    ],
)
def test_what_an_arm_is(arm: dict[str, Any], drugs: list[str], found: Kind) -> None:
    assert kind(arm, [{"drug": drug} for drug in drugs]) is found


@pytest.mark.parametrize(
    ("route", "found"),
    [
        ("nasal spray", Way.INTRANASAL),
        ("SC", Way.INJECTED),
        ("buccal tablet", Way.SWALLOWED),
        ("intravenous", Way.INTRAVENOUS),
        ("by pump", None),
    ],
)
def test_how_a_treatment_enters(route: str, found: Way | None) -> None:
    assert way([{"route": route}]) is found
