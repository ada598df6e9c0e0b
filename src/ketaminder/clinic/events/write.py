"""Writing an event: the event, its audit entry and the derived rows, in one transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from ketaminder.clinic.acting import Acting
from ketaminder.clinic.audit.actions import Action
from ketaminder.clinic.audit.append import append, next_place
from ketaminder.clinic.events.content import Content
from ketaminder.clinic.ids import new_id, new_salt
from ketaminder.clinic.models.events import Event
from ketaminder.clinic.models.patients import Patient
from ketaminder.terms import Refused

CLOCK_TOLERANCE = timedelta(minutes=2)
"""How far the observing device's clock may run ahead of the server's before an observation is refused as future."""


@transaction.atomic
def write(
    acting: Acting,
    content: Content,
    *,
    patient: UUID | None = None,
    subject: UUID | None = None,
    observed_at: datetime | None = None,
    corrects: Event | None = None,
    substance_use: bool = False,
    at: datetime | None = None,
) -> Event:
    """Record `content` as said by `acting`.

    Args:
        acting: the author, in a role of a clinic.
        content: what is recorded.
        patient: whose chart it belongs to; None for what belongs to the clinic.
        subject: the course, appointment or other thing that it is about.
        observed_at: when it was seen or done; the time of recording without it.
        corrects: the earlier event of the same kind, patient and subject that this one replaces.
        substance_use: whether the law on substance-use records covers it.
        at: the time of recording; the clock's without it.

    Raises:
        Refused: nobody acts, the patient is another clinic's, the observation lies ahead of the clock, or the corrected
            event is another's.
    """
    number, now = next_place(acting)
    recorded_at = at or now
    event = Event(
        id=new_id(),
        number=number,
        kind=content.kind,
        clinic_id=acting.place,
        patient_id=_own(patient, acting),
        subject=subject,
        author_id=acting.author,
        role=acting.role or "",
        device=acting.device,
        recorded_at=recorded_at,
        observed_at=_observed(observed_at or recorded_at, recorded_at),
        corrects=_corrected(corrects, content.kind, patient, acting),
        substance_use=substance_use,
        body=content.body,
        salt=new_salt(),
    )
    event.save()
    append(
        acting,
        Action.EVENT_WRITTEN,
        patient=patient,
        subject=event.id,
        digest=event.digest,
        detail={"kind": event.kind},
        at=recorded_at,
    )
    content.apply(event)
    return event


def _own(patient: UUID | None, acting: Acting) -> UUID | None:
    if patient and Patient.objects.filter(id=patient).exclude(clinic_id=acting.place).exists():
        raise Refused("patient", str(patient), "a patient of the clinic where the author acts")
    return patient


def _observed(observed_at: datetime, recorded_at: datetime) -> datetime:
    if observed_at > recorded_at + CLOCK_TOLERANCE:
        raise Refused("observed at", observed_at.isoformat(), f"not later than the time of recording, {recorded_at}")
    return observed_at


def _corrected(corrected: Event | None, kind: str, patient: UUID | None, acting: Acting) -> UUID | None:
    if corrected is None:
        return None
    if (corrected.kind, corrected.patient_id, corrected.clinic_id) != (kind, patient, acting.clinic_id):
        raise Refused("corrects", str(corrected.id), f"an earlier {kind} of the same patient in the same clinic")
    return corrected.id
