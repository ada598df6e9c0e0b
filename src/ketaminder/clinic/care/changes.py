"""When the evidence changes: whose assessment would be another today."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from ketaminder import evidence
from ketaminder.clinic.acting import Acting
from ketaminder.clinic.care.assessments import replay
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


LOOKED_AT = 50
"""Assessments that are made again for one page: each takes the rules some hundredths of a second. A convention."""


@dataclass(frozen=True, slots=True)
class Looked:
    """Whose result has changed among the last assessments that were looked at, and where older ones begin.

    `before` is the number of the oldest assessment looked at; None where none is older.
    """

    changed: tuple[Changed, ...]
    before: int | None


def changed(acting: Acting, before: int | None = None) -> Looked:
    """The standing charts of the clinic whose last assessment was made by other evidence and would differ today.

    Args:
        acting: who looks.
        before: look at assessments older than this number only; at the newest without it.
    """
    events = list(_last_assessments(acting, before)[: LOOKED_AT + 1])
    patients = of_clinic(acting).in_bulk([event.patient_id for event in events])
    told = ((event, content_of(event)) for event in events[:LOOKED_AT])
    found = (
        Changed(patients[event.chart], event, made.result, now)
        for event, made in told
        if isinstance(made, AssessmentMade) and made.evidence != evidence.fingerprint()
        if (now := _now(made)) != made.result
    )
    return Looked(tuple(found), events[LOOKED_AT - 1].number if len(events) > LOOKED_AT else None)


def _last_assessments(acting: Acting, before: int | None) -> QuerySet[Event]:
    """The last assessment of each standing chart that the reader may see, newest first."""
    events = Event.objects.filter(clinic_id=acting.place, kind=AssessmentMade.kind).exclude(salt="")
    if not acting.reads_substance_use:
        events = events.filter(substance_use=False)
    later = events.filter(patient_id=OuterRef("patient_id"), number__gt=OuterRef("number"))
    standing = of_clinic(acting).filter(merged_into=None, id=OuterRef("patient_id"))
    asked = events.filter(number__lt=before) if before else events
    return asked.filter(~Exists(later), Exists(standing)).order_by("-number")


def _now(made: AssessmentMade) -> str:
    try:
        return replay(made).now.result
    except Refused:
        return ""
