"""What a clinic signs for itself: the values that published rules leave to the site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ketaminder.clinic.events.content import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteValuesSigned(Content):
    """The limits of the site for one product in one region, by name, whole: a later set replaces it."""

    kind: ClassVar[str] = "site values signed"
    region: str
    product: str
    values: dict[str, float]
    printed_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NurseLimitSigned(Content):
    """How many rooms one nurse may watch at the same time."""

    kind: ClassVar[str] = "nurse limit signed"
    rooms: int
    printed_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepingSigned(Content):
    """How many years a chart is kept after its last event, and the smallest count that research may be shown.

    None where the clinic did not decide. A later one replaces both.
    """

    kind: ClassVar[str] = "keeping signed"
    retention_years: int | None
    smallest_cell: int | None
    printed_name: str
