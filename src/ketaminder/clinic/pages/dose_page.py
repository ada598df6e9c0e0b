"""What one dose does: every model's answer, one drawn with bands and published values, and the hours of the session."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from django.utils.text import capfirst
from django.utils.translation import gettext

from ketaminder.clinic.pages.charts import POINTS, Chart, Curve, Mark, Marks, Scale, scale_for
from ketaminder.clinic.pages.curves import HOURS, PANELS, TABLE_HOURS, ExposureRow, bands_of, panel_chart
from ketaminder.clinic.templatetags.clinic import number, prose, word
from ketaminder.pharmacology import Model, Population, Simulation, simulate
from ketaminder.pharmacology import acute as hours_of_a_session
from ketaminder.pharmacology.acute import TIMES_H, Course
from ketaminder.pharmacology.acute_effects import DIASTOLIC, DISSOCIATION, NOT_AN_ALARM, SYSTOLIC
from ketaminder.pharmacology.kinetics import EXPOSURE_H
from ketaminder.pharmacology.model import Array
from ketaminder.pharmacology.observations import Arm, Measure, Point, studies, tried_later
from ketaminder.pharmacology.population import covariates
from ketaminder.pharmacology.question import Answer, Scenario, answers, spread
from ketaminder.terms import Citation, Message, Patient, Refused, Route

PEOPLE, SEED = 1000, 20_260_101
ALIKE = 0.2
"""An infusion that lasted within this share of the one asked for is of the same kind."""
FEWEST, MOST = 0.5, 2.0
"""Published doses between half and twice the one asked for are scaled to it in proportion; nasal ones are not, since
less of each further device is absorbed.
"""
FINE_H = 4.0
ALIKE_YEARS = 15
"""People whose ages lie within this are shown beside each other. A convention."""
SESSION = Scale(4.0, (0.0, 1.0, 2.0, 3.0, 4.0))
SESSION_TABLE_H = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0)
DRAWN = (DISSOCIATION, SYSTOLIC, DIASTOLIC)


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that the page says of one scenario."""

    answers: tuple[Answer, ...]
    chosen: Answer
    simulation: Simulation
    charts: tuple[Chart, ...]
    session: tuple[Chart, ...]
    exposures: tuple[ExposureRow, ...]
    folds: tuple[tuple[str, str, str], ...]
    warnings: tuple[Message, ...]
    assumed: tuple[Message, ...]
    grounds: tuple[tuple[str, Message, Citation], ...]
    ranges: tuple[tuple[str, Message, Citation], ...]
    not_an_alarm: Message

    @property
    def any_published(self) -> bool:
        return any(chart.published for chart in self.charts)


def told(scenario: Scenario, model: str) -> Told:
    """The answer of `model` (the id of one that claims the question; empty: the first), beside the others.

    Raises:
        Refused: no model claims the question, the one that is named does not, or a value cannot be read.
    """
    found = answers(scenario)
    by_id = {one.model.id: one for one in found}
    if model and model not in by_id:
        raise Refused("model", model, f"one that answers this question: {', '.join(by_id)}")
    chosen = by_id[model] if model else found[0]
    simulation = _simulated(scenario, chosen.model.id)
    return Told(
        found,
        chosen,
        simulation,
        tuple(_charts(scenario, chosen, simulation)),
        tuple(_session(scenario)),
        tuple(_exposures(chosen)),
        tuple(_folds(found)),
        chosen.warnings,
        chosen.assumed,
        _cited([(one.name, one.grounds) for one in DRAWN]),
        _cited([(one.name, one.ranges) for one in DRAWN]),
        NOT_AN_ALARM,
    )


def _cited(
    groups: Sequence[tuple[str, tuple[tuple[Message, Citation], ...]]],
) -> tuple[tuple[str, Message, Citation], ...]:
    return tuple((name, said, source) for name, group in groups for said, source in group)


