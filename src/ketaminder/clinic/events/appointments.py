"""Appointments. The subject of each event is the appointment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from ketaminder.clinic.events.content import Content
from ketaminder.clinic.models.appointments import Appointment, Standing
from ketaminder.clinic.models.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentBooked(Content):
    """A visit is arranged."""

    kind: ClassVar[str] = "appointment booked"
    course: UUID | None
    starts_at: datetime
    ends_at: datetime
    room: str
    nurse: UUID | None
    physician: UUID | None
    escort: str

    def apply(self, event: Event) -> None:
        Appointment.objects.update_or_create(
            id=event.thing,
            defaults={
                "clinic_id": event.clinic_id,
                "patient_id": event.chart,
                "course_id": self.course,
                "starts_at": self.starts_at,
                "ends_at": self.ends_at,
                "room": self.room,
                "nurse_id": self.nurse,
                "physician_id": self.physician,
                "escort": self.escort,
                "standing": Standing.BOOKED,
            },
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentMoved(AppointmentBooked):
    """A booked visit is arranged anew and replaced whole; when it was to begin before, and why it moves."""

    kind: ClassVar[str] = "appointment moved"
    before: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentStood(Content):
    """The patient arrived, went home, cancelled or did not come."""

    kind: ClassVar[str] = "appointment stood"
    standing: Standing
    reason: str

    def apply(self, event: Event) -> None:
        Appointment.objects.filter(id=event.thing).update(standing=self.standing)
