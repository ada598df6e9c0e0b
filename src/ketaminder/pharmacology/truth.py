"""Every published exposure held against the model that claims validity there."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import numpy as np

from ketaminder.pharmacology.kinetics import SUMS, bolus, exposures, follow
from ketaminder.pharmacology.model import Array, Model, Parameters
from ketaminder.pharmacology.observations import Arm, Measure, Point, Study, studies, tried_later
from ketaminder.pharmacology.population import typical_person, virtual_people
from ketaminder.pharmacology.question import claimants

WITHIN = (0.80, 1.25)
"""The span of agreement asked for: that of bioequivalence."""
PEAK_STEP_H, PEAKS_BEFORE_H = 1 / 60, 8.0
VIRTUAL_PEOPLE, SEED = 1000, 20_260_101


class Standing(StrEnum):
    """Whether a fold error counts."""

    COUNTED = "counted"
    FITTED = "used in fitting"
    CONFLICT = "declared conflict"
    RATE_CHANGE = "on a rate change"
    UNCLAIMED = "no model claims it"


@dataclass(frozen=True, slots=True)
class Scored:
    """One published value, the model that claims it, and fold = simulated over published."""

    study: Study
    arm: Arm
    point: Point
    standing: Standing
    model: Model | None = None
    simulated: float = math.nan

    @property
    def fold(self) -> float:
        """The simulated over the published value."""
        return self.simulated / self.point.value

    @property
    def within(self) -> bool:
        """Whether the fold lies in `WITHIN`."""
        return WITHIN[0] <= self.fold <= WITHIN[1]


@cache
def scored() -> tuple[Scored, ...]:
    """Every published value that was known when the models were chosen, in the order of the files."""
    return _each(studies())


@cache
def scored_later() -> tuple[Scored, ...]:
    """Every published value that was read afterwards, in the order of the files."""
    return _each(tried_later())


@cache
def scored_hours() -> tuple[Scored, ...]:
    """Every published hour of a peak, counted from the first dose, in the order of the files; later ones last."""
    return tuple(
        _hour(study, arm, point)
        for study in (*studies(), *tried_later())
        for arm in study.arms
        for point in arm.peak_hours
    )


def _hour(study: Study, arm: Arm, point: Point) -> Scored:
    model = claiming(arm, point)
    if model is None:
        return Scored(study, arm, point, Standing.UNCLAIMED)
    found = exposures(model, typical_person(model, arm.patient), arm.doses)[point.analyte]
    return Scored(study, arm, point, standing(arm, point, model), model, found.tmax_h)


def _each(papers: Iterable[Study]) -> tuple[Scored, ...]:
    return tuple(one for study in papers for arm in study.arms for one in _arm(study, arm))


def _arm(study: Study, arm: Arm) -> Iterator[Scored]:
    for point in arm.points:
        model = claiming(arm, point)
        if model is None:
            yield Scored(study, arm, point, Standing.UNCLAIMED)
        else:
            yield Scored(study, arm, point, standing(arm, point, model), model, simulated(model, arm, point))


def claiming(arm: Arm, point: Point) -> Model | None:
    """The first model, by place, that claims the question, reports the analyte and reaches the hour."""
    first = arm.doses[0]
    for model, claim in claimants(first.drug, first.route, arm.sampling, boluses=all(map(bolus, arm.doses))):
        if point.hour <= claim.until_h and parts(point.analyte) <= model.analytes(first.drug):
            return model
    return None


def parts(analyte: str) -> set[str]:
    """The enantiomers of which `analyte` is the sum, or itself."""
    return set(SUMS.get(analyte, (analyte,)))


def standing(arm: Arm, point: Point, model: Model) -> Standing:
    """Whether `point` counts for `model`."""
    if point.conflict:
        return Standing.CONFLICT
    if arm.fitted_to(model.id, point):
        return Standing.FITTED
    return Standing.RATE_CHANGE if point.on_a_rate_change else Standing.COUNTED


def simulated(model: Model, arm: Arm, point: Point) -> float:
    """What `model` says of `point`, in its unit, for the typical person.

    A mean that authors predicted over people drawn from their model is met by the same mean.
    """
    if arm.of_virtual_people and model.variability:
        people = virtual_people(model, arm.patient, VIRTUAL_PEOPLE, np.random.default_rng(SEED))
        return float(_values(model, people, arm, point).mean())
    person = typical_person(model, arm.patient)
    if point.measure is Measure.PEAK and not arm.peak_from_h:
        return exposures(model, person, arm.doses)[point.analyte].cmax_ng_per_mL
    return float(_values(model, person, arm, point)[0])


def _values(model: Model, people: Parameters, arm: Arm, point: Point) -> Array:
    """`point` of everybody whose parameters are given, (people,). Peaks to the minute."""
    if point.measure is Measure.PEAK:
        hours = np.arange(arm.peak_from_h, PEAKS_BEFORE_H, PEAK_STEP_H)
        peaks: Array = follow(model, people, arm.doses, hours).concentrations()[point.analyte].max(axis=1)
        return peaks
    followed = follow(model, people, arm.doses, np.array([point.hour]))
    found = followed.aucs() if point.measure is Measure.AREA else followed.concentrations()
    return found[point.analyte][:, 0]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many values and arms lie within the span. An arm does by its mean (geometric), or strictly by every value."""

    papers: int
    values: int
    values_within: int
    arms: int
    arms_within: int
    arms_strictly_within: int


def tally(given: Iterable[Scored]) -> Tally:
    """The tally of the counted values among `given`."""
    counted = [one for one in given if one.standing is Standing.COUNTED]
    arms: dict[tuple[str, str], list[Scored]] = {}
    for one in counted:
        arms.setdefault((one.study.source.id, one.arm.id), []).append(one)
    return Tally(
        papers=len({one.study.source.id for one in counted}),
        values=len(counted),
        values_within=sum(one.within for one in counted),
        arms=len(arms),
        arms_within=sum(WITHIN[0] <= mean_fold(several) <= WITHIN[1] for several in arms.values()),
        arms_strictly_within=sum(all(one.within for one in several) for several in arms.values()),
    )


def mean_fold(several: Sequence[Scored]) -> float:
    """The geometric mean of fold errors."""
    return math.exp(sum(math.log(one.fold) for one in several) / len(several))


def log_rms(several: Sequence[Scored]) -> float:
    """The typical size of the errors, on the log scale: 0.10 is about 10%."""
    return math.sqrt(sum(math.log(one.fold) ** 2 for one in several) / len(several))
