"""Each published trial predicted by a fit to all the others, and how good that was."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import norm

from ketaminder.trials import session_rows
from ketaminder.trials.baselines import Baselines, pooled
from ketaminder.trials.calibration import Fit, fit
from ketaminder.trials.chain import BLOCK, Hypothesis
from ketaminder.trials.elsewhere import elsewhere
from ketaminder.trials.expected import Interval
from ketaminder.trials.instruments import Family, instrument
from ketaminder.trials.observed import Observation, What, chosen_by_outcome, observations
from ketaminder.trials.prediction import Predicted, Predictor
from ketaminder.trials.study import PEOPLE, Asked, Measured, Study


@dataclass(frozen=True, slots=True)
class Scored:
    """One observed number beside its prediction from the other trials."""

    study: str
    instrument: str
    arm: str
    time_h: float
    what: What
    measured: Measured
    n: int
    observed: float
    predicted: Interval
    pooled: Interval | None
    """The mean of the other trials' rows of that drug, route and day, in the same unit."""


LEAST_SPREAD = 0.02
"""No prediction is read as narrower than this when it is scored, in the unit of the number."""
WITHIN, BETWEEN = 0.33, 0.15
"""Of the pooled mean that predictions are compared with: how far relief spreads between people, as a share of the
baseline, and trials where only one is there. Both are assumptions of the comparison, and predict nothing."""


def unseen(study: Study) -> Study:
    """The study without any outcome."""
    rows = [replace(one, mean=None, se=None, sd=None, response_rate=None, remission_rate=None) for one in study.rows]
    return replace(study, rows=tuple(rows))


def leave_one_out(
    studies: Mapping[str, Study],
    fitted: frozenset[str],
    executor: Executor | None = None,
    hypothesis: Hypothesis = BLOCK,
    beside: Mapping[str, Study] | None = None,
) -> list[Scored]:
    """Every observed number of every study, predicted by the others, and by what stands `beside`, under one hypothesis.

    What stands beside is fitted to and not predicted.
    """
    everything = {**studies, **(beside or {})}
    whole = fit(_observed(everything, fitted, None), hypothesis=hypothesis)
    tasks = [(everything, fitted, id_, whole) for id_ in studies]
    found = map(_left_out, tasks) if executor is None else executor.map(_left_out, tasks)
    return [one for some in found for one in some]


def _observed(studies: Mapping[str, Study], fitted: frozenset[str], without: str | None) -> list[Observation]:
    others = {id_: one for id_, one in studies.items() if id_ != without}
    baselines = pooled(others.values())
    return [one for id_ in others if id_ in fitted for one in observations(others[id_], baselines)]


def _left_out(task: tuple[Mapping[str, Study], frozenset[str], str, Fit]) -> list[Scored]:
    studies, fitted, id_, whole = task
    study, others = studies[id_], {key: one for key, one in studies.items() if key != id_}
    if not any(
        one.mean is not None or one.response_rate is not None or one.remission_rate is not None for one in study.rows
    ):
        return []
    seen = _observed(studies, fitted, id_)
    predictor = Predictor(fit(seen, whole.theta, whole.hypothesis), pooled(others.values()), elsewhere(others.values()))
    kept = [one for key in others for one in observations(others[key], pooled(others.values()))]
    return list(_scored(study, predictor, kept))


def _scored(study: Study, predictor: Predictor, others: Sequence[Observation]) -> Iterator[Scored]:
    """Every number of the rows that can be scored, as it is predicted when no outcome of the study is seen."""
    hidden = {row.number: row for row in unseen(study).rows}
    for row in study.rows:
        if row.time_h > 0 and not chosen_by_outcome(study, row) and not session_rows.speaks_of(row):
            said = predictor.row(study, hidden[row.number])
            for what, observed, predicted in _numbers(row, said):
                same = _pool(study, row, what, others)
                yield Scored(
                    study=study.id,
                    instrument=row.instrument,
                    arm=row.arm,
                    time_h=row.time_h,
                    what=what,
                    measured=row.measured,
                    n=int(row.n or PEOPLE),
                    observed=observed,
                    predicted=predicted,
                    pooled=same and _in_points(same, row, what, predictor.baselines),
                )


def _numbers(row: Asked, said: Predicted) -> Iterator[tuple[What, float, Interval]]:
    """What was both observed and predicted."""
    for what, observed, predicted in (
        (What.MEAN, row.mean, said.mean),
        (What.RESPONSE, row.response_rate, said.response_rate),
        (What.REMISSION, row.remission_rate, said.remission_rate),
    ):
        if observed is not None and predicted is not None:
            yield what, observed, predicted


