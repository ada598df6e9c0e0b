"""Published curves that somebody digitised, with every model that claims their question drawn and scored on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from ketaminder.pharmacology.kinetics import bolus, follow
from ketaminder.pharmacology.model import Array, Model
from ketaminder.pharmacology.observations import Arm, Measure, Point, Study, studies, tried_later
from ketaminder.pharmacology.population import typical_person
from ketaminder.pharmacology.question import claimants
from ketaminder.pharmacology.truth import Scored, Standing, claiming, parts, simulated, standing
from ketaminder.pharmacology.validity import Claim

DIGITISED = "digiti"
"""How a locator says that points were read off a figure: digitised, digitisation."""
STEP_H = 1 / 60


@dataclass(frozen=True, slots=True)
class Line:
    """What one model says of a digitised curve, for the typical person, as far as its data reach.

    `times_h` and `ng_per_mL` are (times,), from zero by the minute; `scored` holds the points within reach.
    """

    model: Model
    place: int
    times_h: Array
    ng_per_mL: Array
    scored: tuple[Scored, ...]

    @property
    def counted(self) -> tuple[Scored, ...]:
        """Points that the model was not fitted to and at which no infusion rate changes."""
        return tuple(one for one in self.scored if one.standing is Standing.COUNTED)

    @property
    def within(self) -> int:
        """How many counted points lie within the span of agreement."""
        return sum(one.within for one in self.counted)


@dataclass(frozen=True, slots=True)
class Curve:
    """One analyte of one arm: what was read off the figure, and the models, the one asked first in front.

    `answered` holds each point against the model that answers for its hour, as the truth report counts it.
    """

    study: Study
    arm: Arm
    analyte: str
    answered: tuple[Scored, ...]
    lines: tuple[Line, ...]


@cache
def curves() -> tuple[Curve, ...]:
    """Every digitised curve, in the order of the files; last those that were tried later."""
    return tuple(
        _curve(study, arm, analyte)
        for study in (*studies(), *tried_later())
        for arm in study.arms
        if DIGITISED in arm.citation.locator
        for analyte in dict.fromkeys(point.analyte for point in _read_off(arm))
    )


def _read_off(arm: Arm) -> Iterator[Point]:
    return (point for point in arm.points if point.measure is Measure.LEVEL)


def _curve(study: Study, arm: Arm, analyte: str) -> Curve:
    points = [point for point in _read_off(arm) if point.analyte == analyte]
    answered = [(point, claiming(arm, point)) for point in points]
    return Curve(
        study,
        arm,
        analyte,
        tuple(_scored(study, arm, point, model) for point, model in answered if model is not None),
        tuple(_lines(study, arm, points)),
    )


def _scored(study: Study, arm: Arm, point: Point, model: Model) -> Scored:
    return Scored(study, arm, point, standing(arm, point, model), model, simulated(model, arm, point))


def _lines(study: Study, arm: Arm, points: Sequence[Point]) -> Iterator[Line]:
    analyte, first = points[0].analyte, arm.doses[0]
    for model, claim in claimants(first.drug, first.route, arm.sampling, boluses=all(map(bolus, arm.doses))):
        if parts(analyte) <= model.analytes(first.drug):
            yield _line(study, arm, points, (model, claim))


def _line(study: Study, arm: Arm, points: Sequence[Point], asked: tuple[Model, Claim]) -> Line:
    model, claim = asked
    end = min(claim.until_h, points[-1].hour)
    times = np.linspace(0.0, end, round(end / STEP_H) + 1)
    followed = follow(model, typical_person(model, arm.patient), arm.doses, times).concentrations()
    reached = tuple(_scored(study, arm, point, model) for point in points if point.hour <= claim.until_h)
    return Line(model, claim.place, times, followed[points[0].analyte][0], reached)
