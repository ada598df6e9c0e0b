"""One block of virtual patients of one arm through one trial: scores, who leaves, what a session does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from ketaminder.pharmacology import acute
from ketaminder.pharmacology.acute import size, wanes
from ketaminder.pharmacology.acute_effects import DISSOCIATED_ON_PLACEBO, DISSOCIATION, SEDATION, SYSTOLIC, WITH_PLACEBO
from ketaminder.terms import Refused
from ketaminder.trials.calibration import Fit
from ketaminder.trials.chain import Array, Hypothesis, Side, Sides
from ketaminder.trials.differences import stage_weights
from ketaminder.trials.instruments import Family
from ketaminder.trials.lasting import KEPT
from ketaminder.trials.virtual import raters
from ketaminder.trials.virtual import spread as people
from ketaminder.trials.virtual.design import Arm, Design, Standing

Whole = NDArray[np.int16]
Small = NDArray[np.float32]
WITH_RELIEF = 0.38
"""How far dissociation goes with relief: r -0.35 at 230 min and -0.41 on day 7 (Luckenbaugh 2014, 108 people, read in
source), their mean."""
MOST_ROUNDS = 400
"""Draws of candidates for a trial that only some may enter."""
STAYED, LEFT, RESCUED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Job:
    """People of one arm of one replicate; each job has random numbers of its own, whoever runs it."""

    replicate: int
    arm: int
    block: int
    people: int


@dataclass(frozen=True, slots=True)
class Followed:
    """The people of one job.

    `scores` (people, hours) are points, -1 after leaving; `baseline` (people,). `why` is STAYED, LEFT or RESCUED.
    `relapse_h` and `seen_h` are hours after randomisation: of relapse, not a number without one, and until when
    somebody was at risk. `cadss`, `systolic_mmHg`: the largest rise in any session; `first_cadss` in the first;
    `sedated` whether in any.
    """

    job: Job
    scores: Whole
    baseline: Whole
    why: NDArray[np.int8]
    relapse_h: Small
    seen_h: Small
    cadss: Small
    first_cadss: Small
    sedated: NDArray[np.bool_]
    systolic_mmHg: Small
    candidates: int


@dataclass(frozen=True, slots=True)
class Entered:
    """People who entered: `baseline` (people,) and `scores` (people, hours) in points, where each stands in what lasts,
    `lasting` (people,), standard normal, and how many candidates were `drawn` for them.
    """

    baseline: Array
    scores: Array
    lasting: Array
    drawn: int

    @classmethod
    def first(cls, several: Sequence[Entered], count: int) -> Entered:
        """The first `count` people of several rounds."""
        return cls(
            np.concatenate([one.baseline for one in several])[:count],
            np.concatenate([one.scores for one in several])[:count],
            np.concatenate([one.lasting for one in several])[:count],
            sum(one.drawn for one in several),
        )


def follow(design: Design, fit: Fit, seed: int, job: Job, *, fixed: bool) -> Followed:
    """Follow the people of `job`.

    Args:
        design: the trial.
        fit: the constants and their uncertainty.
        seed: of the whole run; the same seed gives the same people, in whatever order jobs are run.
        fixed: True takes the constants as they are and no trial as different from another: a power in the usual sense.

    Raises:
        Refused: nearly nobody reaches what the entry of the trial requires.
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(job.replicate, job.arm, job.block)))
    means = mean_reliefs(design, fit, seed, job.replicate, fixed=fixed)[job.arm]
    return _leave(design, job, _enter(design, fit, job, means, rng), rng)


def _enter(design: Design, fit: Fit, job: Job, means: Array, rng: np.random.Generator) -> Entered:
    """The first people who reach what the entry of the trial requires; `means` are those of their arm, (hours,)."""
    kept: list[Entered] = []
    for _ in range(MOST_ROUNDS if design.entry else 1):
        kept.append(_candidates(design, fit, job, means, rng))
        if sum(one.baseline.size for one in kept) >= job.people:
            return Entered.first(kept, job.people)
    entered, drawn = (sum(of) for of in zip(*((one.baseline.size, one.drawn) for one in kept), strict=True))
    raise Refused("entry", f"{entered} of {drawn} candidates", "a trial that more than a few may enter")