def _pool(study: Study, row: Asked, what: What, others: Sequence[Observation]) -> tuple[float, float] | None:
    """Mean and spread over trials of the same drug, route and day; of any day where none is near."""
    given, tool = study.arms[row.arm], instrument(row.instrument, study.setting.condition)
    if row.against is not None or tool is None:
        return None
    mine = [
        one
        for one in others
        if one.what is what
        and one.other is None
        and one.side.given.kind is given.kind
        and one.side.given.way is given.way
        and one.side.family is tool.family
    ]
    near = [one for one in mine if 0.5 <= (one.row.time_h + 1) / (row.time_h + 1) <= 2.0] or mine
    if not near:
        return None
    by_study: dict[str, list[float]] = {}
    for one in near:
        by_study.setdefault(one.study, []).append(one.value)
    means = [float(np.mean(values)) for values in by_study.values()]
    within = WITHIN / max(1, row.n or PEOPLE) ** 0.5
    between = float(np.std(means, ddof=1)) if len(means) > 1 else BETWEEN
    return float(np.mean(means)), float(np.hypot(between * (1 + 1 / len(means)) ** 0.5, within))


def _in_points(same: tuple[float, float], row: Asked, what: What, baselines: Baselines) -> Interval | None:
    centre, spread = same
    if what is What.MEAN:
        start = baselines.of(row)
        base = 100.0 if row.measured is Measured.PERCENT else (start[0] if start else 0.0)
        if not base:
            return None
        centre, spread = (base * (1 - centre) if row.measured is Measured.SCORE else -base * centre), spread * base
    return Interval(
        centre, centre - 1.96 * spread, centre + 1.96 * spread, centre - 0.674 * spread, centre + 0.674 * spread
    )


def interval_score(one: Interval, observed: float, level: float = 0.05) -> float:
    """Width, and 2 / level for every point outside (Gneiting and Raftery 2007)."""
    outside = max(one.low - observed, 0.0) + max(observed - one.high, 0.0)
    return one.high - one.low + 2 / level * outside


def log_score(one: Scored) -> float:
    """Log density of what was observed, the prediction read as normal; only differences of it mean anything."""
    spread = max((one.predicted.high - one.predicted.low) / (2 * 1.96), LEAST_SPREAD)
    return float(norm.logpdf(one.observed, one.predicted.value, spread))


def compared(first: Sequence[Scored], other: Sequence[Scored]) -> tuple[float, float, int]:
    """How much better `first` predicts than `other`: mean log score of a number, by trial; its error; trials."""
    mine, others = _by_trial(first), _by_trial(other)
    both = sorted(mine.keys() & others.keys())
    gains = np.array([mine[id_] - others[id_] for id_ in both])
    return float(gains.mean()), float(gains.std(ddof=1) / len(both) ** 0.5), len(both)


def _by_trial(scored: Sequence[Scored]) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for one in scored:
        found.setdefault(one.study, []).append(log_score(one))
    return {id_: float(np.mean(values)) for id_, values in found.items()}


@dataclass(frozen=True, slots=True)
class Summary:
    """How good the predictions were. Points are MADRS points."""

    numbers: int
    within_95: float
    within_50: float
    madrs_error: float
    score: float
    score_pooled: float
    bias_24h: float
    bias_7d: float
    width_from_50: float


def summary(scored: Sequence[Scored]) -> Summary:
    """Over all numbers that were observed and predicted."""
    numbers = list(scored)
    means = [one for one in numbers if one.what is What.MEAN and _is_madrs(one)]
    plain = [one for one in means if one.measured in (Measured.SCORE, Measured.CHANGE)]
    both = [one for one in plain if one.pooled is not None]

    def bias(low: float, high: float) -> float:
        off = [one.predicted.value - one.observed for one in plain if low <= one.time_h <= high]
        return float(np.mean(off)) if off else float("nan")

    return Summary(
        numbers=len(numbers),
        within_95=_share(numbers, lambda p, x: p.low <= x <= p.high),
        within_50=_share(numbers, lambda p, x: p.low50 <= x <= p.high50),
        madrs_error=float(np.median([abs(one.predicted.value - one.observed) for one in plain])),
        score=float(np.mean([interval_score(one.predicted, one.observed) for one in both])),
        score_pooled=float(np.mean([interval_score(one.pooled, one.observed) for one in both if one.pooled])),
        bias_24h=bias(20, 30),
        bias_7d=bias(150, 190),
        width_from_50=float(np.mean([one.predicted.high - one.predicted.low for one in plain if one.n >= 50])),
    )


def _is_madrs(one: Scored) -> bool:
    tool = instrument(one.instrument)
    return tool is not None and tool.family is Family.DEPRESSION and "madrs" in one.instrument.lower()


def _share(scored: Sequence[Scored], inside: Callable[[Interval, float], bool]) -> float:
    return float(np.mean([inside(one.predicted, one.observed) for one in scored]))
