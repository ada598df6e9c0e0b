"""From a received record to what the rooms below say of it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.conf import settings
from django.utils import timezone

from ketaminder import evidence, intake
from ketaminder.clinic.models import ImportedRecord
from ketaminder.plan import Comparison, compare
from ketaminder.rules import assess
from ketaminder.terms import CandidateAssessment, Case, Refused


def today() -> date:
    """The date that counts as today: the operator's, or the clock's."""
    fixed: date | None = settings.KETAMINDER_ON
    return fixed or timezone.localdate()


def receive(document: str, *, author: str, on: date) -> ImportedRecord:
    """Import `document` as `author`, provided that it can be read.

    Raises:
        Refused: it cannot; nothing is kept.
    """
    case = intake.read(document, on=on)
    name = case.patient.name or case.patient.identifier
    return ImportedRecord.receive(document, name=name, author=author, at=timezone.now())


def assessed(record: ImportedRecord, on: date) -> tuple[Case, CandidateAssessment]:
    """The case of `record` on a date and its candidate assessment."""
    case = intake.read(_document(record), on=on)
    return case, assess(case, evidence.load())


def compared(record: ImportedRecord, on: date, *, draw: bool) -> Comparison:
    """The plan of one person; computed once in a process for the same document, date and choice of curves."""
    return _compared(_document(record), on, draw)


@lru_cache(maxsize=64)
def _compared(document: str, on: date, draw: bool) -> Comparison:
    return compare(intake.read(document, on=on), evidence.load(), draw=draw)


def _document(record: ImportedRecord) -> str:
    if not record.intact:
        raise Refused(f"record {record.id}", record.sha256, "a document that still has the fingerprint taken at import")
    return record.document
