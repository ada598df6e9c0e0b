"""The hours of a session: dissociation, sedation, blood pressure and heart rate after a dose.

    site      Ce follows S-ketamine in plasma, half-life 8.3 min (Olofsen 2022)
    used to   M follows Ce at `adaptation_per_h`: what the brain has become used to within the session
    intensity d(t) = max(0, Ce - M), over the highest that racemic ketamine 0.5 mg/kg by vein in 40 min reaches
    effect    size x s x d(t), s how sensitive a person is, log-normal around 1

S-ketamine alone does it: R-ketamine adds neither to the psychedelic effect (Olofsen 2022) nor to cardiac output
(Kamp 2021). Ratings rise in proportion to concentration between 50 and 200 ng/mL (Bowdle 1998). Numbers: the effects
themselves in `acute_effects.py`. The link was estimated on arterial plasma and is carried on venous plasma here too,
since every size is taken over the same reference: an assumption.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

from ketaminder.pharmacology.acute_effects import (
    EFFECTS,
    LATER_SESSION,
    RESOLVED_H,
    Effect,
    Reached,
)
from ketaminder.pharmacology.dosing import nasal_devices
from ketaminder.pharmacology.effect_site import LINKS
from ketaminder.pharmacology.kinetics import follow
from ketaminder.pharmacology.model import Array
from ketaminder.pharmacology.population import QUANTILES, typical_person
from ketaminder.pharmacology.question import Scenario, claimants, standing_in
from ketaminder.pharmacology.receptor import AFFINITIES, LABEL_UNBOUND, Affinity, strength
from ketaminder.terms import Ancestry, Dose, Drug, Patient, Refused, Route

STEP_H = 1 / 60
UNTIL_H = 6.0
TIMES_H: Array = np.arange(0.0, UNTIL_H + STEP_H / 2, STEP_H)
RESOLVED = 0.1
"""`Resolved` is read as a tenth of the peak: our reading of the word."""
SOMEBODY = Patient("typical", age_years=40.0, weight_kg=70.0, ancestry=Ancestry.CAUCASIAN)


@dataclass(frozen=True, slots=True)
class Course:
    """One effect over `TIMES_H` after the first dose of a session, in its unit.

    `bands` are the quantiles `QUANTILES` over people of equal plasma, (5, times); None where no spread was read.
    `peak`, `at_h` and `resolved_h` are those of the typical person; `resolved_h` is None if not in `UNTIL_H`.
    """

    effect: Effect
    typical: Array
    bands: Array | None
    peak: float
    at_h: float
    resolved_h: float | None


def courses(scenario: Scenario, session: int = 1) -> tuple[Course, ...]:
    """What every effect does after the doses of one session, in the order of `EFFECTS`.

    Args:
        scenario: the doses of one session, the first at 0 h, and whom they are for.
        session: 1 for the first of a course. Dissociation is less in a later one; the others are not.

    Raises:
        Refused: a session below 1, or no model claims the drug by this route.
    """
    if session < 1:
        raise Refused("session", session, "1 or more")
    acting = intensity(scenario.doses, scenario.patient)
    return tuple(_course(one, acting * wanes(one, session)) for one in EFFECTS)


def wanes(effect: Effect, session: int) -> float:
    """The size in a later session over that in the first: k^-b where it wanes, through `LATER_SESSION`; else 1."""
    if not effect.wanes:
        return 1.0
    return float(session ** (math.log(LATER_SESSION.share) / math.log(LATER_SESSION.session)))


def _course(effect: Effect, acting: Array) -> Course:
    typical = size(effect) * acting
    log_spread = spread(effect)
    bands = None
    if log_spread is not None:
        bands = np.stack([typical * math.exp(log_spread * float(norm.ppf(q))) for q in QUANTILES])
        bands = np.minimum(bands, effect.highest)
    peak = int(typical.argmax())
    after = np.flatnonzero(typical[peak:] <= RESOLVED * typical[peak])
    resolved = float(TIMES_H[peak + after[0]]) if after.size else None
    return Course(effect, typical, bands, float(typical[peak]), float(TIMES_H[peak]), resolved)


def size(effect: Effect) -> float:
    """The typical person's peak at an intensity of 1, in the unit of the effect."""
    if effect.size is not None:
        return effect.size.value
    low, _ = _reached(effect)
    return low.threshold * math.exp(_spread_of_shares(effect) * float(norm.ppf(low.share))) / _intensity_of(low)


def spread(effect: Effect) -> float | None:
    """The standard deviation of the log of a person's sensitivity; None where none was read."""
    if effect.reached:
        return _spread_of_shares(effect)
    if effect.spread is None:
        return None
    variance = effect.spread.sd**2 - effect.spread.sd_placebo**2
    return math.sqrt(math.log1p(variance / (effect.spread.mean - effect.spread.mean_placebo) ** 2))


