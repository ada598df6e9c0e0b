"""Patients as lists need them: derived from events in the same transaction, and rebuilt from them at will."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db import models

from ketaminder.clinic.models.accounts import Clinic


class Patient(models.Model):
    """Who is treated, as the events say today. `merged_into` names the chart that took this one over."""

    id = models.UUIDField(primary_key=True)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    identifier = models.CharField(max_length=100, help_text="the clinic's own number")
    name = models.CharField(max_length=200)
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=10, blank=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    registered_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["clinic", "name", "id"], name="patient_by_name"),
            models.Index(fields=["clinic", "birth_date"], name="patient_by_birth_date"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["clinic", "identifier"],
                condition=models.Q(erased_at=None),
                name="one_patient_an_identifier",
            )
        ]

    def __str__(self) -> str:
        return self.name


def charts_under(patient: UUID) -> list[UUID]:
    """The chart itself and every chart that it speaks for."""
    charts, new = [patient], [patient]
    while new:
        new = list(Patient.objects.filter(merged_into__in=new).values_list("id", flat=True))
        charts += new
    return charts


class SearchWord(models.Model):
    """One word by which a patient is found: part of the name without accents or case, or the identifier."""

    id = models.BigAutoField(primary_key=True)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="words")
    word = models.CharField(max_length=100)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["clinic", "word", "patient"],
                opclasses=["uuid_ops", "varchar_pattern_ops", "uuid_ops"],
                name="patient_by_word",
            )
        ]

    def __str__(self) -> str:
        return self.word