@lru_cache(maxsize=64)
def _simulated(scenario: Scenario, model: str) -> Simulation:
    """One model's curves, computed once in a process: the seed is fixed."""
    one = next(one for one in answers(scenario) if one.model.id == model)
    people = PEOPLE if one.model.variability else 1
    return simulate(one.model, one.patient, scenario.doses, _times_h(scenario), Population(people, SEED))


def _end_h(scenario: Scenario) -> float:
    return max(dose.time_h + dose.duration_h for dose in scenario.doses) + EXPOSURE_H


def _times_h(scenario: Scenario) -> Array:
    """Evenly to the end of the axis, and as closely as a chart can draw in the first hours after each start."""
    end = _hours(scenario).top
    starts = sorted({dose.time_h for dose in scenario.doses})
    sessions = [start for start, before in zip(starts, [-np.inf, *starts], strict=False) if start - before >= 1]
    fine = np.linspace(0.0, FINE_H, min(49, max(9, POINTS // len(sessions))))
    after = np.add.outer(sessions, fine).ravel()
    return np.unique(np.concatenate([np.linspace(0.0, end, POINTS), after[after < end]]))


def _hours(scenario: Scenario) -> Scale:
    return HOURS if _end_h(scenario) < 25 else scale_for(_end_h(scenario))


def _charts(scenario: Scenario, chosen: Answer, simulation: Simulation) -> Iterator[Chart]:
    """The panels of the person's page, as far as the model reports what they show."""
    hours = _hours(scenario)
    table = TABLE_HOURS if hours is HOURS else tuple(hours.ticks[1:])
    shown = [name if name in simulation.analytes else None for name in simulation.leading]
    for panel, name in zip(PANELS, (*shown, ""), strict=True):
        if name is None:
            continue
        published = tuple(_published(scenario, chosen, name)) if name else ()
        highest = [float(panel.quantiles(simulation).max())]
        highest += [float(curve.values.max()) for curve in panel.curves(simulation)]
        highest += [mark.value for each in published for mark in each.marks]
        scale = scale_for(max(highest))
        chart = panel_chart(
            "dose", panel, scale, simulation, inner=True, hours=hours, table_hours=table, published=published
        )
        yield replace(chart, key_under=hours is not HOURS)


def _session(scenario: Scenario) -> Iterator[Chart]:
    """The hours of the first session."""
    found = hours_of_a_session.courses(scenario.first_session)
    yield from (_session_chart(course) for course in found if course.effect in DRAWN)


def _session_chart(course: Course) -> Chart:
    shown = SESSION.top + 1e-9 >= TIMES_H
    bands = bands_of(course.bands[:, shown], inner=True) if course.bands is not None else ()
    highest = max([course.peak, *(float(one.high.max()) for one in bands)])
    return Chart(
        f"session-{course.effect.id}",
        capfirst(prose(course.effect.name)),
        _description(course.effect.unit, TIMES_H, course.typical),
        course.effect.unit,
        TIMES_H[shown],
        SESSION,
        scale_for(highest),
        bands,
        (Curve("typical", gettext("typical person"), course.typical[shown]),),
        SESSION_TABLE_H,
        key_under=True,
    )


def _description(unit: str, times_h: Array, typical: Array) -> str:
    peak = int(np.argmax(typical))
    said = gettext("The typical person peaks at {peak} {unit} after {hours} hours.")
    return said.format(peak=number(float(typical[peak])), hours=number(float(times_h[peak])), unit=unit)


def _published(scenario: Scenario, chosen: Answer, analyte: str) -> Iterator[Marks]:
    """Published levels, and published peaks, which have no hour of their own, where the typical person peaks."""
    at_h = chosen.exposures[analyte].tmax_h if analyte in chosen.exposures else 0.0
    levels, peaks = [], []
    for study in (*studies(), *tried_later()):
        for arm in filter(lambda one: _comparable(scenario, chosen, one), study.arms):
            for point in arm.points:
                if point.analyte == analyte and point.measure is Measure.LEVEL:
                    levels.append(_mark(scenario, chosen, arm, point, point.hour))
                if point.analyte == analyte and point.measure is Measure.PEAK:
                    peaks.append(replace(_mark(scenario, chosen, arm, point, at_h), peak=True))
    if levels:
        yield Marks("level", gettext("published levels"), tuple(levels))
    if peaks:
        yield Marks("peak", gettext("published peaks"), tuple(peaks))


def _mark(scenario: Scenario, chosen: Answer, arm: Arm, point: Point, hour: float) -> Mark:
    """A published value, scaled to the dose; whose it is, how it was read, and whether the model was fitted to it."""
    factor = scenario.first_total_mg / _total_mg(arm)
    of = [f"{arm.citation.source.citation} {arm.id}", word(arm.citation.grade)]
    if abs(factor - 1) >= 0.01:
        of.append(f"× {factor:.2f}")
    if arm.fitted_to(chosen.model.id, point):
        of.append(gettext("the model was fitted to it"))
    return Mark(hour, factor * point.value, "; ".join(of))


def _comparable(scenario: Scenario, chosen: Answer, arm: Arm) -> bool:
    """One session of the same drug by the same route and site in people alike, of about the dose, given as fast."""
    first, asked = arm.doses[0], scenario.doses[0]
    if (first.drug, first.route) != (asked.drug, asked.route) or arm.sampling is not chosen.claim.sampling:
        return False
    if not _of_people_alike(chosen, arm.patient):
        return False
    if len({dose.time_h for dose in scenario.doses if dose.time_h >= 1}) or any(one.time_h >= 1 for one in arm.doses):
        return False
    if first.route is Route.INTRAVENOUS and len(arm.doses) > 1:
        return False
    if first.route is Route.NASAL:
        return scenario.first_total_mg == _total_mg(arm)
    alike = abs(first.duration_h - asked.duration_h) <= ALIKE * asked.duration_h
    return alike and FEWEST <= scenario.first_total_mg / _total_mg(arm) <= MOST


def _of_people_alike(chosen: Answer, people: Patient) -> bool:
    """Whether what is known of the ancestry and age of `people` goes with the person whom the model follows."""
    person, _ = covariates(chosen.model, chosen.patient)
    ancestry, age_years = (
        getattr(person if name in chosen.model.covariates else chosen.patient, name)
        for name in ("ancestry", "age_years")
    )
    same = None in (ancestry, people.ancestry) or ancestry is people.ancestry
    return same and (None in (age_years, people.age_years) or abs(age_years - people.age_years) <= ALIKE_YEARS)


def _total_mg(arm: Arm) -> float:
    return sum(dose.amount_mg for dose in arm.doses)


def _exposures(chosen: Answer) -> Iterator[ExposureRow]:
    for name, one in chosen.exposures.items():
        yield ExposureRow(name, number(one.cmax_ng_per_mL), number(one.tmax_h), number(one.auc_24h_ng_h_per_mL))


def _folds(found: Sequence[Answer]) -> Iterator[tuple[str, str, str]]:
    """How far models disagree, by analyte: peak and area, the largest over the smallest."""
    for name, one in spread(found).items():
        yield name, f"{one.cmax_fold:.2f}", f"{one.auc_24h_fold:.2f}"


def choices(found: Told) -> list[tuple[str, str, bool]]:
    """Id and title of every model that answers, and whether it is the one drawn."""
    return [(one.model.id, _title(one.model), one is found.chosen) for one in found.answers]


def _title(model: Model) -> str:
    return f"{prose(model.title)}, {prose(model.matrix)}"


def in_words(scenario: Scenario) -> str:
    """The dose as the heading says it."""
    sessions = len({round(dose.time_h) for dose in scenario.doses if dose.time_h == 0 or dose.time_h >= 1})
    said = gettext("{drug}, {route}, {amount} mg").format(
        drug=word(scenario.drug), route=word(scenario.route) or scenario.route, amount=number(scenario.first_total_mg)
    )
    minutes = 60 * scenario.doses[0].duration_h
    said += gettext(" over {minutes} min").format(minutes=number(minutes)) if minutes else ""
    return capfirst(said + (gettext(", {count} times").format(count=sessions) if sessions > 1 else ""))
