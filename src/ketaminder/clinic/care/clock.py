"""Which day counts as today."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from ketaminder.clinic.acting import Acting


def today() -> date:
    """The operator's date, or the clock's."""
    fixed: date | None = settings.KETAMINDER_ON
    return fixed or timezone.localdate()


def day_of(acting: Acting) -> date:
    """The day on which somebody acts: the operator's date, unless it is in the demonstration's past."""
    return timezone.localdate(acting.at) if acting.at else today()


def begins(acting: Acting, day: date) -> datetime:
    """The moment at which a day of the clinic begins; a day on which clocks change has 23 or 25 hours."""
    return datetime.combine(day, time(), ZoneInfo(acting.time_zone)).astimezone(UTC)
