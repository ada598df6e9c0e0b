"""The chart: everything that the events say of one patient, as the person who opens it may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from ketaminder.clinic.acting import Acting
from ketaminder.clinic.audit.actions import Action
from ketaminder.clinic.audit.append import append, next_number
from ketaminder.clinic.care.clock import today
from ketaminder.clinic.care.patients import of_clinic
from ketaminder.clinic.events import Content, content_of
from ketaminder.clinic.events.consents import ConsentGiven, ConsentWithdrawn, Scope
from ketaminder.clinic.events.courses import CourseClosed, CourseOpened, PlanMade
from ketaminder.clinic.events.decisions import Signed
from ketaminder.clinic.events.records import AssessmentMade, RecordImported
from ketaminder.clinic.models import Event, Patient
from ketaminder.clinic.models.patients import charts_under
from ketaminder.terms import Refused

Said = TypeVar("Said", bound=Content)


@dataclass(frozen=True, slots=True)
class Told:
    """An event with its content, and whether a later event corrects it."""

    event: Event
    content: Content
    corrected: bool


@dataclass(frozen=True)
class Chart:
    """One patient's events, oldest first.

    `hidden` are those that the reader may not see; `charts` this chart and every one that it speaks for.
    """

    patient: Patient
    told: tuple[Told, ...]
    hidden: tuple[Event, ...]
    charts: tuple[UUID, ...]

    @property
    def withheld(self) -> int:
        """How many events the reader may not see."""
        return len(self.hidden)

    def hides(self, *kinds: type[Content], after: Event | None) -> bool:
        """Whether the reader may not see an event of one of these kinds that is newer than `after`."""
        words, since = {kind.kind for kind in kinds}, after.number if after else 0
        return any(event.kind in words and event.number > since for event in self.hidden)

    def last(self, kind: type[Said]) -> tuple[Event, Said] | None:
        """The latest event of a kind that nothing corrects."""
        return next(iter(reversed(self.every(kind))), None)

    def every(self, kind: type[Said]) -> Sequence[tuple[Event, Said]]:
        return [(one.event, one.content) for one in self.told if isinstance(one.content, kind) and not one.corrected]

    def consent(self, scope: Scope, on: date | None = None) -> tuple[Event, ConsentGiven] | None:
        """The consent of a scope that stands on a day, or today: the last given, not withdrawn, not expired."""
        day = on or today()
        withdrawn = {content.consent for _, content in self.every(ConsentWithdrawn)}
        given = [(event, content) for event, content in self.every(ConsentGiven) if content.scope == scope]
        return next(
            (
                (event, content)
                for event, content in reversed(given)
                if event.id not in withdrawn and (content.expires_on is None or day <= content.expires_on)
            ),
            None,
        )

    def signatures(self, of: UUID) -> Sequence[tuple[Event, Signed, bool]]:
        """The signatures of an event, each with whether it still fits what it signed."""
        digest = next((one.event.digest for one in self.told if one.event.id == of), "")
        return [(event, content, content.digest == digest) for event, content in self.every(Signed) if content.of == of]

    @cached_property
    def open_course(self) -> tuple[Event, CourseOpened] | None:
        """The course that was opened last and not closed."""
        closed = {event.subject for event, _ in self.every(CourseClosed)}
        opened = [(event, content) for event, content in self.every(CourseOpened) if event.subject not in closed]
        return opened[-1] if opened else None

    @cached_property
    def plan(self) -> tuple[Event, PlanMade] | None:
        """The last plan of the open course."""
        if self.open_course is None:
            return None
        course = self.open_course[0].subject
        made = [(event, content) for event, content in self.every(PlanMade) if event.subject == course]
        return made[-1] if made else None

    @property
    def record(self) -> tuple[Event, RecordImported] | None:
        return self.last(RecordImported)

    @property
    def assessment(self) -> tuple[Event, AssessmentMade] | None:
        return self.last(AssessmentMade)


def opened(acting: Acting, patient: UUID, address: str) -> Chart | None:
    """Open the chart of a patient of the clinic; None where the clinic has no such patient.

    The opening is noted in the same transaction as the events are read.
    """
    with transaction.atomic():
        row = of_clinic(acting).filter(id=patient).first()
        if row is None:
            return None
        chart = _chart(row, acting)
        append(acting, Action.CHART_OPENED, patient=patient, detail={"address": address})  # last: it holds the chain
        return chart


def standing(acting: Acting, patient: UUID) -> Chart:
    """The chart for a deed that reads it on the way to a write, which is itself in the trail.

    Raises:
        Refused: the clinic has no such standing chart.
    """
    row = of_clinic(acting).filter(id=patient, merged_into=None).first()
    if row is None:
        raise Refused("patient", str(patient), "a standing chart of this clinic")
    return _chart(row, acting)


def afresh(acting: Acting, chart: Chart) -> Chart:
    """The chart as it stands now, for a deed; nobody else writes until the deed's transaction ends.

    Raises:
        Refused: the clinic has no such standing chart.
    """
    next_number()
    return standing(acting, chart.patient.id)


def _chart(row: Patient, acting: Acting) -> Chart:
    charts = charts_of(row)
    events = list(Event.objects.filter(patient_id__in=charts).select_related("author").order_by("number"))
    shown = [event for event in events if acting.reads_substance_use or not event.substance_use]
    corrected = {event.corrects for event in events if event.corrects}
    told = tuple(Told(event, content_of(event), event.id in corrected) for event in shown if not event.erased)
    hidden = tuple(event for event in events if event.substance_use and not acting.reads_substance_use)
    return Chart(row, told, hidden, tuple(charts))


def charts_of(row: Patient) -> list[UUID]:
    """The chart itself and every chart that it speaks for."""
    return charts_under(row.id)
