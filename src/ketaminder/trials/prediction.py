"""Predictions of a trial that nobody has seen: what the chain expects, and how far a trial of that size may be off.

An interval holds what is not known of the constants, how trials and arms differ, and how such a sample scatters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from ketaminder.trials.calibration import Fit
from ketaminder.trials.chain import INDEX, NAMES, Array, Side, Sides
from ketaminder.trials.elsewhere import Elsewhere
from ketaminder.trials.instruments import Family, Instrument, instrument
from ketaminder.trials.observed import RELATIVE_BASELINE, Baselines, What, chosen_by_outcome, is_drug, sides
from ketaminder.trials.study import Asked, Measured, Study

SEED = 20_261_127
DRAWS = 4000
NINETY_FIVE, FIFTY = float(norm.ppf(0.975)), float(norm.ppf(0.75))
KEPT = 0.4
"""Of what people who did well had gained above the mean, how much stays: SUSTAIN-1's treated arms lost 4.4 to 7.5 MADRS
points in maintenance (Daly 2019, read in source), three fifths of what choosing them had added. An assumption."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A value, the interval that holds 95 of 100 trials of that size, and the one that holds half of them."""

    value: float
    low: float
    high: float
    low50: float
    high50: float


@dataclass(frozen=True, slots=True)
class Predicted:
    """One row; what cannot be said is None, and `reason` says why."""

    number: int
    mean: Interval | None
    response_rate: Interval | None
    remission_rate: Interval | None
    reason: str
    assumed: tuple[str, ...]


class Predictor:
    """Predicts by one fit and the baselines of the trials that it was fitted to."""

    def __init__(self, fit: Fit, baselines: Baselines, elsewhere: Elsewhere) -> None:
        self.fit, self.baselines, self.elsewhere = fit, baselines, elsewhere

    def predict(self, study: Study) -> list[Predicted]:
        """One prediction a row, in the order of the rows that could be read."""
        return [self.row(study, row) for row in study.rows]

    def row(self, study: Study, row: Asked) -> Predicted:
        """One row of `study`."""
        refused = _refused(study, row)
        tool = instrument(row.instrument, study.setting.condition)
        if refused:
            return Predicted(row.number, None, None, None, refused, row.assumed)
        if tool is None:
            return self._elsewhere(study, row)
        assumed, reasons = list(row.assumed), []
        base = self._baseline(row, assumed)
        if chosen_by_outcome(study, row):
            assumed.append(f"people of {row.label!r}: chosen by how they did at that time")
        expected = _Expected(self.fit, study, row, tool, self.baselines.spread(tool.family))
        mean = None
        if row.measured is Measured.RATE_DIFFERENCE:
            mean = expected.rate_difference(tool, base)
        elif row.measured in (Measured.RATE, Measured.OTHER):
            reasons.append(f"mean: a row of {row.measured.value!r} has none")
        elif base is None and row.measured is not Measured.PERCENT:
            said = self._elsewhere(study, row)
            mean = said.mean
            reasons += [] if mean else [f"mean: {said.reason}"]
        else:
            percent = row.measured is Measured.PERCENT
            mean = expected.mean(100.0 if percent else base or 0.0, given=percent or bool(row.baseline))
        response = remission = None
        if study.setting.withdrawal:
            reasons.append("rates: those who are randomised to stop or go on have responded already")
        elif chosen_by_outcome(study, row):
            reasons.append("rates: the people were chosen by them")
        elif row.against is None and row.measured is not Measured.OTHER:
            response = expected.rate(What.RESPONSE, tool.response, held=tool.held)
            remission = expected.rate(What.REMISSION, tool.remission(base), held=False)
        else:
            reasons.append("rates: the row compares two arms, or holds an effect size")
        return Predicted(row.number, mean, response, remission, "; ".join(reasons), tuple(assumed))

    def _elsewhere(self, study: Study, row: Asked) -> Predicted:
        """What other trials saw on an instrument that the chain does not speak of."""
        found = self.elsewhere.of(study, row)
        reason = "" if found else f"no read row on {row.instrument!r} to predict from"
        rates = "rates: the model has none on this instrument"
        mean = found and _normal(found[0], found[1], None)
        said = (*row.assumed, "the mean of the published rows on this instrument, no model") if found else row.assumed
        return Predicted(row.number, mean, None, None, reason or rates, said)

    def _baseline(self, row: Asked, assumed: list[str]) -> float | None:
        start = self.baselines.of(row)
        if start is None:
            return None
        if not start[1]:
            assumed.append(f"baseline on {row.instrument} not stated: {start[0]:.1f}, {self.baselines.origin(row)}")
        return start[0]


