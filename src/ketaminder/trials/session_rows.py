"""Rows of the hours of a session: dissociation, sedation, blood pressure, heart rate, by the chain of acute effects.

Sizes and spreads are those of `pharmacology.acute_effects`; how far trials are apart is taken from the sizes that stand
there beside each other. Nothing here is fitted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from statistics import stdev

import numpy as np
from scipy.stats import norm

from ketaminder.pharmacology.acute import TIMES_H, UNTIL_H, size, spread, wanes
from ketaminder.pharmacology.acute_effects import (
    DIASTOLIC,
    DISSOCIATED_ON_PLACEBO,
    DISSOCIATION,
    HEART_RATE,
    SEDATION,
    SYSTOLIC,
    Effect,
)
from ketaminder.pharmacology.model import Array
from ketaminder.trials.doses import shape
from ketaminder.trials.expected import DRAWS, SEED, Interval, normal, of_draws
from ketaminder.trials.study import PEOPLE, Asked, Given, Measured, Study

WORDS = (
    (DISSOCIATION, r"cadss|dissociat"),
    (SEDATION, r"moaa|sedation"),
    (SYSTOLIC, r"systolic|\bsbp\b"),
    (DIASTOLIC, r"diastolic|\bdbp\b"),
    (HEART_RATE, r"heart rate|\bpulse\b|\bhr\b"),
)
PEAK = r"peak|largest|highest|maxim|greatest|\bmax\b|any time|any session"
A_RISE = r"rise|increase|change|elevation|from pre"
MORE_THAN = r"(?:>=?|≥|more than|at least|above|over|of) ?(\d+)"
BACKGROUND_POINTS = 4 / float(np.log(1 / DISSOCIATED_ON_PLACEBO.value))
"""1.3: the mean of an exponential spread of which the share on placebo is above 4, the spread being an assumption."""
UNLIKE = 0.5
"""How far the dissociation of one trial may be from another, as a share of it; an assumption."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is expected of one row, or why nothing is."""

    mean: Interval | None = None
    rate: Interval | None = None
    reason: str = ""


def speaks_of(row: Asked) -> bool:
    """Whether a row is one of the hours of a session."""
    return effect_of(row.instrument) is not None


def effect_of(instrument: str) -> Effect | None:
    """The acute effect that an instrument measures; None of any other, and of pressure without saying which."""
    words = instrument.lower()
    found = [effect for effect, pattern in WORDS if re.search(pattern, words)]
    return found[0] if len(found) == 1 else None


def expected(study: Study, row: Asked) -> Said:
    """The mean of a row in its own unit, or the share of people beyond what its name says."""
    effect = effect_of(row.instrument)
    if effect is None or row.measured in (Measured.EFFECT, Measured.OTHER, Measured.PERCENT):
        return Said(reason=f"mean: a row of {row.measured.value!r} of an acute effect has none")
    acting = [_acting(study.arms[id_], row, effect) for id_ in (row.arm, row.against) if id_]
    if row.measured in (Measured.RATE, Measured.RATE_DIFFERENCE):
        return _rate(row, effect, acting)
    if effect is SEDATION:
        return Said(reason="mean: only shares of people were read of sedation")
    if row.measured is Measured.SCORE and not _rises(row, effect) and row.baseline is None:
        return Said(reason="mean: an absolute pressure or rate needs the baseline, which is not stated")
    return Said(_mean(row, effect, acting), reason="rates: the model has none on this instrument")


def _rises(row: Asked, effect: Effect) -> bool:
    """Whether a row counts from where people began: dissociation begins at nothing."""
    return effect is DISSOCIATION or bool(re.search(A_RISE, row.instrument.lower()))


def _acting(given: Given, row: Asked, effect: Effect) -> float:
    """The intensity of an arm at the hour of a row, or at the peak of its session; 0 where nothing acts."""
    past = [one for one in given.doses if one.hour <= row.time_h]
    if not past:
        return 0.0
    last, since = past[-1], row.time_h - past[-1].hour
    left = wanes(effect, len(given.before) + len(past))
    peak = bool(re.search(PEAK, f"{row.instrument} {row.label}".lower()))
    if last.entered is None or peak:
        return last.felt * left if peak or since <= UNTIL_H else 0.0
    return left * last.felt * float(np.interp(since, TIMES_H, shape(last.entered), right=0.0))


