"""How people differ at each stage between a dose and relief, and what the published trials say of it.

At each stage a person's value is the typical one times a log-normal factor. Within an arm relief then varies, to first
order, by the sum over stages of (slope of relief in the log of the stage's value x spread of that log) squared, and by
what no stage explains (`REST`). Published standard deviations of scores and changes are held against that. What tells
stages apart is how the spread differs between arms and days: a stage of the drug adds nothing in a control arm.

Exposure alone was measured in people: its spread comes from the published population model. Stages that act alike
(exposure, affinity and best dose) cannot be told apart by any score, and exposure stands for the three.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, minimize

from ketaminder.trials.baselines import Baselines
from ketaminder.trials.calibration import Fit
from ketaminder.trials.chain import NAMES, Array, Side, Sides
from ketaminder.trials.instruments import Family, instrument
from ketaminder.trials.observed import APART, chosen_by_outcome, sides
from ketaminder.trials.profile import COMPATIBLE
from ketaminder.trials.study import Asked, Measured, Study

STAGES: Mapping[str, tuple[str, ...]] = {
    "exposure": ("log_best_dose",),
    "onset": ("log_onset_h", "log_consolidation_h"),
    "decay": ("log_decay_h",),
    "size": ("log_size",),
    "expectancy": ("log_expectancy",),
    "course": ("log_course", "log_new_antidepressant", "log_oral", "log_ect"),
}
"""The constants whose logs move together in one person. Less exposure is a higher best dose."""
REST = "rest"
SPREADS: Mapping[str, float] = {
    "exposure": 0.175,
    "onset": 0.0,
    "decay": 0.0,
    "size": 1.08,
    "expectancy": 0.64,
    "course": 0.78,
}
"""The spread of the log of each stage between people. Exposure: 117 to 208 ng/mL hold 90% of people at the end of 0.5
mg/kg in 40 min by Otto 2021, the model that is asked first: log(208 / 117) / 3.29. Size, expectancy and course are
estimated (`estimate`); that of expectancy is bounded above only. Onset and decay are not identified: nobody differs in
them here, an assumption."""
LEAST_MOVED = 1e-9
ESTIMATED = (*(one for one in STAGES if one != "exposure"), REST)
LARGEST = 2.0
"""No spread of a log is looked for beyond this: a factor of seven either way in a third of people."""
BETWEEN = 0.15
"""How far trials differ in the log of a standard deviation, before any data: scale of a half-normal prior. Assumed."""


@dataclass(frozen=True, slots=True)
class Width:
    """One published standard deviation as a share of the baseline: of relief, but for how baselines differ."""

    study: str
    side: Side
    sd: float
    n: float
    baseline_sd: float
    measured: Measured


@dataclass(frozen=True, slots=True)
class Found:
    """One spread: its estimate, and the ends of what is compatible with the data; None is open."""

    stage: str
    spread: float
    low: float | None
    high: float | None


def widths(studies: Iterable[Study], baselines: Baselines, baseline_spread: float) -> list[Width]:
    """Every standard deviation of a score or change on a rated depression scale that was read."""
    found: dict[object, Width] = {}
    for study in studies:
        for row in study.rows:
            one = _width(study, row, baselines, baseline_spread)
            if one is not None:
                found.setdefault((study.id, row.arm, row.time_h), one)
    return _thinned(found.values())


def _thinned(seen: Iterable[Width]) -> list[Width]:
    """One of several days of an arm that follow each other closely: the people are the same."""
    kept: list[Width] = []
    last: dict[object, float] = {}
    for one in sorted(seen, key=lambda one: (one.study, one.side.given.id, one.side.time_h)):
        key = (one.study, one.side.given.id)
        if one.side.time_h >= APART * last.get(key, 0.0):
            kept.append(one)
            last[key] = one.side.time_h
    return kept


def _width(study: Study, row: Asked, baselines: Baselines, baseline_spread: float) -> Width | None:
    tool = instrument(row.instrument, study.setting.condition)
    plain = row.measured in (Measured.SCORE, Measured.CHANGE) and row.against is None and row.time_h > 0
    if tool is None or tool.family is not Family.DEPRESSION or not plain or not row.sd or not row.n:
        return None
    start = baselines.of(row)
    if start is None or chosen_by_outcome(study, row) or study.setting.withdrawal:
        return None
    of_baseline = row.baseline_sd / start[0] if row.baseline_sd else baseline_spread
    return Width(study.id, sides(study, row, tool)[0], row.sd / start[0], row.n, of_baseline, row.measured)


class Widths:
    """Widths laid out beside the slopes of relief in each stage."""

    def __init__(self, seen: Sequence[Width], fit: Fit, exposure: float) -> None:
        self.seen, self.exposure = seen, exposure
        layout = Sides([one.side for one in seen], fit.hypothesis)
        self.relief = layout.relief(fit.theta)
        self.slopes = slopes(layout, fit)
        self.log_sd = np.log([one.sd for one in seen])
        self.error = 1 / (2 * (np.array([one.n for one in seen]) - 1))
        names = [one.study for one in seen]
        self.same = np.array([[a == b for b in names] for a in names], dtype=float)
        change = np.array([one.measured is Measured.CHANGE for one in seen])
        of_baseline = np.array([one.baseline_sd for one in seen])
        self.baseline = (np.where(change, self.relief, 1 - self.relief) * of_baseline) ** 2

    def expected(self, spreads: Mapping[str, float]) -> Array:
        """The log of the standard deviation of every row."""
        stages = {**spreads, "exposure": self.exposure}
        variance = sum((self.slopes[name] * stages[name]) ** 2 for name in STAGES)
        return np.asarray(0.5 * np.log(variance + spreads[REST] ** 2 + self.baseline))

    def misfit(self, unknown: Array) -> float:
        """Minus the log likelihood of the spreads in the order of `ESTIMATED`, then how far trials and rows differ."""
        between, row = unknown[-2] ** 2, unknown[-1] ** 2
        off = self.log_sd - self.expected(dict(zip(ESTIMATED, unknown, strict=False)))
        covariance = between * self.same + np.diag(self.error + row + 1e-6)
        lower = np.linalg.cholesky(covariance)
        scaled = np.linalg.solve(lower, off)
        return float(0.5 * scaled @ scaled + np.log(np.diag(lower)).sum() + 0.5 * (between + row) / BETWEEN**2)


def slopes(layout: Sides, fit: Fit) -> dict[str, Array]:
    """How much relief changes with the log of each stage's value, (sides,)."""
    found = {}
    for name, constants in STAGES.items():
        step = np.isin(NAMES, constants) * 1e-3
        found[name] = (layout.relief(fit.theta + step) - layout.relief(fit.theta - step)) / 2e-3
    return found


