"""Which day counts as today."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils import timezone


def today() -> date:
    """The operator's date, or the clock's."""
    fixed: date | None = settings.KETAMINDER_ON
    return fixed or timezone.localdate()
