"""Which observations are due, and which are late?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count, takewhile

from ketaminder.evidence import Library
from ketaminder.rules.gates.answer import SITE
from ketaminder.rules.gates.site_values import SiteValues

PEAK = "F-BP-01"


@dataclass(frozen=True, slots=True)
class Due:
    """An observation that was due `at_minutes` after the dose, on whose authority, and how late it is."""

    at_minutes: float
    rule: str
    late_minutes: float


def due(library: Library, site: SiteValues, observed_minutes: Iterable[float], now_minutes: float) -> tuple[Due, ...]:
    """The observations that are due and not yet made, `now_minutes` after the dose, earliest first.

    One observation answers every time that was due before it: at the published moment of the pressure peak, and at
    every interval that the site signed.
    """
    last = max((minute for minute in observed_minutes if minute <= now_minutes), default=None)
    passed = sorted(time for time in _times(library, site, now_minutes) if last is None or last < time[0])
    return tuple(Due(minute, rule, now_minutes - minute) for minute, rule in passed)


def _times(library: Library, site: SiteValues, now_minutes: float) -> Iterator[tuple[float, str]]:
    peak = library.rules[PEAK]
    moment = peak["minutes_after_dose"].value
    if peak.concerns(site.product) and moment <= now_minutes:
        yield moment, PEAK
    interval = site.values["observe_every_minutes"]
    every = (interval * number for number in count(1))
    yield from ((minute, SITE) for minute in takewhile(lambda minute: minute <= now_minutes, every))
