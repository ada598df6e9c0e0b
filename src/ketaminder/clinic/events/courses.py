"""Courses and their plans. The subject of each event is the course."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from ketaminder.clinic.events.cohort import count_members_anew
from ketaminder.clinic.events.content import Content
from ketaminder.clinic.models.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseOpened(Content):
    """One patient's treatment for one indication begins, on the ground of an assessment."""

    kind: ClassVar[str] = "course opened"
    indication: str
    product: str
    assessment: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedVisit(Content):
    """One visit of a plan. Doses in mg, as the protocol permits them; both None where the protocol gives none."""

    number: int
    on: date
    phase: str
    lowest_dose_mg: float | None
    highest_dose_mg: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMade(Content):
    """A published protocol, from a first day, for this patient. Discussed, then signed."""

    kind: ClassVar[str] = "plan made"
    protocol: str
    assessment: UUID
    first_day: date
    visits: tuple[PlannedVisit, ...]
    discussed: str

    def apply(self, event: Event) -> None:
        count_members_anew(event.chart)


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseClosed(Content):
    """The course ends; `reason` says why, `outcome` how the patient was."""

    kind: ClassVar[str] = "course closed"
    reason: str
    outcome: str
