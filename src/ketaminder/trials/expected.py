"""What the chain expects of one row, in the row's own unit, and how far a trial of that size may be off."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from ketaminder.trials.calibration import Fit
from ketaminder.trials.chain import INDEX, NAMES, Array, Side, Sides
from ketaminder.trials.instruments import Family, Instrument
from ketaminder.trials.lasting import KEPT
from ketaminder.trials.observed import RELATIVE_BASELINE, What, chosen_by_outcome, is_drug, sides
from ketaminder.trials.study import PEOPLE, Asked, Measured, Study

SEED = 20_261_127
DRAWS = 4000
NINETY_FIVE, FIFTY = float(norm.ppf(0.975)), float(norm.ppf(0.75))
NODES = norm.ppf((np.arange(40) + 0.5) / 40)
"""Where on their spread people who were randomised to go on or stop are looked at."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A value, the interval that holds 95 of 100 trials of that size, and the one that holds half of them."""

    value: float
    low: float
    high: float
    low50: float
    high50: float


class Expected:
    """What the chain expects of one row, and the variance of the parts of that."""

    def __init__(self, fit: Fit, study: Study, row: Asked, tool: Instrument, spread: float) -> None:
        self.fit, self.row, self.spread = fit, row, spread
        first, second = sides(study, row, tool)
        self.sides = [first] + ([second] if second else [])
        self.withdrawal = study.setting.withdrawal and any(one.given.before for one in self.sides)
        self.layout = Sides(self.sides, fit.hypothesis)
        self.began = Sides([Side(one.given, one.setting, 0.0, one.family) for one in self.sides], fit.hypothesis)
        self.chosen = _chosen(study, row, tool)
        self.relief = self._relief(fit.theta)
        self.slope = self._slope(self._relief)
        self.wider = fit.value("log_wider") if tool.family is not Family.DEPRESSION else 1.0
        self.drugs = [float(is_drug(one)) for one in self.sides]

    def _slope(self, relief: Callable[[Array], Array]) -> Array:
        here = relief(self.fit.theta)
        return np.asarray(((relief(self.fit.theta + np.eye(len(NAMES)) * 1e-4) - here) / 1e-4).T)

    def _relief(self, theta: Array) -> Array:
        """Of each side: in a withdrawal trial, the change since randomisation; of people who were chosen, theirs."""
        found = self.layout.relief(theta)
        width = np.exp(theta[..., INDEX["log_width"], None])
        if self.withdrawal:
            began = self.began.relief(theta)
            return np.asarray(found - began - (1 - KEPT) * _above(began, 0.5, width))
        if self.chosen is None or self.row.time_h <= 0:
            return found
        sign, threshold, _ = self.chosen
        return np.asarray(np.minimum(found + sign * _above(sign * found, sign * threshold, width), 1.0))

    def covariance(self, *, rates: bool) -> Array:
        """Of the reliefs of a future trial, before sampling, (sides, sides); of rates, of everybody in it."""
        spread = {name: self.fit.value(name) ** 2 for name in ("log_between", "log_between_drug", "log_between_arms")}
        row = self.fit.value("log_rate_row" if rates else "log_row") ** 2
        ones, drugs = np.ones(len(self.sides)), np.array(self.drugs)
        shared = spread["log_between"] * np.outer(ones, ones) + spread["log_between_drug"] * np.outer(drugs, drugs)
        own = np.eye(len(self.sides)) * (spread["log_between_arms"] + row)
        if self.row.time_h <= 0:
            return np.zeros_like(own)
        slope = self._slope(self.layout.relief) if rates else self.slope
        return np.asarray(slope @ self.fit.covariance @ slope.T + (shared + own) * self.wider**2)

    def mean(self, base: float, *, given: bool) -> Interval:
        """In the row's own points; a standardised difference where `base` is one over the spread between people."""
        signs = np.array([1.0, -1.0][: len(self.sides)])
        relief = float(signs @ self.relief)
        variance = float(signs @ self.covariance(rates=False) @ signs)
        sizes = [self.row.n or PEOPLE, self.row.n_against or self.row.n or PEOPLE][: len(self.sides)]
        points = self.row.measured not in (Measured.PERCENT, Measured.EFFECT)
        spread = (self.row.sd / base) if self.row.sd and points else self.spread
        variance += sum(spread**2 / n for n in sizes)
        if not given and points:
            variance += (RELATIVE_BASELINE * relief) ** 2
        error = variance**0.5
        if self.row.measured is Measured.SCORE:
            centre, scale = base * (1 - relief), base
            if not given:
                error = (error**2 + RELATIVE_BASELINE**2) ** 0.5
        else:
            centre, scale = -relief * base, base
        return normal(centre, error * scale, lowest=0.0 if self.row.measured is Measured.SCORE else None)

    def rate(self, what: What, threshold: float, *, held: bool) -> Interval:
        """Of people whose relief reaches `threshold` in a trial of that size."""
        rng = np.random.default_rng(SEED)
        chance = self._chances(rng, what, threshold)[:, 0]
        if held:
            chance = chance * chance
        n = max(1, int(self.row.rate_n or self.row.n or PEOPLE))
        return of_draws(rng.binomial(n, chance) / n, float(chance.mean()))

    def rate_difference(self, tool: Instrument, base: float | None) -> Interval | None:
        """First arm minus second."""
        if len(self.sides) < 2:
            return None
        chance, drawn = self._two(tool, base)
        return of_draws(drawn[0] - drawn[1], float((chance[:, 0] - chance[:, 1]).mean()))

    def ratio(self, tool: Instrument, base: float | None, *, odds: bool) -> Interval | None:
        """The first arm's rate over the second's, or their odds; half a person is added where nobody reaches it."""
        if len(self.sides) < 2:
            return None
        chance, drawn = self._two(tool, base)
        n = np.array(self._people())[:, None]
        smooth = (drawn * n + 0.5) / (n + 1)
        middle = np.median(chance, axis=0)
        if odds:
            smooth, middle = smooth / (1 - smooth), middle / (1 - middle)
        return of_draws(smooth[0] / smooth[1], float(middle[0] / middle[1]))

    def _people(self) -> list[int]:
        return [max(1, int(n or PEOPLE)) for n in (self.row.n, self.row.n_against or self.row.n)]

    def _two(self, tool: Instrument, base: float | None) -> tuple[Array, Array]:
        """The chances of both arms (draws, 2), and the rates that are drawn of them (2, draws)."""
        rng = np.random.default_rng(SEED)
        remits = bool(re.search(r"remi|<=", tool.name.lower()))
        what = What.REMISSION if remits else What.RESPONSE
        chance = self._chances(rng, what, tool.remission(base) if remits else tool.response)
        drawn = [rng.binomial(n, chance[:, arm]) / n for arm, n in enumerate(self._people())]
        return chance, np.array(drawn)

    def _chances(self, rng: np.random.Generator, what: What, threshold: float) -> Array:
        covariance = self.covariance(rates=True)
        lower = np.linalg.cholesky(covariance + 1e-12 * np.eye(len(self.sides)))
        everybody = self.layout.relief(self.fit.theta)
        relief = everybody + rng.standard_normal((DRAWS, len(self.sides))) @ lower.T
        if self.withdrawal:
            return self._of_randomised(relief, what, threshold)
        chance = self._beyond(relief, what, threshold)
        if self.chosen is None or self.row.time_h <= 0:
            return chance
        sign, apart, by = self.chosen
        did_well = self._beyond(relief, by, apart)
        both = np.minimum(chance, did_well)
        return np.asarray(both / did_well if sign > 0 else (chance - both) / np.maximum(1 - did_well, 1e-9))

    def _beyond(self, relief: Array, what: What, threshold: float) -> Array:
        offset = self.fit.theta[INDEX["response_offset" if what is What.RESPONSE else "remission_offset"]]
        return np.asarray(norm.cdf((relief - threshold - offset) / self.fit.value("log_width")))

    def _of_randomised(self, relief: Array, what: What, threshold: float) -> Array:
        """Among those who had responded at randomisation; of how far they were from the mean, `KEPT` is kept."""
        width, began = self.fit.value("log_width"), self.began.relief(self.fit.theta)
        offset = self.fit.theta[INDEX["response_offset" if what is What.RESPONSE else "remission_offset"]]
        least = norm.cdf((0.5 - began) / width)
        places = norm.ppf(least[:, None] + (1 - least[:, None]) * norm.cdf(NODES))
        own = (relief - threshold - offset)[..., None] / width + KEPT * places
        return np.asarray(norm.cdf(own / (1 - KEPT**2) ** 0.5).mean(axis=-1))


