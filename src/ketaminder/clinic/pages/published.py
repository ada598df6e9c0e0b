"""Published values beside a dose: those of comparable doses, or those of one study, dosed as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from django.utils.text import capfirst, slugify
from django.utils.translation import gettext

from ketaminder.clinic.pages.charts import Mark, Marks
from ketaminder.clinic.templatetags.clinic import number, word
from ketaminder.pharmacology.observations import Arm, Measure, Point, studies, tried_later
from ketaminder.pharmacology.population import covariates
from ketaminder.pharmacology.question import Answer, Scenario
from ketaminder.terms import Patient, Refused, Route, Source

ALIKE = 0.2
"""An infusion that lasted within this share of the one asked for is of the same kind."""
FEWEST, MOST = 0.5, 2.0
"""Published doses between half and twice the one asked for are scaled to it in proportion; nasal ones are not, since
less of each further device is absorbed.
"""
ALIKE_YEARS = 15
"""People whose ages lie within this are shown beside each other. A convention."""
ON_A_CHART = (Measure.LEVEL, Measure.PEAK)


@dataclass(frozen=True, slots=True)
class Dosed:
    """One way of dosing of one paper: its arms, of which one may hold what another figure of the paper shows."""

    id: str
    source: Source
    arms: tuple[Arm, ...]

    @property
    def title(self) -> str:
        """What was given, and who published it when."""
        who = re.split(r"[.,;]| et al", self.source.citation)[0]
        year = re.search(r"\b(?:19|20)\d\d\b", self.source.citation)
        said = f"{who} {year[0]}" if year and year[0] not in who else who
        return f"{capfirst(self.arms[0].id)} ({said})"

    @property
    def in_words(self) -> str:
        """Every dose as the heading says it."""
        steps = (
            gettext("{amount} mg over {minutes} min").format(
                amount=number(dose.amount_mg), minutes=number(60 * dose.duration_h)
            )
            if dose.duration_h
            else gettext("{amount} mg").format(amount=number(dose.amount_mg))
            for dose in self.arms[0].doses
        )
        return f"{self.kind}: {gettext(', then ').join(steps)}"

    @property
    def kind(self) -> str:
        """Drug and route, under which the page lists it."""
        dose = self.arms[0].doses[0]
        return capfirst(f"{word(dose.drug)}, {word(dose.route) or dose.route}")

    @property
    def scenario(self) -> Scenario:
        """The question that the models are asked: the study's own doses, people and sampling site."""
        first = self.arms[0]
        return Scenario(first.doses, first.patient, first.sampling)

    @property
    def as_asked(self) -> dict[str, str]:
        """What the form of a dose of one's own begins with: of several doses only the drug and the route."""
        dose, *further = self.arms[0].doses
        told = {"drug": str(dose.drug), "route": str(dose.route)}
        if further and dose.route is not Route.NASAL:
            return told
        told["dose_mg"] = f"{self.scenario.first_total_mg:g}"
        return told | ({"duration_min": f"{60 * dose.duration_h:g}"} if dose.route is Route.INTRAVENOUS else {})

    @property
    def levels(self) -> tuple[Point, ...]:
        return tuple(point for arm in self.arms for point in arm.points if point.measure is Measure.LEVEL)

    @property
    def analytes(self) -> tuple[str, ...]:
        """What was published of, each once."""
        points = (point for arm in self.arms for point in arm.points if point.measure in ON_A_CHART)
        return tuple(dict.fromkeys(point.analyte for point in points))


@cache
def dosed() -> dict[str, Dosed]:
    """Every published way of dosing of which a level or a peak can be drawn, by its id."""
    found: dict[tuple[object, ...], Dosed] = {}
    for study in (*studies(), *tried_later()):
        for arm in study.arms:
            if not any(point.measure in ON_A_CHART for point in arm.points):
                continue
            key = (study.source.id, arm.doses, arm.patient, arm.sampling)
            first = found.get(key) or Dosed(f"{study.source.id}-{slugify(arm.id)}", study.source, ())
            found[key] = replace(first, arms=(*first.arms, arm))
    return {one.id: one for one in found.values()}


def dosed_as(id_: str) -> Dosed:
    """One of `dosed`.

    Raises:
        Refused: no such study.
    """
    if id_ not in dosed():
        raise Refused("study", id_, "one of those that the page lists")
    return dosed()[id_]


def listed() -> list[tuple[str, list[Dosed]]]:
    """Every published way of dosing under its drug and route, those with whole curves first."""
    kinds: dict[str, list[Dosed]] = {}
    for one in sorted(dosed().values(), key=lambda one: (one.kind, not one.levels)):
        kinds.setdefault(one.kind, []).append(one)
    return list(kinds.items())


def comparable(scenario: Scenario, chosen: Answer) -> tuple[Arm, ...]:
    """The published arms that may stand beside the dose that is asked for."""
    arms = (arm for study in (*studies(), *tried_later()) for arm in study.arms)
    return tuple(arm for arm in arms if _comparable(scenario, chosen, arm))


def marks_of(scenario: Scenario, chosen: Answer, arms: tuple[Arm, ...], analyte: str) -> Iterator[Marks]:
    """Published levels, and published peaks, which have no hour of their own, where the typical person peaks."""
    at_h = chosen.exposures[analyte].tmax_h if analyte in chosen.exposures else 0.0
    points = [(arm, point) for arm in arms for point in arm.points if point.analyte == analyte]
    levels = [_mark(scenario, chosen, *one, one[1].hour) for one in points if one[1].measure is Measure.LEVEL]
    peaks = [_mark(scenario, chosen, *one, at_h) for one in points if one[1].measure is Measure.PEAK]
    if levels:
        yield Marks("level", gettext("published levels"), tuple(levels))
    if peaks:
        yield Marks("peak", gettext("published peaks"), tuple(replace(one, peak=True) for one in peaks))


def _mark(scenario: Scenario, chosen: Answer, arm: Arm, point: Point, hour: float) -> Mark:
    """A published value, scaled to the dose; whose it is, how it was read, and whether the model was fitted to it."""
    factor = scenario.first_total_mg / _first_mg(arm)
    of = [f"{arm.citation.source.citation} {arm.id}", arm.citation.locator, word(arm.citation.grade)]
    if not arm.measured:
        of.append(gettext("the authors’ own model computed it"))
    if abs(factor - 1) >= 0.01:
        of.append(f"× {factor:.2f}")
    if arm.fitted_to(chosen.model.id, point):
        of.append(gettext("the model was fitted to it"))
    return Mark(hour, factor * point.value, "; ".join(filter(None, of)))


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
        return scenario.first_total_mg == _first_mg(arm)
    alike = abs(first.duration_h - asked.duration_h) <= ALIKE * asked.duration_h
    return alike and FEWEST <= scenario.first_total_mg / _first_mg(arm) <= MOST


def _of_people_alike(chosen: Answer, people: Patient) -> bool:
    """Whether what is known of the ancestry and age of `people` goes with the person whom the model follows."""
    person, _ = covariates(chosen.model, chosen.patient)
    ancestry, age_years = (
        getattr(person if name in chosen.model.covariates else chosen.patient, name)
        for name in ("ancestry", "age_years")
    )
    same = None in (ancestry, people.ancestry) or ancestry is people.ancestry
    return same and (None in (age_years, people.age_years) or abs(age_years - people.age_years) <= ALIKE_YEARS)


def _first_mg(arm: Arm) -> float:
    """What an arm gave in its first hour, as `Scenario.first_total_mg` counts it."""
    return Scenario(arm.doses, arm.patient).first_total_mg
