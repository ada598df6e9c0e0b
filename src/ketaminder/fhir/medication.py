"""FHIR R4 MedicationStatement, MedicationRequest, List: what is taken, what was tried, what is proposed.

http://hl7.org/fhir/R4/medicationstatement.html, http://hl7.org/fhir/R4/medicationrequest.html
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ketaminder.fhir.coding import Concept, concept, table
from ketaminder.fhir.document import Element
from ketaminder.fhir.dosage import dosage_text
from ketaminder.fhir.record import Record, Resource
from ketaminder.fhir.when import Moment, moment, period

_STATEMENT = {
    "active": "current",
    "intended": "current",
    "on-hold": "current",
    "unknown": "current",
    "completed": "past",
    "stopped": "past",
    "not-taken": "unread",
}
_REQUEST = {
    "active": "current",
    "on-hold": "current",
    "unknown": "current",
    "completed": "past",
    "stopped": "past",
    "cancelled": "unread",
    "draft": "unread",
}
PLANNED = ("proposal", "plan")
_INTENTS = (*PLANNED, "order", "original-order", "reflex-order", "filler-order", "instance-order", "option")


@dataclass(frozen=True, slots=True)
class MedicineEntry:
    """One medicine on the day of reading: current, past, proposed, or unread for a reason."""

    concept: Concept
    standing: str
    status: str
    dose: str
    began: Moment | None
    ended: Moment | None
    resource: Resource


def entries_of(record: Record, resources: list[Resource]) -> list[MedicineEntry]:
    """Every medicine of the record; who proposes, takes or took it.

    Raises:
        Refused: a medicine without code or name, a dose that none can be, an unknown status.
    """
    return [_entry(resource, record) for resource in resources]


def _entry(resource: Resource, record: Record) -> MedicineEntry:
    body = resource.body
    is_request = resource.kind == "MedicationRequest"
    code = _medicine(resource, record)
    began, ended = _period(body, is_request)
    doses = [dosage_text(dosage) for dosage in body["dosageInstruction" if is_request else "dosage"]]
    status = body["status"].text()
    statuses = _REQUEST if is_request else _STATEMENT
    if status not in statuses:
        raise body["status"].refused(f"one of {', '.join(statuses)}")
    standing = _on_the_day(statuses[status], began, ended, record.on)
    if is_request:
        standing = _intended(body, standing, status)
    return MedicineEntry(code, standing, status, "; ".join(filter(None, doses)), began, ended, resource)


def _intended(body: Element, standing: str, status: str) -> str:
    intent = body["intent"].text()
    if intent not in _INTENTS:
        raise body["intent"].refused(f"one of {', '.join(_INTENTS)}")
    if body["doNotPerform"].flag():
        return "unread"
    if intent in PLANNED or intent == "option":
        return "proposed" if intent in PLANNED and status in ("active", "draft", "on-hold") else "unread"
    return standing


def _on_the_day(standing: str, began: Moment | None, ended: Moment | None, on: date) -> str:
    """A record read for an earlier day: what began later is unread, what had not ended yet was still taken."""
    if began and began.earliest > on:
        return "later"
    if standing == "past" and ended and ended.earliest > on:
        return "current"
    return standing


def _period(body: Element, is_request: bool) -> tuple[Moment | None, Moment | None]:
    if is_request:
        return moment(body["authoredOn"]), None
    if body["effectivePeriod"]:
        return period(body["effectivePeriod"])
    return moment(body["effectiveDateTime"]), None


def _medicine(resource: Resource, record: Record) -> Concept:
    body = resource.body
    code = concept(body["medicationCodeableConcept"])
    reference = body["medicationReference"]
    if not code and reference:
        medication = record.resolved(reference, resource)
        if medication is None and not reference["display"].text():
            raise reference.refused("a Medication that the Bundle contains")
        code = concept(medication.body["code"] if medication else Element({"text": reference["display"].text()}, ""))
    if not code:
        raise body["medicationCodeableConcept"].refused("the code or name of the medicine")
    return code


def says_no_medicines(code: Concept) -> bool:
    """Whether the entry is IPS's "no known medications" in place of a medicine."""
    return any(
        system == "ips-absent" and own in table("codes")["no_medicines"]["ips-absent"] for system, own in code.codes
    )


def is_no_information(code: Concept) -> bool:
    return ("ips-absent", "no-medication-info") in code.codes


def is_empty_list(resource: Resource, on: date) -> bool:
    """Whether a List states that no medicines are taken: medication history, current, empty because none is known."""
    body, rows = resource.body, table("codes")["no_medicines"]
    dated = moment(body["date"])
    if body["status"].text() != "current" or (dated and dated.earliest > on):
        return False
    code, reason = concept(body["code"]), concept(body["emptyReason"])
    return (
        code.code("loinc") in rows["loinc"]
        and reason.code("list-empty-reason") in rows["list-empty-reason"]
        and not any(body["entry"])
    )