def _refused(study: Study, row: Asked) -> str:
    if re.search(r"panic", study.setting.condition) and not re.search(r"depress", study.setting.condition):
        return "no trial of ketamine in panic disorder has been found: nothing to predict from"
    given = study.arms[row.arm]
    if is_drug(Side(given, study.setting, 0.0, Family.DEPRESSION)) and not (given.doses or given.before):
        return f"the arm {row.arm!r} has no dose"
    return ""


class _Expected:
    """What the chain expects of one row, and the variance of the parts of that."""

    def __init__(self, fit: Fit, study: Study, row: Asked, tool: Instrument, spread: float) -> None:
        self.fit, self.row, self.spread = fit, row, spread
        first, second = sides(study, row, tool)
        self.sides = [first] + ([second] if second else [])
        self.withdrawal = study.setting.withdrawal and any(one.given.before for one in self.sides)
        self.layout = Sides(self.sides, fit.hypothesis)
        self.began = Sides([_at(one, 0.0) for one in self.sides], fit.hypothesis)
        self.chosen = _chosen(study, row, tool)
        self.relief = self._relief(fit.theta)
        self.slope = ((self._relief(fit.theta + np.eye(len(NAMES)) * 1e-4) - self.relief) / 1e-4).T
        self.wider = fit.value("log_wider") if tool.family is not Family.DEPRESSION else 1.0
        self.drugs = [float(is_drug(one)) for one in self.sides]

    def _relief(self, theta: Array) -> Array:
        """Of each side: in a withdrawal trial, the change since randomisation; of people who were chosen, theirs."""
        found = self.layout.relief(theta)
        width = np.exp(theta[..., INDEX["log_width"], None])
        if self.withdrawal:
            began = self.began.relief(theta)
            return np.asarray(found - began - (1 - KEPT) * _above(began, 0.5, width))
        if self.chosen is None or self.row.time_h <= 0:
            return found
        sign, threshold = self.chosen
        return np.asarray(np.minimum(found + sign * _above(sign * found, sign * threshold, width), 1.0))

    def covariance(self, *, rates: bool) -> Array:
        """Of the reliefs of a future trial, before sampling, (sides, sides)."""
        spread = {name: self.fit.value(name) ** 2 for name in ("log_between", "log_between_drug", "log_between_arms")}
        row = self.fit.value("log_rate_row" if rates else "log_row") ** 2
        ones, drugs = np.ones(len(self.sides)), np.array(self.drugs)
        shared = spread["log_between"] * np.outer(ones, ones) + spread["log_between_drug"] * np.outer(drugs, drugs)
        own = np.eye(len(self.sides)) * (spread["log_between_arms"] + row)
        if self.row.time_h <= 0:
            return np.zeros_like(own)
        return np.asarray(self.slope @ self.fit.covariance @ self.slope.T + (shared + own) * self.wider**2)

    def mean(self, base: float, *, given: bool) -> Interval:
        """In the row's own points."""
        signs = np.array([1.0, -1.0][: len(self.sides)])
        relief = float(signs @ self.relief)
        variance = float(signs @ self.covariance(rates=False) @ signs)
        sizes = [self.row.n or 20, self.row.n_against or self.row.n or 20][: len(self.sides)]
        spread = (self.row.sd / base) if self.row.sd and self.row.measured is not Measured.PERCENT else self.spread
        variance += sum(spread**2 / n for n in sizes)
        if not given and self.row.measured is not Measured.PERCENT:
            variance += (RELATIVE_BASELINE * relief) ** 2
        error = variance**0.5
        if self.row.measured is Measured.SCORE:
            centre, scale = base * (1 - relief), base
            if not given:
                error = (error**2 + RELATIVE_BASELINE**2) ** 0.5
        else:
            centre, scale = -relief * base, base
        return _normal(centre, error * scale, lowest=0.0 if self.row.measured is Measured.SCORE else None)

    def rate(self, what: What, threshold: float, *, held: bool) -> Interval:
        """Of people whose relief reaches `threshold` in a trial of that size."""
        rng = np.random.default_rng(SEED)
        chance = self._chances(rng, what, threshold)[:, 0]
        if held:
            chance = chance * chance
        n = max(1, int(self.row.rate_n or self.row.n or 20))
        return _of_draws(rng.binomial(n, chance) / n, float(chance.mean()))

    def rate_difference(self, tool: Instrument, base: float | None) -> Interval | None:
        """First arm minus second."""
        if len(self.sides) < 2:
            return None
        rng = np.random.default_rng(SEED)
        remits = bool(re.search(r"remi|<=", tool.name.lower()))
        what = What.REMISSION if remits else What.RESPONSE
        chance = self._chances(rng, what, tool.remission(base) if remits else tool.response)
        n = max(1, int(self.row.n or 20)), max(1, int(self.row.n_against or self.row.n or 20))
        drawn = rng.binomial(n[0], chance[:, 0]) / n[0] - rng.binomial(n[1], chance[:, 1]) / n[1]
        return _of_draws(drawn, float((chance[:, 0] - chance[:, 1]).mean()))

    def _chances(self, rng: np.random.Generator, what: What, threshold: float) -> Array:
        covariance = self.covariance(rates=True)
        lower = np.linalg.cholesky(covariance + 1e-12 * np.eye(len(self.sides)))
        relief = self.relief + rng.standard_normal((DRAWS, len(self.sides))) @ lower.T
        offset = self.fit.theta[INDEX["response_offset" if what is What.RESPONSE else "remission_offset"]]
        return np.asarray(norm.cdf((relief - threshold - offset) / self.fit.value("log_width")))