def stage_weights(layout: Sides, fit: Fit) -> Array:
    """The share of each stage in how people differ, as weights whose squares sum to one: (stages, sides).

    Where no stage moves relief (before anything acts), all have the same.
    """
    moved = np.stack([SPREADS[name] * slope for name, slope in slopes(layout, fit).items()])
    total = np.sqrt((moved**2).sum(axis=0))
    even = np.full_like(moved, len(STAGES) ** -0.5)
    return np.where(total > LEAST_MOVED, moved / np.maximum(total, LEAST_MOVED), even)


def estimate(widths: Widths) -> list[Found]:
    """Each spread with what is compatible with the data, all others estimated again."""
    least = _least(widths, {})[1]
    return [Found(name, best, *_ends(widths, name, best, least)) for name, best in likeliest(widths).items()]


def likeliest(widths: Widths) -> dict[str, float]:
    """The spreads under which what was seen is likeliest, by stage and `REST`."""
    return dict(zip(ESTIMATED, _least(widths, {})[0].tolist(), strict=False))


def _least(widths: Widths, held: Mapping[str, float]) -> tuple[Array, float]:
    start = np.array([0.3] * len(STAGES) + [0.1, 0.05])
    bounds = [(held.get(name, 0.0), held.get(name, LARGEST)) for name in ESTIMATED] + [(0.0, 1.0), (0.0, 1.0)]
    start = np.clip(start, [one for one, _ in bounds], [one for _, one in bounds])
    found = minimize(widths.misfit, start, method="L-BFGS-B", bounds=bounds)
    return np.asarray(found.x), float(found.fun)


def _ends(widths: Widths, name: str, best: float, least: float) -> tuple[float | None, float | None]:
    """Where the profile crosses what is compatible, from the best value down and up; None where it does not."""

    def over(value: float) -> float:
        return _least(widths, {name: value})[1] - least - COMPATIBLE

    low = brentq(over, 0.0, best, xtol=1e-3) if best > 0 and over(0.0) > 0 else None
    high = brentq(over, best, LARGEST, xtol=1e-3) if best < LARGEST and over(LARGEST) > 0 else None
    return low, high
