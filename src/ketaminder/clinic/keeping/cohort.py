"""The clinic's cohort as a researcher may see it: counts of those who agreed to research, small ones suppressed.

No row is about a person. Whoever looks is noted. Counts of two days can be compared, which no suppression prevents: who
knows that one person joined between them may learn where that one is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from ketaminder.clinic.acting import Acting
from ketaminder.clinic.audit.actions import Action
from ketaminder.clinic.audit.append import append
from ketaminder.clinic.care.chart import Chart
from ketaminder.clinic.care.clock import today
from ketaminder.clinic.care.cohort import agreed
from ketaminder.clinic.care.patients import age_on
from ketaminder.clinic.care.site import smallest_cell
from ketaminder.clinic.events.consents import Scope
from ketaminder.clinic.events.courses import PlanMade
from ketaminder.clinic.events.records import AssessmentMade
from ketaminder.clinic.keeping.research import OLDEST
from ketaminder.clinic.keeping.suppression import SUPPRESSED, Cell, suppressed

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
        charts = agreed(acting, Scope.RESEARCH, AssessmentMade, PlanMade)
        append(acting, Action.COHORT_SEEN, detail={"smallest": smallest})
    if len(charts) < smallest:
        return Cohort(smallest, SUPPRESSED, {})
    tables = {name: suppressed(_counted(charts, of), smallest) for name, of in TABLES.items()}
    return Cohort(smallest, str(len(charts)), tables)


def _counted(charts: Iterable[Chart], of: Callable[[Chart], Cell]) -> Counter[Cell]:
    return Counter(of(chart) for chart in charts)


def _age(chart: Chart) -> Cell:
    years = age_on(chart.patient.birth_date, today())
    if years is None:
        return "", "unknown"
    first = years // BAND * BAND
    return "", "90 or over" if first >= OLDEST else f"{first} to {first + BAND - 1}"


def _sex(chart: Chart) -> Cell:
    return "", chart.patient.sex or "unknown"


def _result(chart: Chart) -> Cell:
    made = chart.assessment
    return ("", "not assessed") if made is None or made[0].substance_use else (made[1].indication, made[1].result)


def _protocol(chart: Chart) -> Cell:
    made = chart.last(PlanMade)
    return "", "none planned" if made is None or made[0].substance_use else made[1].protocol


TABLES: Mapping[str, Callable[[Chart], Cell]] = {
    "age": _age,
    "sex": _sex,
    "result": _result,
    "protocol": _protocol,
}
"""Name -> the one cell of the table that somebody is counted in."""
