"""When the evidence changes: whose assessment would be another today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ketaminder import evidence
from ketaminder.clinic.acting import Acting
from ketaminder.clinic.care.assessments import record_of, replay
from ketaminder.clinic.care.patients import of_clinic
from ketaminder.clinic.events import content_of
from ketaminder.clinic.events.records import AssessmentMade
from ketaminder.clinic.models import Event, Patient
from ketaminder.terms import Refused


@dataclass(frozen=True, slots=True)
class Changed:
    """A patient whose last assessment would be another now; `now` is empty where none can be made."""

    patient: Patient
    event: Event
    before: str
    now: str


def changed(acting: Acting) -> Iterator[Changed]:
    """The standing charts of the clinic whose last assessment was made by other evidence and would differ today."""
    patients = of_clinic(acting).filter(merged_into=None).in_bulk()
    for event in _last_assessments(acting):
        made = content_of(event)
        if event.patient_id not in patients or not isinstance(made, AssessmentMade):
            continue
        if made.evidence != evidence.fingerprint():
            now = _now(made)
            if now != made.result:
                yield Changed(patients[event.patient_id], event, made.result, now)


def _last_assessments(acting: Acting) -> list[Event]:
    """The last assessment of each patient that the reader may see."""
    events = Event.objects.filter(clinic_id=acting.place, kind=AssessmentMade.kind).exclude(salt="")
    if not acting.reads_substance_use:
        events = events.filter(substance_use=False)
    last = {event.patient_id: event for event in events.order_by("number")}
    return list(last.values())


def _now(made: AssessmentMade) -> str:
    try:
        return replay(made, record_of(made)).now.result
    except Refused:
        return ""
