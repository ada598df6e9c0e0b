"""How people spread around the mean of their arm, and how long somebody stays above or below it.

The fit says how many people respond and remit at every mean. A beta distribution of relief between `floor` and 1, with
that mean, whose floor and standard deviation are solved so that it says the same, stands for people. Somebody's place
in it moves in time: a part that lasts, a part that fades as plasticity does, a part that is the rating's own error.
What lasts is how people differ at each stage of the chain (`differences.py`), in the proportions in which the stages
move relief in that arm at that hour: with placebo nobody differs in what the drug does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.optimize import minimize
from scipy.special import betainc, betaincinv, ndtr
from scipy.stats import norm

from ketaminder.trials.calibration import Fit
from ketaminder.trials.chain import INDEX, Array
from ketaminder.trials.lasting import FADING, KEPT, RATING

REMISSION_AT = 1 - 10 / 36
"""The relief of a remission on the MADRS, 10 points of 36, at which the spread is solved."""
MEANS: Array = np.linspace(0.1, 0.7, 13)
GRID: Array = np.linspace(-4.5, 4.5, 361)
CLOSEST = 0.02
"""No mean is closer than this to either end of the spread."""


@dataclass(frozen=True, slots=True)
class Spread:
    """People's relief lies between `floor` and 1 with deviation `sd`; `misfit` is how far a rate is off at most."""

    floor: float
    sd: float
    misfit: float

    def shapes(self, mean: Array) -> tuple[Array, Array]:
        """The two parameters of the beta distribution at each mean relief."""
        bounded = np.clip(mean, self.floor + CLOSEST, 1 - CLOSEST)
        place = (bounded - self.floor) / (1 - self.floor)
        variance = np.minimum((self.sd / (1 - self.floor)) ** 2, 0.9 * place * (1 - place))
        total = place * (1 - place) / variance - 1
        return place * total, (1 - place) * total

    def above(self, mean: Array, threshold: float) -> Array:
        """The share of people whose relief is above `threshold`."""
        first, second = self.shapes(mean)
        return np.asarray(1 - betainc(first, second, (threshold - self.floor) / (1 - self.floor)))

    def relief(self, mean: float, place: Array) -> Array:
        """The relief of people whose standard normal `place` in the spread is given, same shape."""
        first, second = self.shapes(np.array(mean))
        table = self.floor + (1 - self.floor) * betaincinv(first, second, ndtr(GRID))
        return np.asarray(np.interp(place, GRID, table))


@cache
def spread(fit_theta: tuple[float, ...]) -> Spread:
    """The spread that says the same of responses and remissions as the fit does."""
    theta = np.array(fit_theta)
    width = float(np.exp(theta[INDEX["log_width"]]))
    wanted = [
        (threshold, norm.cdf((MEANS - threshold - theta[INDEX[offset]]) / width))
        for threshold, offset in ((0.5, "response_offset"), (REMISSION_AT, "remission_offset"))
    ]

    def error(unknown: Array) -> Array:
        tried = Spread(-float(np.exp(unknown[0])), float(np.exp(unknown[1])), 0.0)
        return np.concatenate([tried.above(MEANS, threshold) - rate for threshold, rate in wanted])

    def total(unknown: Array) -> float:
        return float((error(unknown) ** 2).sum())

    start: Array = np.log([0.25, 0.3])
    found = minimize(total, start, method="Nelder-Mead")
    floor, sd = np.exp(found.x)
    return Spread(-float(floor), float(sd), float(np.abs(error(found.x)).max()))


def of(fit: Fit) -> Spread:
    """The spread of `fit`."""
    return spread(tuple(fit.theta.tolist()))


def places(
    hours: tuple[float, ...], people: int, decay_h: float, weights: Array, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Where each person stands in the spread at each hour, standard normal, (people, hours); and the part that lasts.

    Args:
        hours: ascending.
        people: how many.
        decay_h: with which the fading part is forgotten, hours.
        weights: of each stage in the part that lasts, (stages, hours), the squares of an hour summing to one.
        rng: draws `people` x (stages + 2 x hours) numbers.
    """
    lasting = rng.standard_normal((people, weights.shape[0])) @ weights
    moving = np.empty((people, len(hours)))
    moving[:, 0] = rng.standard_normal(people)
    for place in range(1, len(hours)):
        kept = float(np.exp(-(hours[place] - hours[place - 1]) / decay_h))
        moving[:, place] = kept * moving[:, place - 1] + (1 - kept**2) ** 0.5 * rng.standard_normal(people)
    rating = rng.standard_normal((people, len(hours)))
    return KEPT**0.5 * lasting + FADING**0.5 * moving + RATING**0.5 * rating, lasting