def share_above(effect: Effect, acting: float, threshold: float) -> float:
    """The share of people whose peak is above `threshold` at an intensity of `acting`; 0 without an intensity.

    Raises:
        Refused: an effect whose spread between people was not read.
    """
    log_spread = spread(effect)
    if log_spread is None:
        raise Refused("effect", effect.id, "an effect whose spread between people was read")
    if acting <= 0:
        return 0.0
    return float(norm.cdf((math.log(size(effect) * acting) - math.log(threshold)) / log_spread))


def _reached(effect: Effect) -> tuple[Reached, Reached]:
    low, high = effect.reached
    return low, high


def _spread_of_shares(effect: Effect) -> float:
    """Two doses and the share of people who reach the same threshold after each: one log-normal spread."""
    low, high = _reached(effect)
    apart = float(norm.ppf(high.share) - norm.ppf(low.share))
    return math.log(_intensity_of(high) / _intensity_of(low)) / apart


def _intensity_of(reached: Reached) -> float:
    return _after_the_nose(reached.dose_mg)


@cache
def _after_the_nose(dose_mg: float) -> float:
    return highest_intensity(nasal_devices(dose_mg))


def highest_intensity(doses: Sequence[Dose], patient: Patient = SOMEBODY) -> float:
    """The highest intensity after `doses`, 1 after racemic ketamine 0.5 mg/kg by vein in 40 min."""
    return float(intensity(doses, patient).max())


def intensity(doses: Sequence[Dose], patient: Patient = SOMEBODY) -> Array:
    """The intensity over `TIMES_H` after the doses of one session in the typical person with this one's covariates.

    Raises:
        Refused: no model claims the drug by this route.
    """
    return _acting(at_the_site(doses, patient), adaptation_per_h()) / _reference()


def at_the_site(doses: Sequence[Dose], patient: Patient = SOMEBODY) -> Array:
    """S-ketamine at the effect site over `TIMES_H`, ng/mL, by the model that is asked first."""
    return _follows(_plasma(doses, patient)["esketamine"], LINKS[0].rate_per_h)


def highest_block(doses: Sequence[Dose], patient: Patient = SOMEBODY, affinity: Affinity = AFFINITIES[1]) -> float:
    """The largest `receptor.strength` at the effect site within `UNTIL_H` after the first of `doses`; it has no unit.

    S- and R-ketamine and their norketamines compete, unbound as the label says. Each is taken to reach the site as
    S-ketamine does, an assumption: only S-ketamine's delay was published.

    Raises:
        Refused: no model claims the drug by this route.
    """
    plasma = _plasma(doses, patient)
    site = {analyte: _follows(curve, LINKS[0].rate_per_h) for analyte, curve in plasma.items()}
    return float(strength(site, affinity, LABEL_UNBOUND).max())


def _plasma(doses: Sequence[Dose], patient: Patient) -> dict[str, Array]:
    """What the model that is asked first says of each analyte over `TIMES_H`, ng/mL."""
    first = doses[0]
    (model, _), *_ = claimants(first.drug, first.route, boluses=Scenario(tuple(doses), patient).boluses)
    somebody, _ = standing_in(model, patient)
    given = sorted(doses, key=lambda one: one.time_h)
    found = follow(model, typical_person(model, somebody), given, TIMES_H).concentrations()
    return {analyte: curve[0] for analyte, curve in found.items()}


def _follows(curve: Array, rate_per_h: float) -> Array:
    """What follows `curve`, linear between the points of `TIMES_H`, at a rate: exact in the even steps' means."""
    kept = math.exp(-rate_per_h * STEP_H)
    found = np.zeros_like(curve)
    for place in range(1, curve.size):
        found[place] = kept * found[place - 1] + (1 - kept) * (curve[place] + curve[place - 1]) / 2
    return found


def _acting(site: Array, adaptation: float) -> Array:
    return np.maximum(site - _follows(site, adaptation), 0.0)


@cache
def _reference() -> float:
    return float(_acting(at_the_site(REFERENCE), adaptation_per_h()).max())


@cache
def adaptation_per_h() -> float:
    """How fast the effect site becomes used to the drug, 1/h, so that the effect is `RESOLVED` at `RESOLVED_H`.

    Solved on the typical person after 84 mg of esketamine by the nose; not measured.
    """
    site = at_the_site(nasal_devices(84.0))
    place = round(RESOLVED_H.value / STEP_H)

    def left(rate: float) -> float:
        acting = _acting(site, rate)
        return float(acting[place] / acting.max()) - RESOLVED

    return float(brentq(left, 0.1, 4.0))


REFERENCE = (Dose(Drug.KETAMINE, Route.INTRAVENOUS, 35.0, 0.0, 40 / 60),)
"""0.5 mg/kg of racemic ketamine over 40 min in somebody of 70 kg."""
