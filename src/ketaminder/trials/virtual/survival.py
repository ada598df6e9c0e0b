"""Time to relapse: Kaplan-Meier, log-rank, and Cox's hazard ratio of two arms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import CensoredData, ecdf, logrank

from ketaminder.trials.chain import Array

Flags = NDArray[np.bool_]


def survival(seen_h: Array, relapsed: Flags, hours: Array) -> Array:
    """The Kaplan-Meier share without relapse just after each of `hours`."""
    if not relapsed.any():
        return np.ones(len(hours))
    return np.asarray(ecdf(_censored(seen_h, relapsed)).sf.evaluate(hours))


def median_h(seen_h: Array, relapsed: Flags) -> float:
    """The first time at which half or more have relapsed; infinite where that is not reached."""
    if not relapsed.any():
        return float("inf")
    found = ecdf(_censored(seen_h, relapsed)).sf
    below = np.flatnonzero(found.probabilities <= 0.5)
    return float(found.quantiles[below[0]]) if below.size else float("inf")


def p_of_logrank(first: tuple[Array, Flags], second: tuple[Array, Flags]) -> float:
    """Two-sided p of the log-rank test; 1 where nobody relapsed."""
    if not (first[1].any() or second[1].any()):
        return 1.0
    return float(logrank(_censored(*first), _censored(*second)).pvalue)


def hazard_ratio(first: tuple[Array, Flags], second: tuple[Array, Flags]) -> float:
    """Cox's hazard ratio of the first arm over the second, ties by Efron; not a number where an arm has no relapse."""
    hours = np.concatenate([first[0], second[0]])
    events = np.concatenate([first[1], second[1]])
    treated = np.concatenate([np.ones(first[0].size), np.zeros(second[0].size)])
    if not first[1].any() or not second[1].any():
        return float("nan")
    ties = [_tie(time, hours, events, treated) for time in np.unique(hours[events])]

    def score(log_ratio: float) -> float:
        ratio = np.exp(log_ratio)
        return sum(_score(ratio, *tie) for tie in ties)

    return float(np.exp(brentq(score, -20.0, 20.0)))


def _tie(time: float, hours: Array, events: Flags, treated: Array) -> tuple[float, float, float, float]:
    """At risk in the first arm and the second, and relapses of each, at one time."""
    at_risk, now = hours >= time, (hours == time) & events
    risk, relapses = float(treated[at_risk].sum()), float(treated[now].sum())
    return risk, float(at_risk.sum()) - risk, relapses, float(now.sum()) - relapses


def _score(ratio: float, risk: float, others: float, relapses: float, of_others: float) -> float:
    """Efron's score: of d relapses at once, the k-th sees the risk set without k/d of those who relapse."""
    count = int(relapses + of_others)
    share = np.arange(count) / count
    weight = ratio * (risk - share * relapses)
    return float(relapses - (weight / (weight + others - share * of_others)).sum())


def _censored(seen_h: Array, relapsed: Flags) -> CensoredData:
    return CensoredData(uncensored=seen_h[relapsed], right=seen_h[~relapsed])
