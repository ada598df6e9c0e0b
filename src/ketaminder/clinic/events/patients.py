"""Who the patient is: registered, corrected, merged with a duplicate, separated again."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from ketaminder.clinic.events.cohort import count_anew, count_members_anew
from ketaminder.clinic.events.content import Content
from ketaminder.clinic.models.events import Event
from ketaminder.clinic.models.patients import Patient, SearchWord

LONGEST_WORD = 100
WITHOUT_STROKE = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"})
"""Letters that Unicode does not take apart into a plain one and an accent, as people without them type them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity(Content):
    """What tells one patient from another. A correction states all of it anew."""

    identifier: str
    name: str
    birth_date: date | None
    sex: str

    def apply(self, event: Event) -> None:
        patient, _ = Patient.objects.update_or_create(
            id=event.chart,
            defaults={
                "identifier": self.identifier,
                "name": self.name,
                "birth_date": self.birth_date,
                "sex": self.sex,
            },
            create_defaults={
                "clinic_id": event.clinic_id,
                "identifier": self.identifier,
                "name": self.name,
                "birth_date": self.birth_date,
                "sex": self.sex,
                "registered_at": event.recorded_at,
            },
        )
        patient.words.all().delete()
        SearchWord.objects.bulk_create(
            SearchWord(clinic_id=event.clinic_id, patient=patient, word=word)
            for word in sorted(words_of(self.name) | words_of(self.identifier))
        )
        count_members_anew(event.chart)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientRegistered(Identity):
    """The chart begins."""

    kind: ClassVar[str] = "patient registered"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientCorrected(Identity):
    """The identity was wrong or has changed; `reason` says which."""

    kind: ClassVar[str] = "patient corrected"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientMerged(Content):
    """This chart and the one named are of one person: from now on it speaks for both."""

    kind: ClassVar[str] = "patient merged"
    duplicate: UUID
    reason: str

    def apply(self, event: Event) -> None:
        Patient.objects.filter(id=self.duplicate).update(merged_into=event.patient_id)
        count_members_anew(event.chart, self.duplicate)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientUnmerged(Content):
    """They were two people after all. `merge` is the event that is undone."""

    kind: ClassVar[str] = "patient unmerged"
    duplicate: UUID
    merge: UUID
    reason: str

    def apply(self, event: Event) -> None:
        Patient.objects.filter(id=self.duplicate, merged_into=event.patient_id).update(merged_into=None)
        count_anew(event.chart, self.duplicate)


def words_of(text: str) -> set[str]:
    """The words by which `text` is found: without accents, case or punctuation, cut to what a row holds."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold().translate(WITHOUT_STROKE))
    kept = (c if unicodedata.category(c)[0] in "LMN" else " " for c in plain if not unicodedata.combining(c))
    return {word[:LONGEST_WORD] for word in "".join(kept).split()}