def _above(mean: Array, threshold: float, width: Array) -> Array:
    """How far the mean of those above `threshold` is above that of all, of a normal spread of people."""
    short = (threshold - mean) / width
    return np.asarray(width * norm.pdf(short) / np.maximum(norm.sf(short), 1e-9))


def _chosen(study: Study, row: Asked, tool: Instrument) -> tuple[float, float] | None:
    """Of people who were chosen by how they did: whether they did well (1) or not (-1), and the relief that decides."""
    if not chosen_by_outcome(study, row):
        return None
    share = re.search(r"(\d+) ?(?:%|percent)", row.label)
    remits = re.search(r"remi", row.label) is not None
    threshold = float(share[1]) / 100 if share else tool.remission(row.baseline) if remits else tool.response
    return (-1.0 if re.search(r"non|not in|without", row.label) else 1.0), threshold


def _at(side: Side, hour: float) -> Side:
    return Side(side.given, side.setting, hour, side.family)


def _normal(centre: float, error: float, lowest: float | None) -> Interval:
    bounds = [centre + sign * width * error for width in (NINETY_FIVE, FIFTY) for sign in (-1, 1)]
    if lowest is not None:
        centre, bounds = max(centre, lowest), [max(one, lowest) for one in bounds]
    return Interval(centre, *bounds)


def _of_draws(drawn: Array, value: float) -> Interval:
    low, low50, high50, high = np.quantile(drawn, [0.025, 0.25, 0.75, 0.975])
    return Interval(value, float(low), float(high), float(low50), float(high50))
