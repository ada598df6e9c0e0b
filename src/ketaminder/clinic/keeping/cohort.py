"""The clinic's cohort as a researcher may see it: counts of those who agreed to research, small ones suppressed.

No row is about a person. Whoever looks is noted. Counts of two days can be compared, which no suppression prevents: who
knows that one person joined between them may learn where that one is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Case, Count, IntegerField, Value, When

from ketaminder.clinic.acting import Acting
from ketaminder.clinic.audit.actions import Action
from ketaminder.clinic.audit.append import append
from ketaminder.clinic.care.clock import today
from ketaminder.clinic.care.site import smallest_cell
from ketaminder.clinic.keeping.research import OLDEST
from ketaminder.clinic.keeping.suppression import SUPPRESSED, Cell, suppressed
from ketaminder.clinic.models import CohortMember

BAND = 10
"""Years of age that are counted together. A convention, wider than the ages themselves for the sake of small counts."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """How many people there are, and how many of them in each cell of each table; a cell is a count or `SUPPRESSED`.

    Without tables where the people are too few, since even an empty place in one would say something of them.
    """

    smallest: int
    people: str
    tables: Mapping[str, Mapping[Cell, str]]


def cohort(acting: Acting) -> Cohort:
    """The cohort today; looking is noted in the same transaction.

    Raises:
        Refused: nobody has signed the smallest count that may be shown.
    """
    smallest = smallest_cell(acting)
    with transaction.atomic():
        alike = _alike(acting, today())
        append(acting, Action.COHORT_SEEN, detail={"smallest": smallest})
    people = sum(count for _, count in alike)
    if people < smallest:
        return Cohort(smallest, SUPPRESSED, {})
    tables = {name: suppressed(_counted(alike, of), smallest) for name, of in TABLES.items()}
    return Cohort(smallest, str(people), tables)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is counted of a person; people who are alike in all of it are counted by the database."""

    band: int | None
    sex: str
    indication: str
    result: str
    protocol: str


def _alike(acting: Acting, day: date) -> list[tuple[_Kind, int]]:
    """How many people of each kind there are whose consent holds on `day`."""
    rows = CohortMember.objects.filter(clinic_id=acting.place, until__gte=day).annotate(band=_band(day))
    seen = ("band", "sex", "indication", "result", "protocol")
    return [(_Kind(*kind), count) for *kind, count in rows.values_list(*seen).annotate(Count("pk")).order_by()]


def _band(day: date) -> Case:
    """The age from which the band counts that somebody is in on `day`; None without a birth date."""
    younger = (
        When(birth_date__gt=_birthday(day, age), then=Value(age - BAND)) for age in range(BAND, OLDEST + 1, BAND)
    )
    known = When(birth_date__isnull=False, then=Value(OLDEST))
    return Case(*younger, known, default=None, output_field=IntegerField())


def _birthday(day: date, age: int) -> date:
    """The last birth date of those who are `age` on `day`."""
    try:
        return day.replace(year=day.year - age)
    except ValueError:
        return day.replace(year=day.year - age, day=28)


def _counted(alike: Iterable[tuple[_Kind, int]], of: Callable[[_Kind], Cell]) -> Counter[Cell]:
    counts = Counter[Cell]()
    for kind, count in alike:
        counts[of(kind)] += count
    return counts


def _age(kind: _Kind) -> Cell:
    if kind.band is None:
        return "", "unknown"
    return "", "90 or over" if kind.band == OLDEST else f"{kind.band} to {kind.band + BAND - 1}"


def _sex(kind: _Kind) -> Cell:
    return "", kind.sex or "unknown"


def _result(kind: _Kind) -> Cell:
    return (kind.indication, kind.result) if kind.result else ("", "not assessed")


def _protocol(kind: _Kind) -> Cell:
    return "", kind.protocol or "none planned"


TABLES: Mapping[str, Callable[[_Kind], Cell]] = {
    "age": _age,
    "sex": _sex,
    "result": _result,
    "protocol": _protocol,
}
"""Name -> the one cell of the table that somebody is counted in."""
