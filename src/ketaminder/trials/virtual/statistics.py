"""What a trial reports, of every replicate; over replicates, the value and the intervals of a trial of that size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2_contingency, ttest_ind

from ketaminder.trials.chain import Array
from ketaminder.trials.expected import Interval
from ketaminder.trials.virtual import survival
from ketaminder.trials.virtual.design import Design, Measure, Primary
from ketaminder.trials.virtual.following import LEFT, RESCUED, Followed, is_remission, is_response

ABOVE_4 = 4.0


@dataclass(frozen=True, slots=True)
class People:
    """Everybody of one arm in one replicate."""

    scores: Array
    baseline: Array
    why: Array
    relapsed: survival.Flags
    seen_h: Array
    cadss: Array
    first_cadss: Array
    sedated: survival.Flags
    systolic_mmHg: Array


@dataclass(frozen=True, slots=True)
class Key:
    """What a number is of: an arm, or one against another; a visit, or None for the whole trial."""

    measure: str
    arm: str
    against: str | None = None
    hour: float | None = None


@dataclass(frozen=True, slots=True)
class Power:
    """The share of replicates in which the primary comparison favours its arm at its alpha, with a 95% interval."""

    share: float
    low: float
    high: float
    replicates: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Every number with its intervals over replicates, and the power of the primary comparison where there is one."""

    design: Design
    numbers: dict[Key, Interval]
    power: Power | None
    replicates: int


def summary(design: Design, followed: Sequence[Followed]) -> Summary:
    """What the replicates of a run say."""
    found: dict[Key, list[float]] = {}
    primary: list[bool] = []
    trials = list(replicates(design, followed))
    for arms in trials:
        for key, value in numbers(design, arms):
            found.setdefault(key, []).append(value)
        if design.primary:
            primary.append(favours(design, design.primary, arms))
    intervals = {key: _interval(np.array(values)) for key, values in found.items()}
    return Summary(design, intervals, _power(primary) if primary else None, len(trials))


def replicates(design: Design, followed: Sequence[Followed]) -> Iterator[list[People]]:
    """The arms of each replicate, in the order of the design."""
    by_replicate: dict[int, dict[int, list[Followed]]] = {}
    for one in followed:
        by_replicate.setdefault(one.job.replicate, {}).setdefault(one.job.arm, []).append(one)
    for number in sorted(by_replicate):
        yield [_together(by_replicate[number][arm]) for arm in range(len(design.arms))]


def _together(blocks: Sequence[Followed]) -> People:
    def all_of(name: str) -> Array:
        return np.concatenate([getattr(one, name) for one in blocks])

    return People(
        all_of("scores").astype(float),
        all_of("baseline").astype(float),
        all_of("why"),
        ~np.isnan(all_of("relapse_h")),
        all_of("seen_h").astype(float),
        all_of("cadss"),
        all_of("first_cadss"),
        all_of("sedated").astype(bool),
        all_of("systolic_mmHg"),
    )


def numbers(design: Design, arms: Sequence[People]) -> Iterator[tuple[Key, float]]:
    """Every number of one replicate. Means are of those who were seen; rates count who left as not well."""
    named = list(zip([arm.id for arm in design.arms], arms, strict=True))
    for name, arm in named:
        yield from _at_the_start(design, name, arm)
    for hour in design.visits_h:
        for name, arm in named:
            yield from _at_a_visit(design, name, arm, hour)
        yield from _differences(design, named, hour)
    for name, arm in named:
        yield from _of_the_whole(design, name, arm)
    if design.relapse:
        yield from _hazard_ratios(named)


def _place(design: Design, hour: float) -> int:
    """The column of a visit among scores."""
    return design.before + design.visits_h.index(hour)


def _changes(design: Design, arm: People, hour: float) -> Array:
    """Of everybody who was seen: since the last visit of entry, or since the baseline."""
    score = arm.scores[:, _place(design, hour)]
    start = arm.scores[:, design.before - 1] if design.before else arm.baseline
    return np.asarray((score - start)[score >= 0])


def _at_a_visit(design: Design, name: str, arm: People, hour: float) -> Iterator[tuple[Key, float]]:
    score, changes = arm.scores[:, _place(design, hour)], _changes(design, arm, hour)
    seen = score >= 0
    yield Key("seen", name, hour=hour), float(seen.sum())
    if not seen.any():
        return
    yield Key("score", name, hour=hour), float(score[seen].mean())
    yield Key("change", name, hour=hour), float(changes.mean())
    if seen.sum() > 1:
        yield Key("sd of change", name, hour=hour), float(changes.std(ddof=1))
    yield Key("response", name, hour=hour), float((seen & is_response(design, arm.baseline, score)).mean())
    yield Key("remission", name, hour=hour), float((seen & is_remission(design, arm.baseline, score)).mean())