def _above(mean: Array, threshold: float, width: Array) -> Array:
    """How far the mean of those above `threshold` is above that of all, of a normal spread of people."""
    short = (threshold - mean) / width
    return np.asarray(width * norm.pdf(short) / np.maximum(norm.sf(short), 1e-9))


def _chosen(study: Study, row: Asked, tool: Instrument) -> tuple[float, float, What] | None:
    """Of people who were chosen by how they did: whether they did well (1) or not (-1), the relief that decides, and
    whether it is that of a response or of a remission.
    """
    if not chosen_by_outcome(study, row):
        return None
    share = re.search(r"(\d+) ?(?:%|percent)", row.label)
    remits = re.search(r"remi", row.label) is not None
    threshold = float(share[1]) / 100 if share else tool.remission(row.baseline) if remits else tool.response
    sign = -1.0 if re.search(r"non|not in|without", row.label) else 1.0
    return sign, threshold, What.REMISSION if remits else What.RESPONSE


def normal(centre: float, error: float, lowest: float | None) -> Interval:
    """Both intervals of a normal prediction; nothing in it is below `lowest`."""
    bounds = [centre + sign * width * error for width in (NINETY_FIVE, FIFTY) for sign in (-1, 1)]
    if lowest is not None:
        centre, bounds = max(centre, lowest), [max(one, lowest) for one in bounds]
    return Interval(centre, *bounds)


def of_draws(drawn: Array, value: float) -> Interval:
    """Both intervals of what was drawn, around `value`."""
    low, low50, high50, high = np.quantile(drawn, [0.025, 0.25, 0.75, 0.975])
    return Interval(value, min(float(low), value), max(float(high), value), float(low50), float(high50))
