"""How somebody joins, and how somebody opens a chart in an emergency."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from django.db import models

from ketaminder.clinic.models.accounts import Account, Clinic
from ketaminder.clinic.models.append_only import AppendOnly


class Invitation(models.Model):
    """A link that works once, by which a new person sets a password. Only the digest of its token is kept."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="invitations")
    token_sha256 = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"invitation of {self.account}"

    def works(self, now: datetime) -> bool:
        return self.used_at is None and now < self.expires_at and self.account.is_active


class EmergencyAccess(AppendOnly):
    """A chart opened against the usual rights: by whom, whose, why, until when."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+", help_text="the patient's")
    patient_id = models.UUIDField()
    reason = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        ordering = ("-since",)
        indexes: ClassVar = [models.Index(fields=["clinic", "-since"], name="emergency_of_clinic")]

    def __str__(self) -> str:
        return f"emergency access of {self.account}"


class EmergencyReview(AppendOnly):
    """What the auditor found of an emergency access."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    access = models.OneToOneField(EmergencyAccess, on_delete=models.PROTECT, related_name="review")
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    comment = models.TextField()

    def __str__(self) -> str:
        return f"review of {self.access}"
