"""Appointments as the board needs them: derived from events, and rebuilt from them at will."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.db import models

from ketaminder.clinic.models.accounts import Clinic
from ketaminder.clinic.models.patients import Patient


class Standing(StrEnum):
    """How far an appointment has come."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    MISSED = "missed"


class Appointment(models.Model):
    """One visit of a patient: when, where, with whom, and who takes the patient home."""

    id = models.UUIDField(primary_key=True)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="appointments")
    course_id = models.UUIDField(null=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    room = models.CharField(max_length=60)
    nurse_id = models.UUIDField(null=True)
    physician_id = models.UUIDField(null=True)
    escort = models.CharField(max_length=200, blank=True, help_text="who takes the patient home")
    standing = models.CharField(max_length=12, choices=[(word.value, word.value) for word in Standing])

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["clinic", "starts_at"], name="appointment_of_day"),
            models.Index(fields=["patient", "starts_at"], name="appointment_of_patient"),
        ]

    def __str__(self) -> str:
        return f"{self.patient} at {self.starts_at:%Y-%m-%d %H:%M}"
