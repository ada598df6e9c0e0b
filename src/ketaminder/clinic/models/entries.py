"""The audit trail as rows: one chain for the whole installation."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from ketaminder.clinic.chain import Link, moment
from ketaminder.clinic.models.append_only import AppendOnly


class Entry(AppendOnly):
    """One thing that somebody did. Plain columns without foreign keys: an entry outlives what it names."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    clinic_id = models.UUIDField(null=True)
    account_id = models.UUIDField(null=True)
    role = models.CharField(max_length=20, blank=True)
    device = models.CharField(max_length=64, blank=True)
    patient_id = models.UUIDField(null=True)
    subject = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    detail = models.TextField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta(AppendOnly.Meta):
        ordering = ("number",)
        indexes: ClassVar = [
            models.Index(fields=["clinic_id", "-number"], name="entry_of_clinic"),
            models.Index(fields=["patient_id", "-number"], name="entry_of_patient"),
            models.Index(fields=["action", "subject"], name="entry_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.action}"

    @property
    def link(self) -> Link:
        """What the hash of this entry must cover."""
        return Link(
            number=self.number,
            at=moment(self.at),
            action=self.action,
            clinic=str(self.clinic_id or ""),
            account=str(self.account_id or ""),
            role=self.role,
            device=self.device,
            patient=str(self.patient_id or ""),
            subject=self.subject,
            digest=self.digest,
            detail=self.detail,
            previous=self.previous,
        )
