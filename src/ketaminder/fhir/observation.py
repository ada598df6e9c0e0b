"""FHIR R4 Observation: vital signs, laboratory values, scale totals, tests. http://hl7.org/fhir/R4/observation.html

Per variable the latest value not after the day of reading counts. Two different values at one instant leave it open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from ketaminder.fhir.coding import concept, table
from ketaminder.fhir.document import Element
from ketaminder.fhir.measurement import Value, value_at, value_of_own_code
from ketaminder.fhir.reading import Reading
from ketaminder.fhir.record import Record, Resource
from ketaminder.fhir.vocabulary import is_pressure_pair
from ketaminder.fhir.when import Moment, moment
from ketaminder.terms import Fact, Message

_READ = ("final", "amended", "corrected")
_NOT_READ = ("registered", "preliminary", "cancelled", "unknown")
_COVARIATES = ("weight_kg", "height_cm")
_PRESSURES = ("systolic_mmHg", "diastolic_mmHg")


@dataclass(frozen=True, slots=True)
class Measurement:
    """One value of one variable, when it was taken, and where it stands."""

    variable: str
    value: Value
    taken: Moment | None
    origin: str
    at: Element


def observations_of(record: Record, resources: list[Resource]) -> tuple[dict[str, Measurement], Reading]:
    """The measurement that counts, by variable, and what must be said of the rest."""
    measurements: list[Measurement] = []
    unread: list[str] = []
    said: list[Message] = []
    for resource in resources:
        taken, reason = _taken(resource), _unreadable(resource)
        if not reason and taken and taken.earliest > record.on:
            reason = f"dated {taken.earliest}, later than the day of reading"
        if reason:
            said.append(_not_read(resource, reason))
            continue
        found = list(_measurements(resource, taken, record))
        measurements += found
        known = [one for one in found if one.variable in record.variables or one.variable in _COVARIATES]
        unread += [] if known else [_as_recorded(resource, taken)]
    counting, open_ = _counting(measurements)
    _check_pressures(counting)
    return counting, Reading(history=tuple(unread), said=(*said, *open_))


def facts_from(measurements: Iterable[Measurement], record: Record) -> Reading:
    """Facts for the variables that rules know."""
    named = [
        (one.variable, Fact(one.value, one.taken.earliest if one.taken else None, one.origin))
        for one in measurements
        if one.variable in record.variables
    ]
    return Reading(facts=tuple(named))


def _as_recorded(resource: Resource, taken: Moment | None) -> str:
    """What no rule reads, as a line to show: "Haemoglobin 13.6 g/dL (2026-10-12)"."""
    body = resource.body
    quantity, answer = body["valueQuantity"], concept(body["valueCodeableConcept"])
    values = [str(body[name].value) for name in ("valueInteger", "valueString", "valueBoolean") if body[name]]
    amount = [str(quantity["value"].value), _printed_unit(quantity)] if quantity else []
    day = f"({taken.earliest})" if taken else ""
    return " ".join(filter(None, [concept(body["code"]).label, *amount, *values, answer.label, day]))


def _printed_unit(quantity: Element) -> str:
    unit = quantity["unit"].text() or quantity["code"].text()
    return "" if quantity["code"].text() == "{score}" else unit


def _taken(resource: Resource) -> Moment | None:
    body = resource.body
    ends = body["effectivePeriod"]
    return (
        moment(body["effectiveDateTime"])
        or moment(body["effectiveInstant"])
        or moment(ends["end"])
        or moment(ends["start"])
        or moment(body["issued"])
    )


def _unreadable(resource: Resource) -> str:
    standing = resource.body["status"].text()
    if standing not in _READ + _NOT_READ:
        raise resource.body["status"].refused(f"one of {', '.join(_READ + _NOT_READ)}")
    return "" if standing in _READ else f"its status is {standing}"


def _not_read(resource: Resource, reason: str) -> Message:
    what = concept(resource.body["code"]).label
    return Message("{origin} ({what}) is not read: {reason}.", origin=resource.origin, what=what, reason=reason)


def _measurements(resource: Resource, taken: Moment | None, record: Record) -> Iterator[Measurement]:
    for holder in (resource.body, *resource.body["component"]):
        code = concept(holder["code"])
        own = code.code("variable")
        if own:
            for value in value_of_own_code(own, holder, record.variables):
                yield Measurement(own, value, taken, resource.origin, holder)
            continue
        for variable, row in table("codes")["observation"].items():
            if code.among(row):
                for value in value_at(holder, variable, row):
                    yield Measurement(variable, value, taken, resource.origin, holder)
        if code.code("loinc") in table("codes")["panels"]["pregnancy"]:
            for variable, value in _pregnancy(holder, code.code("loinc") == "82810-3"):
                yield Measurement(variable, value, taken, resource.origin, holder)


def _pregnancy(holder: Element, is_status: bool) -> Iterator[tuple[str, Value]]:
    answer = concept(holder["valueCodeableConcept"])
    if holder["valueString"]:
        answer = concept(Element({"text": holder["valueString"].text()}, holder["valueString"].where))
    rows = table("codes")["pregnancy"]
    for word, row in rows.items():
        listed = {**row, "words": ()}
        if answer.among(listed) or answer.label.casefold() in row["words"]:
            present = word == "true"
            yield "pregnant", present
            if not is_status:
                yield "pregnancy_test", "positive" if present else "negative"


def _counting(measurements: list[Measurement]) -> tuple[dict[str, Measurement], list[Message]]:
    counting: dict[str, Measurement] = {}
    said = []
    for variable, group in groupby(sorted(measurements, key=lambda one: one.variable), key=lambda one: one.variable):
        latest = _latest(list(group))
        if any(other.value != latest[0].value for other in latest):
            text = "{variable} is open: {origins} give different values at one time."
            said.append(Message(text, variable=variable, origins=" and ".join(one.origin for one in latest)))
        else:
            counting[variable] = latest[0]
    return _paired(counting), said


def _latest(group: list[Measurement]) -> list[Measurement]:
    dated = [one.taken for one in group if one.taken]
    last = max(dated) if dated else None
    return [one for one in group if one.taken == last]


def _paired(counting: dict[str, Measurement]) -> dict[str, Measurement]:
    """The two pressures of one reading: an older half never completes a newer one."""
    pair = [counting[name] for name in _PRESSURES if name in counting]
    if len(pair) < 2 or pair[0].taken == pair[1].taken:
        return counting
    older = min(pair, key=lambda one: (one.taken is not None, one.taken))
    return {name: one for name, one in counting.items() if one is not older}


def _check_pressures(counting: dict[str, Measurement]) -> None:
    pair = [counting[name] for name in _PRESSURES if name in counting]
    if len(pair) == 2 and not is_pressure_pair(pair[0].value, pair[1].value):
        given = f"{pair[0].value:g}/{pair[1].value:g} mmHg"
        raise Element(given, pair[0].at.where).refused("a systolic pressure above the diastolic")
