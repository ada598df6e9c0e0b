"""What a clinic signs for itself: the values that published rules leave to the site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ketaminder.clinic.events.content import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteValueSigned(Content):
    """One value of the site, with who answers for it. A later one replaces it."""

    kind: ClassVar[str] = "site value signed"
    name: str
    value: float
    unit: str
    reason: str
