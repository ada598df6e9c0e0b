"""Parameters of a model fitted to a user's data by maximum likelihood, with SciPy's minimiser.

Pooled, everybody shares the fitted values and differs by covariates only; or each person is fitted alone. Measured
values are log-normal around the model. Not a mixed-effects fit: it estimates no between-person variability, and pooled
intervals are too narrow where a person gave several samples.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, log_ndtr, logit

from ketaminder.pharmacology.exchange.censoring import Censoring
from ketaminder.pharmacology.exchange.course import expected
from ketaminder.pharmacology.exchange.records import Person
from ketaminder.pharmacology.model import Array, Model
from ketaminder.pharmacology.population import covariates
from ketaminder.terms import Drug, Message, Patient, Refused

STEP = 1e-4
"""For central differences on the log or logit scale."""
FLAT = 1e-2
"""A minimum is one where no slope of -2 ln L is steeper, per unit of a log or logit."""
LARGEST_LOG = 700.0
"""Near the largest whose exponential is a number: the end of an interval that the data leave open."""
FEWEST_MEASURED = 2
"""Without a spread of measured values there is no residual SD to begin from."""
Z = 1.959963984540054
"""Of the standard normal: 95% lie within."""
NOT_MIXED_EFFECTS = Message(
    "A pooled or individual fit, not a mixed-effects one: no between-person variability is estimated, and pooled "
    "intervals are too narrow where a person gave several samples."
)
NO_EVIDENCE = Message("A fit to one's own data is no published model: nothing else in Ketaminder reads it.")


@dataclass(frozen=True, slots=True)
class Estimate:
    """One fitted number with its 95% interval (NaN where the data do not determine it)."""

    name: str
    published: float
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Fit:
    """The fitted parameters, the residual SD on the natural log, and how the search ended."""

    estimates: tuple[Estimate, ...]
    residual_sd: float
    minus_two_log_likelihood: float
    observations: int
    below_limit: int
    people: int
    converged: bool

    @property
    def determined(self) -> bool:
        """Whether the data determine every estimate."""
        return all(math.isfinite(one.low) for one in self.estimates)


def fit(
    model: Model, people: Sequence[Person], drug: Drug, names: Sequence[str], censoring: Censoring = Censoring.M3
) -> Fit:
    """The parameters `names` of `model` that make the observations of `people` most likely, all others as published.

    Args:
        model: where the search starts.
        people: records; of one person for an individual fit.
        drug: what every dose holds.
        names: parameters as the model prints them; a fraction stays between 0 and 1, all others above zero.
        censoring: what is done with values below the limit of quantification.

    Raises:
        Refused: an unknown or repeated name, fewer observations than numbers to estimate, records that the model cannot
            follow, or an observation where it predicts nothing.
    """
    data = _data(people, censoring)
    scales = tuple(_scale(model, name) for name in names)
    if not names or len(set(names)) < len(names):
        raise Refused("--estimate", list(names), "one parameter or more, each once")
    measured = int((~data.below).sum())
    if measured < FEWEST_MEASURED or data.values.size <= len(names) + 1:
        given = f"{measured} measured values and {data.values.size - measured} below the limit"
        raise Refused("data", given, f"{FEWEST_MEASURED} measured values, and more than {len(names) + 1} in all")
    problem = _Problem(model, people, drug, tuple(names), scales, data)
    start = np.array([*(scale.to(model.published[name]) for name, scale in zip(names, scales, strict=True)), 0.0])
    start[-1] = math.log(max(0.05, problem.spread(start)))
    found = minimize(problem.value_and_slope, start, jac=True, method="BFGS", options={"gtol": FLAT / 10})
    return _fitted(problem, np.asarray(found.x), len(people))


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where a parameter is searched: on the log, or for a fraction on the logit."""

    fraction: bool

    def to(self, value: float) -> float:
        """The published number as it is searched."""
        return float(logit(value)) if self.fraction else math.log(value)

    def back(self, searched: float) -> float:
        """The number that is searched as the model reads it."""
        return float(expit(searched)) if self.fraction else float(np.exp(min(searched, LARGEST_LOG)))


def _scale(model: Model, name: str) -> _Scale:
    for one in model.parameters:
        if one.name == name:
            return _Scale(one.unit == "fraction" and 0 < one.value < 1)
    raise Refused("--estimate", name, f"a parameter of {model.title}: {', '.join(model.published)}")


@dataclass(frozen=True, slots=True)
class _Data:
    """What was observed: values, or limits where `below`; `kept` are the columns of all observations."""

    kept: NDArray[np.int_]
    values: Array
    below: NDArray[np.bool_]
    rows: tuple[int, ...]


