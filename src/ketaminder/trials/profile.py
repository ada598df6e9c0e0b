"""What the data alone say of one constant: its profile, all others fitted again at every value of it.

The prior of the constant itself is taken away; those of the others stay. A value is compatible with the data where the
profile is within half of the 95% point of chi-square on one degree of freedom (1.92) of its least.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from ketaminder.trials.calibration import PRIOR, PRIOR_SPREAD, Fit, Likelihood, mode
from ketaminder.trials.chain import INDEX, Array
from ketaminder.trials.observed import Observation

FAR = 2.5
"""A profile reaches this many standard deviations of the prior to either side."""
PLACES = 9
COMPATIBLE = float(chi2.ppf(0.95, 1)) / 2
"""How much worse than its best a fit may be, as minus a log likelihood: 1.92."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One constant: values, ascending, and how much worse the data fit at each than at the best of them."""

    name: str
    values: Array
    worse: Array

    @property
    def low(self) -> float | None:
        """The least compatible value, linear between places; None where none below is incompatible."""
        return _crossing(self.values[::-1], self.worse[::-1])

    @property
    def high(self) -> float | None:
        """The largest."""
        return _crossing(self.values, self.worse)


def profiles(
    seen: Sequence[Observation], whole: Fit, names: Sequence[str], executor: Executor | None = None
) -> list[Profile]:
    """The profile of each of `names` around the fit `whole` of what was `seen`."""
    tasks = [(list(seen), whole, name) for name in names]
    return list(map(_profile, tasks) if executor is None else executor.map(_profile, tasks))


def _profile(task: tuple[list[Observation], Fit, str]) -> Profile:
    seen, whole, name = task
    rows, number = Likelihood(seen, whole.hypothesis), INDEX[name]
    values = PRIOR[number] + PRIOR_SPREAD[number] * np.linspace(-FAR, FAR, PLACES)
    misfits, near = np.empty(PLACES), {float(whole.theta[number]): whole.theta}
    for place in np.argsort(np.abs(values - whole.theta[number])):
        value = float(values[place])
        near[value] = mode(rows, near[min(near, key=lambda one: abs(one - value))], {name: value})
        misfits[place] = _without_prior(rows, near[value], number)
    return Profile(name, values, misfits - misfits.min())


def _without_prior(rows: Likelihood, theta: Array, number: int) -> float:
    return rows.misfit(theta) - 0.5 * float(((theta[number] - PRIOR[number]) / PRIOR_SPREAD[number]) ** 2)


def _crossing(values: Array, worse: Array) -> float | None:
    """Where `worse`, from its least on in this order, first exceeds what is compatible; None if nowhere."""
    best = int(worse.argmin())
    beyond = np.flatnonzero(worse[best:] > COMPATIBLE)
    if not beyond.size:
        return None
    after = best + int(beyond[0])
    share = (COMPATIBLE - worse[after - 1]) / (worse[after] - worse[after - 1])
    return float(values[after - 1] + share * (values[after] - values[after - 1]))
