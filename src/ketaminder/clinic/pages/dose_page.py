"""What one dose does: every model's answer, one drawn with bands, the others' lines and published values beside it, and
the hours of the session.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import urlencode

import numpy as np
from django.utils.text import capfirst
from django.utils.translation import gettext

from ketaminder.clinic.pages.charts import POINTS, Chart, Curve, Scale, scale_for
from ketaminder.clinic.pages.curves import ExposureRow, bands_of, panel_chart
from ketaminder.clinic.pages.dose_views import SESSION, SESSION_TABLE_H, VIEWS, Asked, View, asked_of
from ketaminder.clinic.pages.published import Dosed, marks_of
from ketaminder.clinic.templatetags.clinic import number, prose, word
from ketaminder.pharmacology import Model, Population, Simulation, simulate
from ketaminder.pharmacology import acute as hours_of_a_session
from ketaminder.pharmacology.acute import TIMES_H, Course
from ketaminder.pharmacology.acute_effects import DIASTOLIC, DISSOCIATION, NOT_AN_ALARM, SYSTOLIC
from ketaminder.pharmacology.model import Array
from ketaminder.pharmacology.question import Answer, Scenario, answers, spread
from ketaminder.terms import Citation, Message, Refused

PEOPLE, SEED = 1000, 20_260_101
FINE_H = 4.0
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
    study: Dosed | None
    view: View
    views: tuple[View, ...]

    @property
    def published(self) -> frozenset[str]:
        """Which kinds of published values are drawn."""
        return frozenset(each.style for chart in self.charts for each in chart.published)


def told(scenario: Scenario, model: str, study: Dosed | None = None, view: str = View.DAY) -> Told:
    """The answer of `model` (the id of one that claims the question; empty: the first), beside the others.

    Of a `study`, whose scenario it then is, the levels and peaks are drawn as they were published.

    Raises:
        Refused: no model claims the question, the one that is named does not, no such view, or a value cannot be read.
    """
    found = answers(scenario)
    by_id = {one.model.id: one for one in found}
    if model and model not in by_id:
        raise Refused("model", model, f"one that answers this question: {', '.join(by_id)}")
    chosen = by_id[model] if model else found[0]
    asked = asked_of(scenario, chosen, study, view)
    simulation = _simulated(scenario, chosen.model.id, asked.hours)
    others = tuple(_typical(scenario, one.model.id, asked.hours) for one in found if one is not chosen)
    return Told(
        found,
        chosen,
        simulation,
        tuple(_charts(asked, simulation, others)),
        () if study else tuple(_session(scenario)),
        tuple(_exposures(chosen)),
        tuple(_folds(found)),
        chosen.warnings,
        chosen.assumed,
        _cited([(one.name, one.grounds) for one in DRAWN]),
        _cited([(one.name, one.ranges) for one in DRAWN]),
        NOT_AN_ALARM,
        study,
        asked.view,
        asked.views,
    )


def _cited(
    groups: Sequence[tuple[str, tuple[tuple[Message, Citation], ...]]],
) -> tuple[tuple[str, Message, Citation], ...]:
    return tuple((name, said, source) for name, group in groups for said, source in group)


@lru_cache(maxsize=64)
def _simulated(scenario: Scenario, model: str, hours: Scale, most: int = PEOPLE) -> Simulation:
    """One model's curves of at most so many people, computed once in a process: the seed is fixed."""
    one = next(one for one in answers(scenario) if one.model.id == model)
    people = most if one.model.variability else 1
    return simulate(one.model, one.patient, scenario.doses, _times_h(scenario, hours), Population(people, SEED))


def _typical(scenario: Scenario, model: str, hours: Scale) -> Simulation:
    """The typical person alone."""
    return _simulated(scenario, model, hours, 1)


def _times_h(scenario: Scenario, hours: Scale) -> Array:
    """Evenly to the end of the axis, and as closely as a chart can draw in the first hours after each start."""
    starts = sorted({dose.time_h for dose in scenario.doses})
    sessions = [start for start, before in zip(starts, [-np.inf, *starts], strict=False) if start - before >= 1]
    fine = np.linspace(0.0, FINE_H, min(49, max(9, POINTS // len(sessions))))
    after = np.add.outer(sessions, fine).ravel()
    return np.unique(np.concatenate([np.linspace(0.0, hours.top, POINTS), after[after < hours.top]]))


def _charts(asked: Asked, simulation: Simulation, others: Sequence[Simulation]) -> Iterator[Chart]:
    """The panels, as far as the model reports what they show."""
    for name, panel in asked.panels(simulation):
        published = tuple(marks_of(asked.scenario, asked.chosen, asked.published, name)) if name else ()
        beside = tuple(one.analytes[name].curve.typical for one in others if name in one.analytes)
        highest = [float(panel.quantiles(simulation).max()), *(float(values.max()) for values in beside)]
        highest += [float(curve.values.max()) for curve in panel.curves(simulation)]
        highest += [mark.value for each in published for mark in each.marks]
        chart = panel_chart(
            "dose",
            panel,
            asked.scale(name, max(highest), float(panel.quantiles(simulation)[0, -1])),
            simulation,
            inner=True,
            hours=asked.hours,
            table_hours=asked.table_hours,
            published=published,
        )
        yield replace(chart, others=beside, key_under=asked.key_under)


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


def _exposures(chosen: Answer) -> Iterator[ExposureRow]:
    for name, one in chosen.exposures.items():
        yield ExposureRow(name, number(one.cmax_ng_per_mL), number(one.tmax_h), number(one.auc_24h_ng_h_per_mL))


def _folds(found: Sequence[Answer]) -> Iterator[tuple[str, str, str]]:
    """How far models disagree, by analyte: peak and area, the largest over the smallest."""
    for name, one in spread(found).items():
        yield name, f"{one.cmax_fold:.2f}", f"{one.auc_24h_fold:.2f}"


def choices(found: Told, asked: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """Every model that answers: the address that draws it, its title, and whether it is the one drawn."""
    return [(_address(asked, model=one.model.id), _title(one.model), one is found.chosen) for one in found.answers]


def views(found: Told, asked: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """Every way of drawing it: its address, its words, and whether it is this one."""
    return [(_address(asked, view=one.value), str(VIEWS[one]), one is found.view) for one in found.views]


def _address(asked: Mapping[str, str], **other: str) -> str:
    """The same question, but for one thing."""
    question = {**dict(asked.items()), **other}  # by items, since the keys of a query lead to lists
    return f"?{urlencode({name: said for name, said in question.items() if said})}#answer"


def _title(model: Model) -> str:
    return f"{prose(model.title)}, {prose(model.matrix)}"


def in_words(scenario: Scenario, study: Dosed | None = None) -> str:
    """The dose as the heading says it."""
    if study:
        return study.in_words
    sessions = len({round(dose.time_h) for dose in scenario.doses if dose.time_h == 0 or dose.time_h >= 1})
    said = gettext("{drug}, {route}, {amount} mg").format(
        drug=word(scenario.drug), route=word(scenario.route) or scenario.route, amount=number(scenario.first_total_mg)
    )
    minutes = 60 * scenario.doses[0].duration_h
    said += gettext(" over {minutes} min").format(minutes=number(minutes)) if minutes else ""
    return capfirst(said + (gettext(", {count} times").format(count=sessions) if sessions > 1 else ""))
