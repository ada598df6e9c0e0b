"""De-identified export for research: only patients who consented to research, and nothing that names anybody.

Names, numbers and free text are dropped, ages over 89 are one group (45 CFR 164.514(b)(2)). Dates are shifted by a
random whole number of weeks a patient, so that intervals stay and none is true. Shifted dates are still dates: the safe
harbour would drop them too, so the tables of rows need an expert's determination (164.514(b)(1)) or a data use
agreement, and stay with those who have it. Only `summary.csv` may be shown further: no cell below the smallest count
that the clinic has signed, nor one that a total would give back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from secrets import SystemRandom, token_hex
from typing import Any

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
from ketaminder.clinic.events.courses import CourseClosed, PlanMade
from ketaminder.clinic.events.records import AssessmentMade
from ketaminder.clinic.keeping.export import into_folder, whole_folder, write_table
from ketaminder.clinic.keeping.suppression import suppressed
from ketaminder.clinic.models import Appointment, Event

OLDEST = 90
"""Ages from here on are one group: 45 CFR 164.514(b)(2)(i)(C)."""

MOST_WEEKS = 52


@dataclass(frozen=True, slots=True)
class Subject:
    """A patient as research sees one: a new id, a shift in time that nobody is told, and the chart."""

    id: str
    shift: timedelta
    chart: Chart

    def shifted(self, day: date) -> date:
        return day + self.shift


def export_research(acting: Acting, out: Path) -> dict[str, int]:
    """Write the de-identified tables into the new folder `out`; the number of rows of each.

    Raises:
        Refused: the folder is there already or cannot be made, or nobody has signed the smallest count that is shown.
    """
    smallest = smallest_cell(acting)
    with transaction.atomic(), whole_folder(out) as folder:
        subjects, opened = consenting(acting), into_folder(folder)
        counts = {
            name: write_table(opened(name), columns, (row for one in subjects for row in rows(one)))
            for name, (columns, rows) in TABLES.items()
        }
        write_table(opened("summary.csv"), ("indication", "result", "patients"), summary(subjects, smallest))
        append(acting, Action.EXPORTED, detail={"research": True, "patients": len(subjects)})
    return counts


def consenting(acting: Acting) -> list[Subject]:
    """The patients whose consent to research stands, in random order."""
    chance = SystemRandom()
    charts = agreed(acting, Scope.RESEARCH, AssessmentMade, PlanMade, CourseClosed)
    subjects = [Subject(token_hex(8), timedelta(weeks=_shift(chance)), chart) for chart in charts]
    chance.shuffle(subjects)
    return subjects


def summary(subjects: Iterable[Subject], smallest: int) -> list[tuple[str, str, str]]:
    """How many patients by indication and result, small cells suppressed."""
    cells = Counter(
        (made[1].indication, made[1].result) for one in subjects if (made := _assessment(one.chart)) is not None
    )
    return [(*cell, shown) for cell, shown in suppressed(cells, smallest).items()]


def _shift(chance: SystemRandom) -> int:
    """Weeks, never none."""
    weeks = chance.randint(1, MOST_WEEKS)
    return weeks if chance.random() < 0.5 else -weeks


def _assessment(chart: Chart) -> tuple[Event, AssessmentMade] | None:
    made = chart.assessment
    return None if made is None or made[0].substance_use else made


def _patient(one: Subject) -> Iterable[Sequence[Any]]:
    born = one.chart.patient.birth_date
    age = age_on(born, today())
    yield one.id, "90 or over" if age is not None and age >= OLDEST else age, one.chart.patient.sex


def _assessments(one: Subject) -> Iterable[Sequence[Any]]:
    for event, made in one.chart.every(AssessmentMade):
        if not event.substance_use:
            yield one.id, one.shifted(made.on), made.indication, made.product, made.region, made.result, made.evidence


def _plans(one: Subject) -> Iterable[Sequence[Any]]:
    for event, plan in one.chart.every(PlanMade):
        if not event.substance_use:
            yield one.id, plan.protocol, one.shifted(plan.first_day), len(plan.visits)


def _visits(one: Subject) -> Iterable[Sequence[Any]]:
    for visit in Appointment.objects.filter(patient_id__in=one.chart.charts).order_by("starts_at"):
        minutes = (visit.ends_at - visit.starts_at).total_seconds() / 60
        yield one.id, one.shifted(visit.starts_at.date()), f"{minutes:.0f}", visit.standing


def _closings(one: Subject) -> Iterable[Sequence[Any]]:
    for event, _ in one.chart.every(CourseClosed):
        if not event.substance_use:
            yield one.id, one.shifted(event.observed_at.date())


Rows = Callable[[Subject], Iterable[Sequence[Any]]]
TABLES: dict[str, tuple[tuple[str, ...], Rows]] = {
    "patients.csv": (("subject", "age_years", "sex"), _patient),
    "assessments.csv": (
        ("subject", "shifted_on", "indication", "product", "region", "result", "evidence"),
        _assessments,
    ),
    "plans.csv": (("subject", "protocol", "shifted_first_day", "visits"), _plans),
    "visits.csv": (("subject", "shifted_on", "minutes", "standing"), _visits),
    "closings.csv": (("subject", "shifted_on"), _closings),
}
