"""Opening a chart in an emergency, against the usual rights: with a reason, for an hour, before the auditor's eyes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ketaminder.clinic.acting import Acting
from ketaminder.clinic.audit.actions import Action
from ketaminder.clinic.audit.append import append
from ketaminder.clinic.models import EmergencyAccess, EmergencyReview, Patient
from ketaminder.terms import Refused

MINUTES = 60
SHORTEST_REASON = 10
"""Characters. A convention: enough for a sentence, so that a space bar is no reason."""


def break_glass(acting: Acting, identifier: str, birth_date: date, reason: str) -> EmergencyAccess:
    """Open the chart of a patient of any clinic of this installation, known by number and birth date, to be read.

    Raises:
        Refused: no reason, or no such patient, which is noted: it may be a guess.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused("reason", reason, f"why this cannot wait, in at least {SHORTEST_REASON} characters")
    found = Patient.objects.filter(identifier=identifier.strip(), birth_date=birth_date, erased_at=None)
    patient = found.order_by("id").first()
    if patient is None or found.count() > 1:
        with transaction.atomic():
            append(acting, Action.EMERGENCY_REFUSED)
        raise Refused("patient", identifier, "the number and birth date of exactly one patient")
    return _opened(acting, patient, reason.strip())


@transaction.atomic
def _opened(acting: Acting, patient: Patient, reason: str) -> EmergencyAccess:
    now = timezone.now()
    access = EmergencyAccess(
        account_id=acting.author,
        clinic_id=patient.clinic_id,
        patient_id=patient.id,
        reason=reason,
        since=now,
        until=now + timedelta(minutes=MINUTES),
    )
    access.save()
    there = replace(acting, clinic_id=patient.clinic_id)
    append(there, Action.EMERGENCY_ACCESS, patient=patient.id, subject=access.id, at=now)
    return access


def in_force(acting: Acting, access: UUID, now: datetime) -> EmergencyAccess | None:
    """An access of one's own that has not run out."""
    return EmergencyAccess.objects.filter(id=access, account_id=acting.author, since__lte=now, until__gt=now).first()


def reading(acting: Acting, access: EmergencyAccess) -> Acting:
    """Who reads by an access: in the patient's clinic, everything, and with no right to write."""
    return replace(acting, clinic_id=access.clinic_id, role=None, reads_substance_use=True)


def unreviewed(acting: Acting) -> QuerySet[EmergencyAccess]:
    """The accesses to charts of this clinic that no auditor has reviewed."""
    accesses = EmergencyAccess.objects.filter(clinic_id=acting.place, review=None)
    return accesses.select_related("account")


@transaction.atomic
def review(acting: Acting, access: UUID, comment: str) -> EmergencyReview:
    """Say what was found of an access.

    Raises:
        Refused: no such unreviewed access in this clinic, one's own, or no comment.
    """
    found = unreviewed(acting).filter(id=access).exclude(account_id=acting.author).first()
    if found is None:
        raise Refused("emergency access", str(access), "another person's access to this clinic, not reviewed yet")
    if not comment.strip():
        raise Refused("comment", comment, "what was found")
    now = timezone.now()
    done = EmergencyReview(access=found, by_id=acting.author, at=now, comment=comment.strip())
    done.save()
    append(acting, Action.EMERGENCY_REVIEWED, patient=found.patient_id, subject=found.id, at=now)
    return done