def _candidates(design: Design, fit: Fit, job: Job, means: Array, rng: np.random.Generator) -> Entered:
    """As many candidates as the job has people, and of them those who may enter."""
    spreading, decay_h = people.of(fit), fit.value("log_decay_h")
    weights = _weights(design, tuple(fit.theta.tolist()), fit.hypothesis, job.arm)
    baseline = _baselines(design, job.people, rng)
    places, lasting = people.places(design.hours, job.people, decay_h, weights, rng)
    places = places + raters.apart(design, places.shape, rng)
    relief = np.stack([spreading.relief(float(mean), places[:, hour]) for hour, mean in enumerate(means)], axis=1)
    scores = np.clip(np.rint(baseline[:, None] * (1 - relief)), 0, design.scores.highest)
    chosen = _may_enter(design, baseline, scores[:, : design.before])
    return Entered(baseline[chosen], scores[chosen], lasting[chosen, design.before], job.people)


@lru_cache(maxsize=64)
def _weights(design: Design, theta: tuple[float, ...], hypothesis: Hypothesis, arm: int) -> Array:
    """How much each stage has in what lasts of the people of an arm at each hour: (stages, hours)."""
    fit = Fit(np.array(theta), np.empty((0, 0)), hypothesis)
    given = design.arms[arm].given
    sides = [Side(given, design.setting, hour, design.scores.tool.family) for hour in design.hours]
    layout = Sides(sides, fit.hypothesis)
    return stage_weights(layout, fit)


def _baselines(design: Design, count: int, rng: np.random.Generator) -> Array:
    """Normal, cut off below what may enter and above the scale."""
    scores = design.scores
    low = ndtr((scores.lowest - 0.5 - scores.mean) / max(scores.sd, 1e-9))
    high = ndtr((scores.highest + 0.5 - scores.mean) / max(scores.sd, 1e-9))
    chance = low + (high - low) * rng.random(count)
    return np.clip(np.rint(scores.mean + scores.sd * ndtri(chance)), max(scores.lowest, 1), scores.highest)


def _may_enter(design: Design, baseline: Array, scores: Array) -> NDArray[np.bool_]:
    if design.entry is None:
        return np.ones(baseline.size, dtype=bool)
    reached = is_remission if design.entry.requires is Standing.REMISSION else is_response
    return np.asarray(reached(design, baseline[:, None], scores).all(axis=1))


def is_response(design: Design, baseline: Array, scores: Array) -> NDArray[np.bool_]:
    """Whether the share of the baseline that is gone is that of a response."""
    return np.asarray(scores <= baseline * (1 - design.scores.tool.response))


def is_remission(design: Design, baseline: Array, scores: Array) -> NDArray[np.bool_]:
    """Whether a score is at or below the cut-off of remission."""
    return np.asarray(scores <= design.scores.points_of_remission() + 0 * baseline)


def _leave(design: Design, job: Job, entered: Entered, rng: np.random.Generator) -> Followed:
    """Who of those who entered leaves and when, who relapses, and what their sessions do."""
    baseline, before, hours = entered.baseline, design.before, np.array(design.visits_h)
    after = entered.scores[:, before:]
    stays = _stays(design, baseline, after, hours, rng)
    rescued = np.full(baseline.size, hours.size)
    if design.rescue:
        poor = (hours >= design.rescue.from_h) & (after > baseline[:, None] * (1 - design.rescue.relief_below))
        rescued = np.where(poor.any(axis=1), poor.argmax(axis=1) + 1, hours.size)
    last = np.minimum(stays, rescued)
    seen = np.arange(hours.size)[None, :] < last[:, None]
    relapse_h = _relapses(design, after, seen, hours)
    at_risk = np.where(last > 0, hours[np.maximum(last, 1) - 1], 0.0)
    why = np.where(last == hours.size, STAYED, np.where(rescued <= stays, RESCUED, LEFT))
    hours_of_session = _acute(design.arms[job.arm], entered.lasting, rng)
    everything = np.concatenate([entered.scores[:, :before], np.where(seen, after, -1)], axis=1)
    return Followed(
        job,
        everything.astype(np.int16),
        baseline.astype(np.int16),
        why.astype(np.int8),
        relapse_h.astype(np.float32),
        np.where(np.isnan(relapse_h), at_risk, relapse_h).astype(np.float32),
        *hours_of_session,
        entered.drawn,
    )


def _stays(design: Design, baseline: Array, scores: Array, hours: Array, rng: np.random.Generator) -> Array:
    """At how many visits each person is seen, as far as leaving of one's own goes."""
    weeks = np.diff(hours, prepend=0.0) / 168
    improved = is_response(design, baseline[:, None], scores)
    earlier = np.concatenate([np.zeros((baseline.size, 1), dtype=bool), improved[:, :-1]], axis=1)
    rate = design.leaving.per_week * np.where(earlier, 1.0, design.leaving.unimproved_factor)
    gone = rng.random(scores.shape) < 1 - np.exp(-rate * weeks)
    return np.where(gone.any(axis=1), gone.argmax(axis=1), hours.size)


