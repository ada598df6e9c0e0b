"""Finding and registering patients; duplicates found, merged, separated again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from ketaminder.clinic.acting import Acting
from ketaminder.clinic.audit.actions import Action
from ketaminder.clinic.audit.append import append, next_number
from ketaminder.clinic.events import content_of, write
from ketaminder.clinic.events.patients import (
    PatientCorrected,
    PatientMerged,
    PatientRegistered,
    PatientUnmerged,
    words_of,
)
from ketaminder.clinic.ids import new_id
from ketaminder.clinic.models import Event, Patient, SearchWord
from ketaminder.terms import Refused

SEXES = ("female", "male", "other", "unknown")
"""The codes of FHIR's administrative gender."""

LONGEST_IDENTIFIER, LONGEST_NAME = 100, 200
"""What the rows hold, in characters."""


@dataclass(frozen=True, slots=True)
class Who:
    """What tells one patient from another, checked."""

    identifier: str
    name: str
    birth_date: date | None
    sex: str = "unknown"

    def __post_init__(self) -> None:
        if not self.identifier.strip() or len(self.identifier) > LONGEST_IDENTIFIER:
            required = f"the clinic's own number of the patient, up to {LONGEST_IDENTIFIER} characters"
            raise Refused("identifier", self.identifier, required)
        if not words_of(self.name) or len(self.name) > LONGEST_NAME:
            raise Refused("name", self.name, f"a name of up to {LONGEST_NAME} characters")
        if self.sex not in SEXES:
            raise Refused("sex", self.sex, f"one of {', '.join(SEXES)}")


def of_clinic(acting: Acting) -> QuerySet[Patient]:
    """The patients of the clinic where `acting` acts; none of any other."""
    return Patient.objects.filter(clinic_id=acting.place, erased_at=None)


def speaking_for(patient: Patient) -> Patient:
    """The chart that speaks for this one: itself, or the one into which it was merged at last."""
    while patient.merged_into is not None:
        patient = patient.merged_into
    return patient


def age_on(born: date | None, day: date) -> int | None:
    """Whole years on a day; None without a birth date."""
    return None if born is None else day.year - born.year - ((day.month, day.day) < (born.month, born.day))


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
    next_number()  # holds every other registration until this one is written
    _check_free(acting, who)
    doubtful = [one for one in likely_duplicates(acting, who) if one.id not in different_from]
    if doubtful:
        raise Refused(
            "patient", who.name, f"a look at {len(doubtful)} likely duplicate first: same birth date and name"
        )
    patient = new_id()
    content = PatientRegistered(identifier=who.identifier, name=who.name, birth_date=who.birth_date, sex=who.sex)
    write(acting, content, patient=patient)
    return patient


@transaction.atomic
def correct(acting: Acting, patient: UUID, who: Who, reason: str) -> Event:
    """State the identity anew. The earlier one stays in the trail.

    Raises:
        Refused: no standing chart of this clinic, another patient's identifier, or no reason.
    """
    next_number()
    if not of_clinic(acting).filter(id=patient, merged_into=None).exists():
        raise Refused("patient", str(patient), "a standing chart of this clinic")
    _check_free(acting, who, but_for=patient)
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
    next_number()
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
    next_number()
    merges = Event.objects.filter(patient_id=kept, clinic_id=acting.place, kind=PatientMerged.kind)
    merged = of_clinic(acting).filter(id=duplicate, merged_into=kept).exists()
    last = next((event for event in merges.exclude(salt="").order_by("-number") if _merges(event, duplicate)), None)
    if not merged or last is None:
        raise Refused("duplicate", str(duplicate), "a chart that is merged into this one")
    return write(acting, PatientUnmerged(duplicate=duplicate, merge=last.id, reason=_reason(reason)), patient=kept)


def _merges(event: Event, duplicate: UUID) -> bool:
    content = content_of(event)
    return isinstance(content, PatientMerged) and content.duplicate == duplicate


def _check_free(acting: Acting, who: Who, but_for: UUID | None = None) -> None:
    bearing = of_clinic(acting).filter(identifier=who.identifier)
    if (bearing.exclude(id=but_for) if but_for else bearing).exists():
        raise Refused("identifier", who.identifier, "a number that no other patient of this clinic bears")


def _reason(text: str) -> str:
    if not text.strip():
        raise Refused("reason", text, "why, in words")
    return text.strip()
