"""A simulation scenario read strictly: a closed form, no default unit, and no dose repaired."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from ketaminder.fhir.document import Element, parse
from ketaminder.pharmacology.dosing import DEVICE_MG, nasal_devices
from ketaminder.pharmacology.influence import Influence, influences, known
from ketaminder.pharmacology.question import AGE_YEARS, DOSE_MG, LATEST_H, MINUTES, WEIGHT_KG, Scenario
from ketaminder.pharmacology.validity import Sampling
from ketaminder.terms import Ancestry, Dose, Drug, Patient, Route, Sex

KEYS = (
    "drug",
    "route",
    "dose_mg",
    "duration_min",
    "repeat",
    "age_years",
    "weight_kg",
    "sex",
    "ancestry",
    "sampling",
    "population",
    "influences",
)
MOST_PEOPLE = 10_000
MOST_ADMINISTRATIONS = 600

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Asked:
    """A scenario, how many people its bands shall rest on (None asks for no bands), and what changes exposure."""

    scenario: Scenario
    population: int | None
    influences: tuple[Influence, ...]


def read(text: str) -> Asked:
    """The scenario in `text`.

    Raises:
        Refused: it is no JSON object of this form, or a value in it cannot be read safely.
    """
    document = _closed(parse(text))
    scenario = Scenario(_doses(document), _patient(document), _optional(document["sampling"], Sampling))
    return Asked(scenario, _population(document["population"]), _influences(document["influences"], scenario))


def _closed(document: Element) -> Element:
    if not isinstance(document.value, dict):
        raise Element(document.value, "scenario").refused("a JSON object with drug, route and dose_mg")
    scenario = Element(document.value, "scenario")
    for name in document.value:
        if name not in KEYS:
            raise Element(name, f"scenario.{name}").refused(f"one of {', '.join(KEYS)}")
    return scenario


def _doses(document: Element) -> tuple[Dose, ...]:
    drug, route = _one_of(document["drug"], Drug), _one_of(document["route"], Route)
    amount_mg = _number(document["dose_mg"], DOSE_MG, "mg of free base")
    hours = _duration_h(document["duration_min"], route)
    starts = _starts(document["repeat"])
    devices = amount_mg / DEVICE_MG if (drug, route) == (Drug.ESKETAMINE, Route.NASAL) else 1.0
    if devices * len(starts) > MOST_ADMINISTRATIONS:
        raise document["dose_mg"].refused(f"at most {MOST_ADMINISTRATIONS} administrations in one run")
    if (drug, route) == (Drug.ESKETAMINE, Route.NASAL):
        return tuple(device for start in starts for device in nasal_devices(amount_mg, start))
    return tuple(Dose(drug, route, amount_mg, start, hours) for start in starts)


def _duration_h(duration: Element, route: Route) -> float:
    if route is Route.INTRAVENOUS:
        return _number(duration, MINUTES, "minutes (0 is a bolus)") / 60
    if duration:
        raise duration.refused(f"no duration: only an intravenous dose has one, and this is {route}")
    return 0.0


def _starts(repeat: Element) -> tuple[float, ...]:
    """The first dose at 0 h and one at each time of `repeat`, which may name 0 again."""
    times = [_number(one, (0.0, LATEST_H), "hours") for one in repeat]
    for time in times:
        if times.count(time) > 1:
            raise Element(time, repeat.where).refused("each start time once")
    return tuple(sorted({0.0, *times}))


def _patient(document: Element) -> Patient:
    age, weight = document["age_years"], document["weight_kg"]
    return Patient(
        identifier="scenario",
        age_years=_number(age, AGE_YEARS, "years") if age else None,
        weight_kg=_number(weight, WEIGHT_KG, "kg") if weight else None,
        sex=_optional(document["sex"], Sex),
        ancestry=_optional(document["ancestry"], Ancestry),
    )


def _influences(element: Element, scenario: Scenario) -> tuple[Influence, ...]:
    for one in element:
        if one.text().lower() not in known():
            raise one.refused(f"one of {', '.join(known())}")
    first = scenario.doses[0]
    return influences([one.text().lower() for one in element], first.drug, first.route)


def _population(element: Element) -> int | None:
    if not element:
        return None
    required = f"a whole number of virtual people from 1 to {MOST_PEOPLE}"
    number = element.number()
    if number is None or number != int(number) or not 1 <= number <= MOST_PEOPLE:
        raise element.refused(required)
    return int(number)


def _one_of(element: Element, choices: type[Choice]) -> Choice:
    if not isinstance(element.value, str) or element.value not in set(choices):
        raise element.refused(f"one of {', '.join(choices)}")
    return choices(element.value)


def _optional(element: Element, choices: type[Choice]) -> Choice | None:
    return _one_of(element, choices) if element else None


def _number(element: Element, bounds: tuple[float, float], unit: str) -> float:
    low, high = bounds
    number = element.number()
    if number is None or not low <= float(number) <= high:
        raise element.refused(f"a number from {low:g} to {high:g}, in {unit}")
    return float(number)
