"""Finding and registering patients; duplicates found, merged, separated again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet

from ketaminder.clinic.acting import Acting
from ketaminder.clinic.audit.actions import Action
from ketaminder.clinic.audit.append import append
from ketaminder.clinic.events import write
from ketaminder.clinic.events.patients import (
    PatientCorrected,
    PatientMerged,
    PatientRegistered,
    PatientUnmerged,
    words_of,
)
from ketaminder.clinic.models import Event, Patient, SearchWord
from ketaminder.terms import Refused

SEXES = ("female", "male", "other", "unknown")
"""The codes of FHIR's administrative gender."""


@dataclass(frozen=True, slots=True)
class Who:
    """What tells one patient from another, checked."""

    identifier: str
    name: str
    birth_date: date | None
    sex: str = "unknown"

    def __post_init__(self) -> None:
        if not self.identifier.strip():
            raise Refused("identifier", self.identifier, "the clinic's own number of the patient")
        if not words_of(self.name):
            raise Refused("name", self.name, "a name")
        if self.sex not in SEXES:
            raise Refused("sex", self.sex, f"one of {', '.join(SEXES)}")


def of_clinic(acting: Acting) -> QuerySet[Patient]:
    """The patients of the clinic where `acting` acts; none of any other."""
    return Patient.objects.filter(clinic_id=acting.place, erased_at=None)


def find(acting: Acting, text: str) -> QuerySet[Patient]:
    """Patients whose name or identifier has words that begin with the words of `text`, by name."""
    found = of_clinic(acting).filter(merged_into=None)
    for word in sorted(words_of(text)):
        beginning = SearchWord.objects.filter(clinic_id=acting.place, word__startswith=word)
        found = found.filter(id__in=beginning.values("patient_id"))
    return found.order_by("name", "id")


def search(acting: Acting, text: str) -> QuerySet[Patient]:
    """`find`, noted in the audit trail: how many words were looked for, never which."""
    with transaction.atomic():
        append(acting, Action.PATIENTS_SEARCHED, detail={"words": len(words_of(text))})
    return find(acting, text)


def likely_duplicates(acting: Acting, who: Who) -> Sequence[Patient]:
    """Patients of the clinic with the same identifier, or the same birth date and a word of the name in common."""
    same_number = of_clinic(acting).filter(identifier=who.identifier)
    if who.birth_date is None:
        return list(same_number)
    sharing = SearchWord.objects.filter(clinic_id=acting.place, word__in=words_of(who.name)).values("patient_id")
    same_person = of_clinic(acting).filter(birth_date=who.birth_date, id__in=sharing)
    return list(same_number | same_person)


@transaction.atomic
def register(acting: Acting, who: Who, *, different_from: frozenset[UUID] = frozenset()) -> UUID:
    """Begin a chart.

    Args:
        acting: who registers.
        who: the patient's identity.
        different_from: likely duplicates that the author has looked at and found to be other people.

    Raises:
        Refused: the identifier is taken, or a likely duplicate was not looked at.
    """
    doubtful = [one for one in likely_duplicates(acting, who) if one.id not in different_from]
    taken = of_clinic(acting).filter(identifier=who.identifier).exists()
    if taken:
        raise Refused("identifier", who.identifier, "a number that no patient of this clinic bears")
    if doubtful:
        raise Refused(
            "patient", who.name, f"a look at {len(doubtful)} likely duplicate first: same birth date and name"
        )
    patient = uuid4()
    content = PatientRegistered(identifier=who.identifier, name=who.name, birth_date=who.birth_date, sex=who.sex)
    write(acting, content, patient=patient)
    return patient


def correct(acting: Acting, patient: UUID, who: Who, reason: str) -> Event:
    """State the identity anew. The earlier one stays in the trail."""
    content = PatientCorrected(
        identifier=who.identifier,
        name=who.name,
        birth_date=who.birth_date,
        sex=who.sex,
        reason=_reason(reason),
    )
    return write(acting, content, patient=patient)


@transaction.atomic
def merge(acting: Acting, kept: UUID, duplicate: UUID, reason: str) -> Event:
    """Let the chart `kept` speak for `duplicate` too. Both stay as they are, so that it can be undone.

    Raises:
        Refused: they are one chart already, or one of them is not a standing chart of this clinic.
    """
    standing = of_clinic(acting).filter(merged_into=None, id__in=[kept, duplicate])
    if kept == duplicate or standing.count() != 2:
        raise Refused("duplicate", str(duplicate), "another standing chart of this clinic")
    return write(acting, PatientMerged(duplicate=duplicate, reason=_reason(reason)), patient=kept)


@transaction.atomic
def unmerge(acting: Acting, kept: UUID, duplicate: UUID, reason: str) -> Event:
    """Separate two charts that turned out to be of two people.

    Raises:
        Refused: `duplicate` is not merged into `kept`.
    """
    merges = Event.objects.filter(patient_id=kept, clinic_id=acting.place, kind=PatientMerged.kind)
    merged = of_clinic(acting).filter(id=duplicate, merged_into=kept).exists()
    last = next((event for event in merges.order_by("-number") if str(duplicate) in event.body), None)
    if not merged or last is None:
        raise Refused("duplicate", str(duplicate), "a chart that is merged into this one")
    return write(acting, PatientUnmerged(duplicate=duplicate, merge=last.id, reason=_reason(reason)), patient=kept)


def _reason(text: str) -> str:
    if not text.strip():
        raise Refused("reason", text, "why, in words")
    return text.strip()