def _relapses(design: Design, scores: Array, seen: NDArray[np.bool_], hours: Array) -> Array:
    """The hour of the first of enough bad visits in a row; not a number without."""
    if design.relapse is None:
        return np.full(scores.shape[0], np.nan)
    bad = seen & (scores >= design.relapse.points)
    run = bad.copy()
    for later in range(1, design.relapse.visits):
        run[:, :-later] &= bad[:, later:]
        run[:, hours.size - later :] = False
    return np.where(run.any(axis=1), hours[run.argmax(axis=1)], np.nan)


def _acute(arm: Arm, lasting: Array, rng: np.random.Generator) -> tuple[Small, Small, NDArray[np.bool_], Small]:
    """The largest CADSS rise, that of the first session, whether sedated, and the largest systolic rise, mmHg."""
    count = lasting.size
    alike = WITH_RELIEF / KEPT**0.5
    feels = alike * lasting + (1 - alike**2) ** 0.5 * rng.standard_normal(count)
    sleepy, pressed = rng.standard_normal(count), rng.standard_normal(count)
    background, everyday = rng.random(count), rng.standard_normal(count)
    first, most, sleepiest, highest = _intensities(arm)
    felt = size(DISSOCIATION) * np.exp((acute.spread(DISSOCIATION) or 0.0) * feels)
    not_the_drug = np.where(background < DISSOCIATED_ON_PLACEBO.value, DISSOCIATION.reached[0].threshold + 1.0, 0.0)
    cadss = np.minimum(np.maximum(felt * most, not_the_drug), DISSOCIATION.highest)
    at_first = np.minimum(np.maximum(felt * first, not_the_drug), DISSOCIATION.highest)
    asleep = (
        size(SEDATION) * sleepiest * np.exp((acute.spread(SEDATION) or 0.0) * sleepy) > SEDATION.reached[0].threshold
    )
    log_spread = acute.spread(SYSTOLIC) or 0.0
    drug = (size(SYSTOLIC) * highest) * np.exp(log_spread * pressed)
    systolic = drug + WITH_PLACEBO.mean_placebo + WITH_PLACEBO.sd_placebo * everyday
    return cadss.astype(np.float32), at_first.astype(np.float32), np.asarray(asleep), systolic.astype(np.float32)


def _intensities(arm: Arm) -> tuple[float, float, float, float]:
    """The intensity of the first session, and the highest over sessions for dissociation, sedation and pressure."""
    if not arm.sessions:
        return 0.0, 0.0, 0.0, 0.0
    intensities = [one.intensity for one in arm.sessions]
    felt = [one * wanes(DISSOCIATION, number) for number, one in enumerate(intensities, start=1)]
    return intensities[0], max(felt), max(intensities), max(intensities)


@lru_cache(maxsize=64)
def _cached_root(covariance: bytes, size: int) -> Array:
    values, vectors = np.linalg.eigh(np.frombuffer(covariance).reshape(size, size))
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))


def mean_reliefs(design: Design, fit: Fit, seed: int, replicate: int, *, fixed: bool) -> Array:
    """The mean relief of each arm at each of `design.hours` in one replicate: (arms, hours).

    A replicate is a trial: it has constants of its own, drawn from what is known of them, and differs from other trials
    as the fit says that trials, drug arms, arms and rows do.
    """
    family = design.scores.tool.family
    sides = [Side(arm.given, design.setting, hour, family) for arm in design.arms for hour in design.hours]
    layout, shape = Sides(sides, fit.hypothesis), (len(design.arms), len(design.hours))
    spread = people.of(fit).sd
    if fixed:
        return np.asarray(layout.relief(fit.theta).reshape(shape) + raters.knowing(design, spread, None))
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(replicate,)))
    root = _cached_root(np.ascontiguousarray(fit.covariance).tobytes(), fit.theta.size)
    theta = fit.theta + root @ rng.standard_normal(fit.theta.size)
    wider = fit.value("log_wider") if family is not Family.DEPRESSION else 1.0
    apart = {
        name: fit.value(name) * wider for name in ("log_between", "log_between_drug", "log_between_arms", "log_row")
    }
    drug = np.array([float(arm.is_drug) for arm in design.arms])
    shift = apart["log_between"] * rng.standard_normal() + apart["log_between_drug"] * rng.standard_normal() * drug
    shift = shift + apart["log_between_arms"] * rng.standard_normal(shape[0])
    rows = apart["log_row"] * rng.standard_normal(shape)
    known = raters.knowing(design, spread, rng)
    return np.asarray(layout.relief(theta).reshape(shape) + shift[:, None] + rows + known)
