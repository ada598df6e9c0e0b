"""The derived rows, made anew from the events: what a list or a board shows is never more than the events say."""

from __future__ import annotations

from django.db import transaction

from ketaminder.clinic.events.content import content_of
from ketaminder.clinic.models.appointments import Appointment
from ketaminder.clinic.models.cohort import CohortMember
from ketaminder.clinic.models.events import Event
from ketaminder.clinic.models.patients import Patient, SearchWord


@transaction.atomic
def derive_again() -> int:
    """Drop every derived row and derive all of them from the events in order; the number of events read."""
    Appointment.objects.all().delete()
    CohortMember.objects.all().delete()
    SearchWord.objects.all().delete()
    Patient.objects.filter(erased_at=None).update(merged_into=None)
    Patient.objects.filter(erased_at=None).delete()
    read = 0
    for event in Event.objects.exclude(salt="").order_by("number").iterator(chunk_size=2000):
        content_of(event).apply(event)
        read += 1
    return read
