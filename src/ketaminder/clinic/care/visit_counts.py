"""How visits went, in counts: by month, and within a month by day and room. Nothing names a patient."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate, TruncMonth

from ketaminder.clinic.acting import Acting
from ketaminder.clinic.care.appointments import of_clinic
from ketaminder.clinic.care.clock import begins
from ketaminder.clinic.models import Appointment, Standing

MONTHS = 12
"""How many are shown at most. A convention."""
CAME = Q(standing__in=(Standing.ARRIVED, Standing.FINISHED))
STILL_BOOKED = Q(standing=Standing.BOOKED)


@dataclass(frozen=True, slots=True)
class Counts:
    """Visits arranged, and what became of them; each is one of came, missed, cancelled, still booked.

    `no_escort` are those without anybody named who takes the patient home, among who came or is still booked.
    """

    visits: int = 0
    came: int = 0
    missed: int = 0
    cancelled: int = 0
    still_booked: int = 0
    no_escort: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Counts)))


COUNTED: dict[str, Any] = {
    "visits": Count("id"),
    "came": Count("id", CAME),
    "missed": Count("id", Q(standing=Standing.MISSED)),
    "cancelled": Count("id", Q(standing=Standing.CANCELLED)),
    "still_booked": Count("id", STILL_BOOKED),
    "no_escort": Count("id", (CAME | STILL_BOOKED) & Q(escort="")),
}


@dataclass(frozen=True, slots=True)
class Day:
    """The visits of one day, and how many were arranged in each room."""

    day: date
    counts: Counts
    rooms: tuple[tuple[str, int], ...]


def by_month(acting: Acting, last: date) -> list[tuple[date, Counts]]:
    """The first day of each month and its counts, newest first; `last` is a day of the newest.

    The oldest is the clinic's first month with a visit, or the twelfth back; nothing where no visit was arranged.
    """
    months = [_month(last, -back) for back in range(MONTHS)]
    rows = _between(acting, months[-1], _month(last, 1)).annotate(
        month=TruncMonth("starts_at", tzinfo=ZoneInfo(acting.time_zone))
    )
    found = {row["month"].date(): _counts(row) for row in rows.values("month").annotate(**COUNTED).order_by()}
    began = months[-1] if _before(acting, months[-1]) else min(found, default=date.max)
    return [(month, found.get(month, Counts())) for month in months if month >= began]


def by_day(acting: Acting, month: date) -> list[Day]:
    """Each day of the month of `month` on which a visit was arranged, in order; days are the clinic's own."""
    rows = _between(acting, _month(month), _month(month, 1)).annotate(
        day=TruncDate("starts_at", tzinfo=ZoneInfo(acting.time_zone))
    )
    rooms = defaultdict[date, dict[str, Counts]](dict)
    for row in rows.values("day", "room").annotate(**COUNTED).order_by("day", "room"):
        rooms[row["day"]][row["room"]] = _counts(row)
    return [
        Day(day, sum(of.values(), Counts()), tuple((room, one.visits) for room, one in of.items()))
        for day, of in rooms.items()
    ]


def _counts(row: Mapping[str, Any]) -> Counts:
    return Counts(**{name: row[name] for name in COUNTED})


def _month(day: date, later: int = 0) -> date:
    """The first day of the month of `day`, or of one `later`."""
    years, month = divmod(day.year * 12 + day.month - 1 + later, 12)
    return date(years, month + 1, 1)


def _before(acting: Acting, day: date) -> bool:
    """Whether a visit was arranged for a day before `day`."""
    return of_clinic(acting).filter(starts_at__lt=begins(acting, day)).exists()


def _between(acting: Acting, first: date, end: date) -> QuerySet[Appointment]:
    """The visits that start on the clinic's days from `first` up to, and without, `end`."""
    return of_clinic(acting).filter(starts_at__gte=begins(acting, first), starts_at__lt=begins(acting, end))