def _data(people: Sequence[Person], censoring: Censoring) -> _Data:
    kept, values, below, rows = [], [], [], []
    for number, record in enumerate(one for person in people for one in person.observations):
        seen = record.observed
        if seen is None or (seen.value_ng_per_mL is None and (censoring is Censoring.M1 or not seen.below_limit)):
            continue
        kept.append(number)
        values.append(seen.limit_ng_per_mL if seen.below_limit else seen.value_ng_per_mL)
        below.append(seen.below_limit)
        rows.append(record.row)
    return _Data(np.array(kept, dtype=int), np.array(values, dtype=float), np.array(below, dtype=bool), tuple(rows))


@dataclass(frozen=True, slots=True)
class _Problem:
    """-2 ln L over the searched numbers, the last of which is the log of the residual SD."""

    model: Model
    people: Sequence[Person]
    drug: Drug
    names: tuple[str, ...]
    scales: tuple[_Scale, ...]
    data: _Data

    def spread(self, searched: Array) -> float:
        """The SD of the log ratios of the values to the model, at `searched`."""
        ratios = np.log(self.data.values) - self._log_expected(searched[None])[0]
        return float(np.sqrt(np.mean(ratios[~self.data.below] ** 2)))

    def values(self, searched: Array) -> Array:
        """-2 ln L of each row of `searched`, (rows,)."""
        sd = np.exp(searched[:, -1:])
        scaled = (np.log(self.data.values) - self._log_expected(searched)) / sd
        measured = scaled**2 + 2 * np.log(sd * self.data.values) + math.log(2 * math.pi)
        return np.asarray(np.where(self.data.below, -2 * log_ndtr(scaled), measured).sum(axis=1))

    def value_and_slope(self, searched: Array) -> tuple[float, Array]:
        """-2 ln L and its slope by central differences, all in one pass through the model."""
        steps = STEP * np.eye(searched.size)
        found = self.values(np.concatenate([searched[None], searched + steps, searched - steps]))
        up, down = found[1 : 1 + searched.size], found[1 + searched.size :]
        return float(found[0]), (up - down) / (2 * STEP)

    def curvature(self, searched: Array) -> Array:
        """The matrix of second derivatives of -ln L."""
        steps = 10 * STEP * np.eye(searched.size)
        slopes = [self.value_and_slope(searched + sign * one)[1] for one in steps for sign in (1, -1)]
        rows = np.array(slopes[::2]) - np.array(slopes[1::2])
        return np.asarray((rows + rows.T) / (4 * 10 * STEP * 2))

    def _log_expected(self, searched: Array) -> Array:
        columns = [
            expected(self.model, partial(self._typical, searched), self.drug, person)
            for person in self.people
            if person.observations
        ]
        found = np.concatenate(columns, axis=1)[:, self.data.kept]
        if not (found > 0).all():
            row = self.data.rows[int(found.min(axis=0).argmin())]
            raise Refused(f"row {row}, DV", 0.0, "a prediction above zero: MDV 1 before the first dose")
        return np.asarray(np.log(found))

    def _typical(self, searched: Array, patient: Patient) -> Mapping[str, Array]:
        """Everybody's parameters with these covariates, one a row of `searched`."""
        own, _ = covariates(self.model, patient)
        rows = [self.model.for_person(self.model.published | self.changed(row), own) for row in searched]
        return {name: np.array([row[name] for row in rows]) for name in rows[0]}

    def changed(self, searched: Array) -> dict[str, float]:
        """The fitted parameters by name."""
        return {
            name: scale.back(value) for name, scale, value in zip(self.names, self.scales, searched[:-1], strict=True)
        }


def _fitted(problem: _Problem, at: Array, people: int) -> Fit:
    value, slope = problem.value_and_slope(at)
    errors = _errors(problem.curvature(at))
    bounds = [problem.changed(at - Z * errors), problem.changed(at), problem.changed(at + Z * errors)]
    published = problem.model.published
    return Fit(
        tuple(Estimate(name, published[name], *(bounds[n][name] for n in (1, 0, 2))) for name in problem.names),
        residual_sd=math.exp(at[-1]),
        minus_two_log_likelihood=value,
        observations=problem.data.values.size,
        below_limit=int(problem.data.below.sum()),
        people=people,
        converged=bool(np.abs(slope).max() < FLAT),
    )


def _errors(curvature: Array) -> Array:
    """Standard errors from the curvature at the minimum; NaN for all where it is none in some direction."""
    if np.linalg.eigvalsh(curvature).min() <= 1e-8 * np.abs(curvature).max():
        return np.full(curvature.shape[0], np.nan)
    return np.asarray(np.sqrt(np.diag(np.linalg.inv(curvature))))
