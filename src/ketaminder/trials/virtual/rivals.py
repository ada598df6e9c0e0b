"""Whether a trial would tell rival explanations apart: each simulates it, and each is asked which of them did.

A trial's result is its means at every visit. Under each hypothesis replicates give their mean and covariance; a result
is given to the hypothesis under which it is most likely. The share given to the right one says what the trial is worth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from scipy.stats import multivariate_normal

from ketaminder.trials.calibrated import fitted_to, shipped
from ketaminder.trials.calibration import Fit, fit
from ketaminder.trials.chain import BLOCK, RIVALS, Array, Hypothesis
from ketaminder.trials.virtual.design import Design
from ketaminder.trials.virtual.following import Followed
from ketaminder.trials.virtual.running import Run, run
from ketaminder.trials.virtual.statistics import replicates


@dataclass(frozen=True, slots=True)
class Told:
    """The share of trials simulated under `truth` that are given to each hypothesis, by id; half of them are scored."""

    truth: str
    given_to: Mapping[str, float]


def fits(executor: Executor | None = None) -> dict[Hypothesis, Fit]:
    """The fit of each hypothesis to what ships in `evidence`: that of `BLOCK` ships, the others are fitted anew."""
    seen, others = fitted_to(), RIVALS[1:]
    if executor is None:
        found = [fit(seen, None, one) for one in others]
    else:
        found = [one.result() for one in [executor.submit(fit, seen, None, one) for one in others]]
    return {BLOCK: shipped(), **dict(zip(others, found, strict=True))}


def told_apart(
    design: Design, fitted: Mapping[Hypothesis, Fit], seed: int, count: int, executor: Executor | None = None
) -> list[Told]:
    """What the trial would say of each hypothesis if it were true.

    Args:
        design: the trial.
        fitted: a fit of each hypothesis.
        seed: of the replicates; each hypothesis has others.
        count: replicates of each, 40 or more: half make the likelihood, the other half are scored.
        executor: as in `running.run`.
    """
    results = {
        one: _results(design, run(Run(design, found, seed + place, count), executor))
        for place, (one, found) in enumerate(fitted.items())
    }
    half = count // 2
    likely = {one: _normal(values[:half]) for one, values in results.items()}
    return [Told(one.id, _given(values[half:], likely)) for one, values in results.items()]


def _results(design: Design, followed: Sequence[Followed]) -> Array:
    """(replicates, arms x visits): the mean change of each arm at each visit."""
    rows = []
    for arms in replicates(design, followed):
        changes = [np.where(arm.scores >= 0, arm.scores - arm.baseline[:, None], np.nan) for arm in arms]
        rows.append(np.concatenate([np.nanmean(one[:, design.before :], axis=0) for one in changes]))
    return np.array(rows)


def _normal(values: Array) -> tuple[Array, Array]:
    """Mean and covariance, drawn a third towards its diagonal: replicates are few beside arms and visits."""
    covariance = np.cov(values.T)
    covariance = np.atleast_2d(covariance)
    return values.mean(axis=0), (2 * covariance + np.diag(np.diag(covariance))) / 3


def _given(values: Array, likely: Mapping[Hypothesis, tuple[Array, Array]]) -> dict[str, float]:
    scores = np.array([multivariate_normal.logpdf(values, *of, allow_singular=True) for of in likely.values()])
    chosen = scores.reshape(len(likely), -1).argmax(axis=0)
    return {one.id: float((chosen == place).mean()) for place, one in enumerate(likely)}
