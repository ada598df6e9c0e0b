"""Which day counts as today."""

from __future__ import annotations

from datetime import date

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
