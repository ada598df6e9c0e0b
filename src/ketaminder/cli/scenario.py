"""A simulation scenario read strictly: a closed form, no default unit, and no dose repaired."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from ketaminder.fhir.document import Element, parse
from ketaminder.pharmacology.adults import Adults, known_adults
from ketaminder.pharmacology.changing import Change
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
    "population_of",
    "measured",
    "influences",
    "acute",
)
MEASURED = ("time_h", "age_years", "weight_kg")
MOST_PEOPLE = 1_000_000
MOST_ADMINISTRATIONS = 600

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Asked:
    """A scenario, and what shall be said of it.

    Attributes:
        dose_mg, starts_h: what is given at each start.
        population: how many people the bands shall rest on; None asks for no bands.
        adults: the population of which these people are; None gives them the covariates of the scenario.
        influences: what changes exposure.
        acute: whether the effects in the hours of the first session are asked for.
    """

    scenario: Scenario
    population: int | None
    influences: tuple[Influence, ...]
    adults: Adults | None
    acute: bool
    dose_mg: float
    starts_h: tuple[float, ...]


def read(text: str) -> Asked:
    """The scenario in `text`.

    Raises:
        Refused: it is no JSON object of this form, or a value in it cannot be read safely.
    """
    document = _closed(parse(text))
    scenario = Scenario(
        _doses(document),
        _patient(document),
        _optional(document["sampling"], Sampling),
        _changes(document["measured"]),
    )
    return Asked(
        scenario,
        _population(document["population"]),
        _influences(document["influences"], scenario),
        _adults(document),
        document["acute"].flag() is True,
        _amount_mg(document["dose_mg"]),
        _starts(document["repeat"]),
    )


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
    amount_mg = _amount_mg(document["dose_mg"])
    hours = _duration_h(document["duration_min"], route)
    starts = _starts(document["repeat"])
    devices = amount_mg / DEVICE_MG if (drug, route) == (Drug.ESKETAMINE, Route.NASAL) else 1.0
    if devices != round(devices) or not devices:
        raise document["dose_mg"].refused(f"a whole number of {DEVICE_MG:g}-mg nasal devices, in mg")
    if devices * len(starts) > MOST_ADMINISTRATIONS:
        given = f"{devices:g} at each of {len(starts)} starts"
        raise Element(given, "scenario.repeat").refused(f"at most {MOST_ADMINISTRATIONS} administrations in one run")
    if (drug, route) == (Drug.ESKETAMINE, Route.NASAL):
        return tuple(device for start in starts for device in nasal_devices(amount_mg, start))
    return tuple(Dose(drug, route, amount_mg, start, hours) for start in starts)


def _amount_mg(dose_mg: Element) -> float:
    return _number(dose_mg, DOSE_MG, "mg of free base")


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


def _changes(measured: Element) -> tuple[Change, ...]:
    """What was measured anew, in the order of time."""
    found = [_change(one) for one in measured]
    for change in found:
        if [one.time_h for one in found].count(change.time_h) > 1:
            raise Element(change.time_h, measured.where).refused("each time once")
    return tuple(sorted(found, key=lambda one: one.time_h))


def _change(one: Element) -> Change:
    if not isinstance(one.value, dict) or not set(one.value) <= set(MEASURED) or len(one.value) < 2:
        raise one.refused(f"time_h (after 0), and weight_kg or age_years or both: {{{', '.join(MEASURED)}}}")
    age, weight = one["age_years"], one["weight_kg"]
    return Change(
        _number(one["time_h"], (0.001, LATEST_H), "hours"),
        _number(age, AGE_YEARS, "years") if age else None,
        _number(weight, WEIGHT_KG, "kg") if weight else None,
    )


def _adults(document: Element) -> Adults | None:
    element = document["population_of"]
    if not element:
        return None
    if not isinstance(element.value, str) or element.value not in known_adults():
        raise element.refused(f"one of {', '.join(known_adults())}")
    if not document["population"]:
        raise document["population"].refused("how many virtual people, where population_of is asked for")
    if document["measured"]:
        raise document["measured"].refused("nothing measured anew where population_of is asked for: people differ")
    return known_adults()[element.value]


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
