"""FHIR R4 Condition: present, past or excluded. http://hl7.org/fhir/R4/condition.html"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ketaminder.fhir.coding import Concept, concept, plain, status, table
from ketaminder.fhir.document import Element
from ketaminder.fhir.reading import NamedFact, Reading, combined
from ketaminder.fhir.record import Record, Resource
from ketaminder.fhir.when import Moment, moment, whole_months
from ketaminder.terms import Fact, Message

_ACTIVE = ("active", "recurrence", "relapse", "")
_PAST = ("inactive", "remission", "resolved")
_UNSURE = ("provisional", "differential", "unconfirmed")


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on the day of reading. `ended` is known only for a past one."""

    concept: Concept
    active: bool
    refuted: bool
    unsure: bool
    began: Moment | None
    ended: Moment | None
    origin: str


def conditions_of(record: Record, resources: list[Resource]) -> tuple[tuple[Condition, ...], Reading]:
    """The conditions known on the day, and what the record says in facts and lines."""
    conditions, said = [], []
    for resource in resources:
        found = condition_of(resource, record.on)
        if found.began and found.began.earliest > record.on:
            text = "{origin} ({what}) begins on {date}, later than the day of reading: not read."
            said.append(
                Message(text, origin=resource.origin, what=found.concept.label, date=found.began.earliest.isoformat())
            )
        else:
            conditions.append(found)
    readings = [_reading(condition, record) for condition in conditions]
    return tuple(conditions), combined(readings) + Reading(said=tuple(said))


def condition_of(resource: Resource, on: date) -> Condition:
    body = resource.body
    clinical, verified = status(body["clinicalStatus"]), status(body["verificationStatus"])
    if clinical not in _ACTIVE + _PAST:
        raise body["clinicalStatus"].refused(f"one of {', '.join(filter(None, _ACTIVE + _PAST))}")
    if verified not in ("", "confirmed", "refuted", *_UNSURE):
        raise body["verificationStatus"].refused(f"one of confirmed, refuted, {', '.join(_UNSURE)}")
    code = concept(body["code"])
    if not code:
        raise body["code"].refused("the code or name of the condition")
    ended = _date(body, "abatement")
    past = clinical in _PAST or (ended is not None and ended.latest <= on)
    return Condition(
        concept=code,
        active=not past and verified != "refuted",
        refuted=verified == "refuted",
        unsure=verified in _UNSURE,
        began=_date(body, "onset"),
        ended=ended,
        origin=resource.origin,
    )


def _date(body: Element, name: str) -> Moment | None:
    return moment(body[f"{name}DateTime"]) or moment(body[f"{name}Period"]["start" if name == "onset" else "end"])


def _reading(condition: Condition, record: Record) -> Reading:
    facts = [*_stated(condition, record), *_coded(condition)]
    dated, undated = _dated(condition, record.on)
    return Reading(
        facts=(*facts, *dated),
        presumed=tuple(_presumed(condition)),
        history=(_line(condition),),
        said=(*_doubts(condition), *undated),
    )


def _line(condition: Condition) -> str:
    standing = "excluded" if condition.refuted else "present" if condition.active else "past"
    since = f" since {condition.began.earliest.year}" if condition.began and condition.active else ""
    return f"{condition.concept.label}: {standing}{since}"


def _doubts(condition: Condition) -> Iterator[Message]:
    if condition.unsure:
        yield Message("{what} is not confirmed; it counts as present.", what=condition.concept.label)


def _stated(condition: Condition, record: Record) -> Iterator[NamedFact]:
    """Variables that the condition names in our own code system: an intake checklist."""
    for system, code in condition.concept.codes:
        if system != "variable":
            continue
        if code not in record.variables:
            raise Element(code, condition.concept.where).refused("a variable of evidence/variables.toml")
        kind = record.variables[code].kind
        if condition.refuted:
            yield code, Fact(False if kind == "flag" else None, origin=condition.origin)
        elif kind == "flag" and condition.active:
            yield code, Fact(True, origin=condition.origin)


def _coded(condition: Condition) -> Iterator[NamedFact]:
    """What the code of a condition says without doubt."""
    for row in table("codes")["condition"]:
        if condition.refuted and _refutes(condition.concept, row):
            yield row["variable"], Fact(False, origin=condition.origin)
        elif "caution" not in row and _holds(condition, row) and (row.get("value", True) or not condition.unsure):
            yield row["variable"], Fact(row.get("value", True), origin=condition.origin)


def _presumed(condition: Condition) -> Iterator[NamedFact]:
    for row in table("codes")["condition"]:
        if "caution" in row and _holds(condition, row):
            yield row["variable"], Fact(True, origin=f"{condition.origin}: {row['caution']}")


def _holds(condition: Condition, row: Mapping[str, Any]) -> bool:
    present = condition.active or (row.get("lasting", False) and not condition.refuted)
    return present and condition.concept.among(row)


def _refutes(code: Concept, row: Mapping[str, Any]) -> bool:
    """Whether excluding this condition excludes all that the variable means."""
    return row.get("value", True) and any(
        plain(own) in map(plain, row.get("refuted_by", ()))
        for system, own in code.codes
        if system in ("icd10", "snomed")
    )


def _dated(condition: Condition, on: date) -> tuple[list[NamedFact], list[Message]]:
    facts, undated = [], []
    for row in table("codes")["dated"]:
        if condition.refuted or not condition.concept.among(row):
            continue
        ongoing = row["since"] == "end" and condition.active
        event = condition.began if row["since"] == "onset" else condition.ended
        if ongoing or event:
            day = on if ongoing or not event else min(event.latest, on)
            facts.append((row["variable"], Fact(elapsed(day, on, row["unit"]), day, condition.origin)))
        else:
            undated.append(Message("{what} carries no date: the time since is open.", what=condition.concept.label))
    return facts, undated[:1]


def elapsed(day: date, on: date, unit: str) -> float:
    """Whole days or whole months from `day` to `on`."""
    return float((on - day).days if unit == "days" else whole_months(day, on))
