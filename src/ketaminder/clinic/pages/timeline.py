"""A course as a line of visits: planned days, what became of them, and today."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.timezone import localtime

from ketaminder.clinic.events.courses import PlanMade, PlannedVisit
from ketaminder.clinic.models import Appointment

LEFT, RIGHT = 2.0, 98.0
"""Where the line begins and ends, in percent of the drawing's width: a dot at either end is not cut."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One planned visit: its place on the line, its day, its doses, and what became of it."""

    x: float
    visit: PlannedVisit
    standing: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """A drawing of the course, in percent of its width; `months` are their first days, `today_x` None outside it."""

    stops: tuple[Stop, ...]
    months: tuple[float, ...]
    today_x: float | None

    left, right = LEFT, RIGHT


def timeline(plan: PlanMade, appointments: Sequence[Appointment], on: date) -> Timeline | None:
    """The visits of `plan` beside the appointments of its course, seen on a day. None where it plans no visit."""
    if not plan.visits:
        return None
    first, last = plan.visits[0].on, max(plan.visits[-1].on, plan.visits[0].on + timedelta(days=7))

    def place(day: date) -> float:
        return LEFT + (RIGHT - LEFT) * (day - first).days / (last - first).days

    by_day = {localtime(one.starts_at).date(): one.standing for one in appointments}
    stops = tuple(
        Stop(place(visit.on), visit, by_day.get(visit.on, "planned" if visit.on >= on else "not booked"))
        for visit in plan.visits
    )
    return Timeline(stops, tuple(_months(first, last, place)), place(on) if first <= on <= last else None)


def _months(first: date, last: date, place: Callable[[date], float]) -> list[float]:
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return [place(day) for day in days if day.day == 1]
