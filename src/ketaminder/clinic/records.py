"""From a received record to what the rooms below say of it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.conf import settings
from django.utils import timezone

from ketaminder import evidence, intake
from ketaminder.clinic.models import ImportedRecord
from ketaminder.clinic.pages import Entry, name_of
from ketaminder.plan import Comparison, compare
from ketaminder.rules import assess
from ketaminder.terms import Refused


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
    return ImportedRecord.receive(document, name=name_of(case), author=author, at=timezone.now())


def entry(record: ImportedRecord, on: date, href: str) -> Entry:
    """The line of `record` in the list of people: its candidate assessment on a date, or none where it gives none."""
    try:
        case = intake.read(_document(record), on=on)
    except Refused:
        return Entry(href, record.name, None, None)
    return Entry(href, record.name, case, assess(case, evidence.load()))


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
