"""Fit the chain to what trials observed: means and rates together, trials apart, with the joint uncertainty.

The likelihood is normal in relief. Two rows of one trial share what the trial is like (`log_between`), rows of its
treated arms besides how much the drug did there (`log_between_drug`), and rows of one arm its people
(`log_between_arms`). A rate is read as the relief at which a normal spread of people would show it. Priors are wide and
stand in `chain.UNKNOWNS`; the fit is their posterior mode, its uncertainty the curvature there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import norm

from ketaminder.trials.chain import BLOCK, INDEX, NAMES, UNKNOWNS, Array, Hypothesis, Sides
from ketaminder.trials.instruments import Family
from ketaminder.trials.observed import Observation, What, is_drug

PRIOR = np.array([one.prior for one in UNKNOWNS])
PRIOR_SPREAD = np.array([one.spread for one in UNKNOWNS])
STEP, WIDE_STEP = 1e-5, 1e-2


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


class Rows:
    """Observations laid out for the likelihood."""

    def __init__(self, seen: Sequence[Observation], hypothesis: Hypothesis = BLOCK) -> None:
        self.seen = list(seen)
        self.first = Sides([one.side for one in seen], hypothesis)
        self.pairs = np.array([n for n, one in enumerate(seen) if one.other], dtype=int)
        self.second = Sides([one.other for one in seen if one.other], hypothesis)
        self.mean = np.array([one.what is What.MEAN for one in seen])
        self.response = np.array([one.what is What.RESPONSE for one in seen])
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
        self.same_arm = [
            np.array([[_shared(self.seen[a], self.seen[b]) for b in group] for a in group]) for group in self.groups
        ]

    def relief(self, theta: Array) -> Array:
        """Expected relief, or difference of reliefs, of every observation."""
        found = self.first.relief(theta)
        if self.pairs.size:
            found = found.copy()
            found[self.pairs] -= self.second.relief(theta)
        return found

    def observed(self, theta: Array, expected: Array) -> tuple[Array, Array]:
        """Observed relief and the variance of its error."""
        width = np.exp(theta[INDEX["log_width"]])
        offset = np.where(self.response, theta[INDEX["response_offset"]], theta[INDEX["remission_offset"]])
        smooth = (self.value * self.n + 0.5) / (self.n + 1)
        of_rate = self.threshold + offset + width * norm.ppf(np.clip(smooth, 1e-6, 1 - 1e-6))
        chance = norm.cdf((expected - self.threshold - offset) / width)
        chance = np.clip(chance, 0.02, 0.98)
        steep = norm.pdf(norm.ppf(chance)) / width
        of_counts = chance * (1 - chance) / self.n / steep**2
        rough = np.where(self.mean, np.exp(2 * theta[INDEX["log_row"]]), np.exp(2 * theta[INDEX["log_rate_row"]]))
        variance = np.where(self.mean, self.error**2 + (self.vague * expected) ** 2, of_counts)
        return np.where(self.mean, self.value, of_rate), variance + rough * self.wider(theta) ** 2

    def wider(self, theta: Array) -> Array:
        return np.where(self.off, np.exp(theta[INDEX["log_wider"]]), 1.0)

    def shared(self, theta: Array, number: int) -> Array:
        """What the rows of one study share, (rows, rows)."""
        group, wider = self.groups[number], self.wider(theta)[self.groups[number]]
        common, drug = self.common[group] * wider, self.drug[group] * wider
        between = [np.exp(2 * theta[INDEX[name]]) for name in ("log_between", "log_between_drug", "log_between_arms")]
        return np.asarray(
            between[0] * np.outer(common, common)
            + between[1] * np.outer(drug, drug)
            + between[2] * self.same_arm[number] * np.outer(wider, wider)
        )

    def misfit(self, theta: Array) -> float:
        """Minus the log posterior, but for a constant."""
        expected = self.relief(theta)
        value, variance = self.observed(theta, expected)
        total = 0.5 * float((((theta - PRIOR) / PRIOR_SPREAD) ** 2).sum())
        total -= float(theta[INDEX["log_width"]] * np.sum(~self.mean))
        for number, group in enumerate(self.groups):
            covariance = self.shared(theta, number) + np.diag(variance[group])
            lower = np.linalg.cholesky(covariance)
            off = np.linalg.solve(lower, value[group] - expected[group])
            total += 0.5 * float(off @ off) + float(np.log(np.diag(lower)).sum())
        return total


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
    rows = Rows(seen, hypothesis)
    steps = np.eye(len(NAMES)) * STEP

    def slope(theta: Array) -> Array:
        here = rows.misfit(theta)
        return np.array([(rows.misfit(theta + step) - here) / STEP for step in steps])

    found = minimize(
        rows.misfit,
        PRIOR if start is None else start,
        jac=slope,
        method="L-BFGS-B",
        options={"maxiter": 150, "ftol": 1e-6},
    )
    theta: NDArray[np.float64] = found.x
    return Fit(theta, _inverse(_curvature(slope, theta)), hypothesis)


def _curvature(slope: Callable[[Array], Array], theta: Array) -> Array:
    here = slope(theta)
    rows = np.array([(slope(theta + step) - here) / WIDE_STEP for step in np.eye(len(NAMES)) * WIDE_STEP])
    return np.asarray((rows + rows.T) / 2)


def _inverse(curvature: Array) -> Array:
    """Of a curvature that differences have roughened: no direction is less certain than its prior."""
    scaled = curvature * np.outer(PRIOR_SPREAD, PRIOR_SPREAD)
    values, vectors = np.linalg.eigh(scaled)
    return np.asarray((vectors / np.maximum(values, 1.0)) @ vectors.T * np.outer(PRIOR_SPREAD, PRIOR_SPREAD))
