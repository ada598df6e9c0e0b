"""Who agreed to research, as the cohort counts them: derived from events, and rebuilt from them at will."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from ketaminder.clinic.models.accounts import Clinic
from ketaminder.clinic.models.patients import Patient


class CohortMember(models.Model):
    """One person, by the chart that speaks for them, and what they are counted by; see `research_facts`."""

    patient = models.OneToOneField(Patient, primary_key=True, on_delete=models.CASCADE, related_name="+")
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=10, blank=True, default="")
    until = models.DateField(help_text="the last day on which the consent holds")
    indication = models.CharField(max_length=60, blank=True)
    result = models.CharField(max_length=60, blank=True)
    protocol = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "until"], name="cohort_of_clinic")]

    def __str__(self) -> str:
        return f"member of the cohort until {self.until}"