def _differences(design: Design, named: Sequence[tuple[str, People]], hour: float) -> Iterator[tuple[Key, float]]:
    """The change of each arm less that of the last one."""
    *others, (last, control) = named
    of_control = _changes(design, control, hour)
    for name, arm in others:
        change = _changes(design, arm, hour)
        if change.size and of_control.size:
            yield Key("difference", name, last, hour), float(change.mean() - of_control.mean())


def _hazard_ratios(named: Sequence[tuple[str, People]]) -> Iterator[tuple[Key, float]]:
    """Of relapse in each arm over the last one, where both have any."""
    *others, (last, control) = named
    for name, arm in others:
        ratio = survival.hazard_ratio((arm.seen_h, arm.relapsed), (control.seen_h, control.relapsed))
        if np.isfinite(ratio):
            yield Key("hazard ratio", name, last), ratio


def _at_the_start(design: Design, name: str, arm: People) -> Iterator[tuple[Key, float]]:
    """Hour 0: the score with which everybody begins, and that nobody has relapsed.

    After an entry it is the score of its last visit, where that is hour 0; else none is said.
    """
    before = design.before
    if not before or design.hours[before - 1] == 0:
        yield Key("score", name, hour=0.0), float((arm.scores[:, before - 1] if before else arm.baseline).mean())
    if design.relapse:
        yield Key("without relapse", name, hour=0.0), 1.0


def _of_the_whole(design: Design, name: str, arm: People) -> Iterator[tuple[Key, float]]:
    yield Key("left", name), float((arm.why == LEFT).mean())
    yield Key("rescued", name), float((arm.why == RESCUED).mean())
    yield Key("CADSS rise above 4, first session", name), float((arm.first_cadss > ABOVE_4).mean())
    yield Key("CADSS rise above 4, any session", name), float((arm.cadss > ABOVE_4).mean())
    yield Key("sedation (MOAA/S 4 or less), any session", name), float(arm.sedated.mean())
    yield Key("largest systolic rise, mmHg", name), float(arm.systolic_mmHg.mean())
    if design.relapse:
        hours = np.array(design.visits_h)
        for hour, share in zip(hours, survival.survival(arm.seen_h, arm.relapsed, hours), strict=True):
            yield Key("without relapse", name, hour=float(hour)), float(share)
        yield Key("relapsed", name), float(arm.relapsed.mean())
        yield Key("median days to relapse", name), survival.median_h(arm.seen_h, arm.relapsed) / 24


def favours(design: Design, asked: Primary, arms: Sequence[People]) -> bool:
    """Whether the primary comparison of one replicate favours its arm, two-sided at its alpha."""
    first, second = arms[design.arm(asked.arm)], arms[design.arm(asked.against)]
    if asked.measure is Measure.RELAPSE:
        p = survival.p_of_logrank((first.seen_h, first.relapsed), (second.seen_h, second.relapsed))
        ratio = survival.hazard_ratio((first.seen_h, first.relapsed), (second.seen_h, second.relapsed))
        return bool(p < asked.alpha and (ratio < 1 or not first.relapsed.any()))
    place = _place(design, asked.hour)
    if asked.measure is Measure.CHANGE:
        changes = [(one.scores[:, place] - one.baseline)[one.scores[:, place] >= 0] for one in (first, second)]
        if min(map(len, changes)) < 2:
            return False
        tested = ttest_ind(*changes, equal_var=False)
        return bool(tested.pvalue < asked.alpha and tested.statistic < 0)
    reached = is_response if asked.measure is Measure.RESPONSE else is_remission
    counts = [
        int(((one.scores[:, place] >= 0) & reached(design, one.baseline, one.scores[:, place])).sum())
        for one in (first, second)
    ]
    sizes = [one.baseline.size for one in (first, second)]
    if not sum(counts) or sum(counts) == sum(sizes):
        return False
    table = [[count, size - count] for count, size in zip(counts, sizes, strict=True)]
    better = counts[0] / sizes[0] > counts[1] / sizes[1]
    return bool(better and chi2_contingency(table, correction=False).pvalue < asked.alpha)


def _interval(values: Array) -> Interval:
    ranked = np.sort(values)

    def at(quantile: float) -> float:
        """Between two ranks, linear; infinite where the upper is."""
        place = quantile * (ranked.size - 1)
        low, high = ranked[int(np.floor(place))], ranked[int(np.ceil(place))]
        return float(low if low == high else low + (high - low) * (place - np.floor(place)))

    centre = at(0.5) if np.isinf(ranked).any() else float(values.mean())
    return Interval(centre, at(0.025), at(0.975), at(0.25), at(0.75))


def _power(found: Sequence[bool]) -> Power:
    """With Wilson's interval."""
    n, share, z = len(found), sum(found) / len(found), 1.959964
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * (share * (1 - share) / n + z**2 / (4 * n**2)) ** 0.5
    return Power(share, max(0.0, centre - half), min(1.0, centre + half), n)
