"""FHIR R4 Procedure: psychological treatment, sterilisation, revascularisation. http://hl7.org/fhir/R4/procedure.html"""

from __future__ import annotations

from ketaminder.fhir.coding import Concept, concept, table
from ketaminder.fhir.condition import elapsed
from ketaminder.fhir.document import Element
from ketaminder.fhir.reading import NamedFact, Reading
from ketaminder.fhir.record import Record, Resource
from ketaminder.fhir.when import Moment, moment, period
from ketaminder.terms import Fact, Message, Psychotherapy

SESSIONS = "urn:x-ketaminder:psychotherapy-sessions"
_STATUS = {
    "preparation": "waiting",
    "in-progress": "ongoing",
    "on-hold": "on hold",
    "not-done": "none",
    "stopped": "stopped",
    "completed": "completed",
    "unknown": "",
}


def procedures_of(record: Record, resources: list[Resource]) -> tuple[tuple[Psychotherapy, ...] | None, Reading]:
    """Psychological treatments (None: none recorded), and facts about the rest."""
    therapies: list[Psychotherapy] = []
    reading = Reading()
    for resource in resources:
        body, code = resource.body, concept(resource.body["code"])
        done = _when(body)
        if body["status"].text() not in _STATUS:
            raise body["status"].refused(f"one of {', '.join(_STATUS)}")
        if done and done.earliest > record.on:
            reading += _later(resource, code)
            continue
        if kind := _psychotherapy(code):
            therapies.append(Psychotherapy(kind, _sessions(body), _STATUS[body["status"].text()]))
        reading += _reading(resource, code, done, record)
    return tuple(therapies) or None, reading


def _when(body: Element) -> Moment | None:
    return moment(body["performedDateTime"]) or period(body["performedPeriod"])[0]


def _later(resource: Resource, code: Concept) -> Reading:
    text = "{origin} ({what}) is dated later than the day of reading: not read."
    return Reading(said=(Message(text, origin=resource.origin, what=code.label),))


def _psychotherapy(code: Concept) -> str | None:
    rows = table("codes")["psychotherapy"]
    return next((kind for kind, row in rows.items() if code.among(row) or code.label == kind), None)


def _sessions(body: Element) -> int | None:
    for extension in body["extension"]:
        if extension["url"].text() == SESSIONS:
            number = extension["valueInteger"].number()
            if number is None or number < 0 or number != int(number):
                raise extension["valueInteger"].refused("a whole number of sessions, zero or more")
            return int(number)
    return None


def _reading(resource: Resource, code: Concept, done: Moment | None, record: Record) -> Reading:
    standing = resource.body["status"].text()
    line = f"{code.label}: {_STATUS[standing] or 'status unknown'}{f', {done.earliest.year}' if done else ''}"
    facts: list[NamedFact] = []
    said: tuple[Message, ...] = ()
    if standing == "completed" and code.among(table("codes")["sterilisation"]):
        facts = [("childbearing_potential", Fact(False, origin=resource.origin))]
    if standing == "completed" and code.among(table("codes")["revascularisation"]):
        if done:
            day = min(done.latest, record.on)
            months = Fact(elapsed(day, record.on, "months"), day, resource.origin)
            facts = [("months_since_mi_ua_revascularisation", months)]
        else:
            said = (Message("{what} carries no date: the time since is open.", what=code.label),)
    return Reading(facts=tuple(facts), history=(line,), said=said)
