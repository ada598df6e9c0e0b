"""FHIR dates: whole or partial, with or without a time. What a partial date leaves open stays open.

Forms after http://hl7.org/fhir/R4/datatypes.html#dateTime
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime

from ketaminder.fhir.document import Element

_FORM = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?)?)?")
_REQUIRED = "a FHIR date: YYYY, YYYY-MM, YYYY-MM-DD, or a date and time with its time zone"


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """The first and last day that a date may mean, and the instant where a time is given. Later is greater."""

    earliest: date
    latest: date
    instant: float = float("-inf")

    @property
    def whole(self) -> bool:
        return self.earliest == self.latest


def moment(element: Element) -> Moment | None:
    """The date at `element`, or None where there is none.

    Raises:
        Refused: the date cannot be read.
    """
    text = element.text()
    if not text:
        return None
    match = _FORM.fullmatch(text)
    if not match:
        raise element.refused(_REQUIRED)
    try:
        return _moment(match)
    except (ValueError, OverflowError):
        raise element.refused(f"{_REQUIRED}; this day or time does not exist") from None


def _moment(match: re.Match[str]) -> Moment:
    year, month, day, time = match.groups()
    first = date(int(year), int(month or 1), int(day or 1))
    if day:
        return Moment(first, first, datetime.fromisoformat(match[0]).timestamp()) if time else Moment(first, first)
    last_month = int(month or 12)
    return Moment(first, date(first.year, last_month, calendar.monthrange(first.year, last_month)[1]))


def period(element: Element) -> tuple[Moment | None, Moment | None]:
    """Start and end of a FHIR Period."""
    start, end = moment(element["start"]), moment(element["end"])
    if start and end and end.latest < start.earliest:
        raise element.refused("a period that ends after it starts")
    return start, end


def whole_years(birth: date, on: date) -> int:
    """Completed years of age; a person born on 29 February turns a year older on 1 March of a common year."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def whole_months(since: date, on: date) -> int:
    return (on.year - since.year) * 12 + on.month - since.month - (on.day < since.day)