def _mean(row: Asked, effect: Effect, acting: list[float]) -> Interval:
    signs, people = (1.0, -1.0), [row.n or PEOPLE, row.n_against or row.n or PEOPLE]
    points = [_points(effect, one, row) for one in acting]
    centre = sum(sign * one for sign, one in zip(signs, points, strict=False))
    variance = sum(_between(effect, one) ** 2 for one in points[:1])
    variance += sum(_own(effect, row, one) ** 2 / n for one, n in zip(points, people, strict=False))
    rise = row.measured is not Measured.SCORE or _rises(row, effect)
    began = 0.0 if rise else row.baseline or 0.0
    lowest = 0.0 if effect is DISSOCIATION and row.measured is Measured.SCORE else None
    return normal(began + centre, variance**0.5, lowest)


def _points(effect: Effect, acting: float, row: Asked) -> float:
    """The mean over people, in the unit of the effect."""
    if effect is DISSOCIATION:
        return max(_mean_of_log_normal(size(effect) * acting, spread(effect) or 0.0, effect.highest), _at_rest(row))
    on_placebo = 0.0
    if effect.spread and re.search(PEAK, row.instrument.lower()):
        on_placebo = effect.spread.mean_placebo
    return size(effect) * acting + on_placebo


def _at_rest(row: Asked) -> float:
    return row.baseline if row.baseline is not None else BACKGROUND_POINTS


def _mean_of_log_normal(median: float, log_sd: float, highest: float) -> float:
    """Of people around a median, nobody above the scale."""
    if median <= 0:
        return 0.0
    places = norm.ppf((np.arange(400) + 0.5) / 400)
    return float(np.minimum(median * np.exp(log_sd * places), highest).mean())


def _between(effect: Effect, points: float) -> float:
    """How far trials are apart: of mean rises, as those are that were published beside each other."""
    return UNLIKE * points if effect is DISSOCIATION else stdev((size(effect), *effect.elsewhere))


def _own(effect: Effect, row: Asked, points: float) -> float:
    """The standard deviation between people: the row's own, that of placebo in Chen 2023, or that of an exponential."""
    if row.sd:
        return row.sd
    return effect.spread.sd_placebo if effect.spread else abs(points)


def _rate(row: Asked, effect: Effect, acting: list[float]) -> Said:
    found = re.search(MORE_THAN, row.instrument.lower())
    asked = 1.0 if effect is SEDATION else float(found[1]) if found else 4.0 if effect is DISSOCIATION else None
    if asked is None or spread(effect) is None:
        return Said(reason="rates: the row does not say beyond what, or no spread between people was read")
    rng = np.random.default_rng(SEED)
    unlike = np.exp(UNLIKE * rng.standard_normal(DRAWS))
    chances = [_chance(effect, one * unlike, asked) for one in acting]
    people = [max(1, int(n or PEOPLE)) for n in (row.rate_n or row.n, row.n_against or row.n)]
    drawn = [rng.binomial(n, chance) / n for n, chance in zip(people, chances, strict=False)]
    middle = [float(_chance(effect, np.array([one]), asked)[0]) for one in acting]
    if row.measured is Measured.RATE_DIFFERENCE and len(drawn) == 2:
        return Said(of_draws(drawn[0] - drawn[1], middle[0] - middle[1]), None, "rates: the row compares two arms")
    return Said(None, of_draws(drawn[0], middle[0]), "mean: a row of rates has none")


def _chance(effect: Effect, acting: Array, threshold: float) -> Array:
    """The share of people above `threshold`, with those who would be without any drug; as `acute.share_above`."""
    rest = DISSOCIATED_ON_PLACEBO.value if effect is DISSOCIATION else 0.0
    above = np.zeros_like(acting)
    some = acting > 0
    above[some] = norm.cdf(np.log(size(effect) * acting[some] / threshold) / (spread(effect) or 1.0))
    return np.asarray(1 - (1 - rest) * (1 - above))
