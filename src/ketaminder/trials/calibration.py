"""Fit the chain to what trials observed: means and rates together, trials apart, with the joint uncertainty.

The likelihood is normal in relief. Two rows of one trial share what the trial is like (`log_between`), rows of its
treated arms besides how much the drug did there (`log_between_drug`), and rows of one arm its people
(`log_between_arms`). A rate is read as the relief at which a normal spread of people would show it. Priors are wide and
stand in `chain.UNKNOWNS`; the fit is their posterior mode, its uncertainty the curvature there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import norm

from ketaminder.terms import Refused
from ketaminder.trials.chain import BLOCK, INDEX, NAMES, UNKNOWNS, Array, Hypothesis, Sides
from ketaminder.trials.instruments import Family
from ketaminder.trials.observed import Observation, What, is_drug
from ketaminder.trials.relapse import relapsed

PRIOR = np.array([one.prior for one in UNKNOWNS])
PRIOR_SPREAD = np.array([one.spread for one in UNKNOWNS])
STEP, WIDE_STEP = 1e-5, 1e-2
SHARED = ("log_between", "log_between_drug", "log_between_arms")


@dataclass(frozen=True, slots=True)
class Fit:
    """Constants in the order of `chain.NAMES`, and their covariance."""

    theta: Array
    covariance: Array
    hypothesis: Hypothesis = BLOCK

    def value(self, name: str) -> float:
        """A constant; of one whose name begins with `log_`, its exponential."""
        found = float(self.theta[INDEX[name]])
        return float(np.exp(found)) if name.startswith("log_") else found


class Likelihood:
    """Observations laid out for the likelihood."""

    def __init__(self, seen: Sequence[Observation], hypothesis: Hypothesis = BLOCK) -> None:
        self.seen = list(seen)
        self.first = Sides([one.side for one in seen], hypothesis)
        self.pairs = np.array([n for n, one in enumerate(seen) if one.other], dtype=int)
        self.second = Sides([one.other for one in seen if one.other], hypothesis)
        self.mean = np.array([one.what is What.MEAN for one in seen])
        self.response = np.array([one.what is What.RESPONSE for one in seen])
        self.relapses = [_Relapses(n, one, hypothesis) for n, one in enumerate(seen) if one.relapse]
        self.value = np.array([one.value for one in seen])
        self.error = np.array([one.error for one in seen])
        self.threshold = np.array([one.threshold for one in seen])
        self.n = np.array([one.n for one in seen])
        self.vague = np.array([one.weight_of_baseline for one in seen])
        self.off = np.array([one.side.family is not Family.DEPRESSION for one in seen])
        self.common = np.array([one.other is None for one in seen], dtype=float)
        self.drug = np.array([float(is_drug(one.side)) - float(is_drug(one.other)) for one in seen])
        studies = sorted({one.study for one in seen})
        self.groups = [np.array([n for n, one in enumerate(seen) if one.study == s]) for s in studies]
        self.alike = [self._alike(group) for group in self.groups]

    def _alike(self, group: NDArray[np.int_]) -> Array:
        """Which rows of one study share what, in the order of `SHARED`: (3, rows x rows)."""
        arms = np.array([[_shared(self.seen[a], self.seen[b]) for b in group] for a in group])
        common, drug = (np.outer(one[group], one[group]) for one in (self.common, self.drug))
        return np.stack([common.ravel(), drug.ravel(), arms.ravel()])

    def relief(self, theta: Array) -> Array:
        """Expected relief, or difference of reliefs: (..., observations) of theta (..., names)."""
        found = self.first.relief(theta)
        if self.pairs.size:
            found[..., self.pairs] -= self.second.relief(theta)
        return found

    def observed(self, theta: Array, expected: Array) -> tuple[Array, Array]:
        """Observed relief and the variance of its error."""
        width = np.exp(_of(theta, "log_width"))
        offset = np.where(self.response, _of(theta, "response_offset"), _of(theta, "remission_offset"))
        smooth = (self.value * self.n + 0.5) / (self.n + 1)
        of_rate = self.threshold + offset + width * norm.ppf(np.clip(smooth, 1e-6, 1 - 1e-6))
        chance = norm.cdf((expected - self.threshold - offset) / width)
        chance = np.clip(chance, 0.02, 0.98)
        steep = norm.pdf(norm.ppf(chance)) / width
        of_counts = chance * (1 - chance) / self.n / steep**2
        rough = np.where(self.mean, np.exp(2 * _of(theta, "log_row")), np.exp(2 * _of(theta, "log_rate_row")))
        variance = np.where(self.mean, self.error**2 + (self.vague * expected) ** 2, of_counts)
        value = np.where(self.mean, self.value, of_rate)
        for one in self.relapses:
            value[..., one.number], variance[..., one.number] = one.observed(theta, expected[..., one.number])
        return value, variance + rough * self.wider(theta) ** 2

    def wider(self, theta: Array) -> Array:
        """How much wider trials spread off the depression scales, (..., observations)."""
        return np.where(self.off, np.exp(_of(theta, "log_wider")), 1.0)

    def shared(self, theta: Array, number: int) -> Array:
        """What the rows of one study share, (..., rows, rows)."""
        group, wider = self.groups[number], self.wider(theta)[..., self.groups[number]]
        between = np.exp(2 * theta[..., [INDEX[name] for name in SHARED]])
        found = (between @ self.alike[number]).reshape(*theta.shape[:-1], group.size, group.size)
        found *= wider[..., :, None]
        found *= wider[..., None, :]
        return np.asarray(found)

    def misfit(self, theta: Array) -> float:
        """Minus the log posterior, but for a constant."""
        return float(self.misfits(theta))

    def misfits(self, theta: Array) -> Array:
        """The same of every theta of (..., names)."""
        expected = self.relief(theta)
        value, variance = self.observed(theta, expected)
        total = 0.5 * (((theta - PRIOR) / PRIOR_SPREAD) ** 2).sum(axis=-1)
        total = total - theta[..., INDEX["log_width"]] * np.sum(~self.mean)
        for number, group in enumerate(self.groups):
            own = variance[..., group, None] * np.eye(group.size)
            lower = np.linalg.cholesky(self.shared(theta, number) + own)
            off = np.linalg.solve(lower, (value - expected)[..., group, None])[..., 0]
            total = total + 0.5 * (off**2).sum(axis=-1) + np.log(np.diagonal(lower, 0, -2, -1)).sum(axis=-1)
        return np.asarray(total)


class _Relapses:
    """One share who relapsed, as the relief at the last visit at which the chain would say the same."""

    def __init__(self, number: int, seen: Observation, hypothesis: Hypothesis) -> None:
        if seen.relapse is None:
            raise Refused("observation", seen.what.value, "a share who relapsed")
        self.number, self.share, self.n, self.followed = number, seen.value, seen.n, seen.relapse
        self.sides = Sides(seen.relapse.sides, hypothesis)
        self.hours = [one.time_h for one in seen.relapse.sides]

    def observed(self, theta: Array, expected: Array) -> tuple[Array, Array]:
        """The relief, and the variance by the number of people."""
        width = np.exp(theta[..., INDEX["log_width"]])
        said = np.clip(self.expected(theta), 0.02, 0.98)
        smooth = (self.share * self.n + 0.5) / (self.n + 1)
        steep = norm.pdf(norm.ppf(said)) / width
        return expected - width * (norm.ppf(smooth) - norm.ppf(said)), said * (1 - said) / self.n / steep**2

    def expected(self, theta: Array) -> Array:
        """The share that the chain expects, (...)."""
        offset = theta[..., INDEX["remission_offset" if self.followed.remitted else "response_offset"]]
        return relapsed(
            self.sides.relief(theta),
            self.hours,
            np.exp(theta[..., INDEX["log_width"]]),
            np.exp(theta[..., INDEX["log_decay_h"]]),
            chosen=self.followed.chosen + offset,
            below=self.followed.below,
            in_a_row=self.followed.in_a_row,
        )


def _of(theta: Array, name: str) -> Array:
    """One constant, (..., 1)."""
    return np.asarray(theta[..., INDEX[name], None])


def _shared(one: Observation, other: Observation) -> float:
    mine, others = _arms(one), _arms(other)
    return sum(mine.get(arm, 0.0) * sign for arm, sign in others.items())


def _arms(one: Observation) -> dict[str, float]:
    signs = {one.row.arm: 1.0}
    if one.row.against:
        signs[one.row.against] = -1.0
    return signs


def fit(seen: Sequence[Observation], start: Array | None = None, hypothesis: Hypothesis = BLOCK) -> Fit:
    """The posterior mode and the inverse of its curvature."""
    rows = Likelihood(seen, hypothesis)
    theta = mode(rows, PRIOR if start is None else start)
    return Fit(theta, _inverse(_curvature(rows, theta)), hypothesis)


def mode(rows: Likelihood, start: Array, held: Mapping[str, float] | None = None) -> Array:
    """The theta with the least misfit; constants that are `held` stay at their value."""
    bounds = [(-np.inf, np.inf)] * len(NAMES)
    begun = start.copy()
    for name, value in (held or {}).items():
        bounds[INDEX[name]] = (value, value)
        begun[INDEX[name]] = value

    def slope(theta: Array) -> Array:
        return _slope(rows, theta)

    found = minimize(
        rows.misfit,
        begun,
        jac=slope,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 150, "ftol": 1e-6},
    )
    return np.asarray(found.x)


def _slope(rows: Likelihood, theta: Array) -> Array:
    here, *away = rows.misfits(np.vstack([theta, theta + np.eye(len(NAMES)) * STEP]))
    return np.asarray((np.array(away) - here) / STEP)


def _curvature(rows: Likelihood, theta: Array) -> Array:
    here = _slope(rows, theta)
    found = np.array([(_slope(rows, theta + step) - here) / WIDE_STEP for step in np.eye(len(NAMES)) * WIDE_STEP])
    return np.asarray((found + found.T) / 2)


def _inverse(curvature: Array) -> Array:
    """Of a curvature that differences have roughened: no direction is less certain than its prior."""
    scaled = curvature * np.outer(PRIOR_SPREAD, PRIOR_SPREAD)
    values, vectors = np.linalg.eigh(scaled)
    return np.asarray((vectors / np.maximum(values, 1.0)) @ vectors.T * np.outer(PRIOR_SPREAD, PRIOR_SPREAD))
