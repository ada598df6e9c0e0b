"""What was received of a patient, what was found on it, and notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from ketaminder.clinic.events.cohort import count_members_anew
from ketaminder.clinic.events.content import Content
from ketaminder.clinic.models.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordImported(Content):
    """An electronic record or a case form came in. The text is kept as a document."""

    kind: ClassVar[str] = "record imported"
    document: UUID
    sha256: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingSaid(Content):
    """One finding as it was shown: its rule, its verdict and its sentence in English."""

    rule: str
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentMade(Content):
    """A candidate assessment: what it read, by which evidence, and what it answered; enough to make it again.

    `record` is the event that imported the record read; `evidence` the fingerprint of the evidence in force.
    """

    kind: ClassVar[str] = "assessment made"
    record: UUID
    on: date
    region: str
    product: str
    phase: str
    indication: str
    version: str
    evidence: str
    result: str
    findings: tuple[FindingSaid, ...]
    missing: tuple[str, ...]

    def apply(self, event: Event) -> None:
        count_members_anew(event.chart)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWritten(Content):
    """Free text by its author."""

    kind: ClassVar[str] = "note written"
    text: str
