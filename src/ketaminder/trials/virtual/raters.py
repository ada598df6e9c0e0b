"""What raters add to a score: how far two of them are apart, and what they see who know the arm.

Site raters also score candidates higher at entry than central raters do, and lose that at the end: 35% of those whom a
site rater let in were too well for a central one, and the placebo change was 7.5 against 3.2 HAM-D points (Kobak 2010,
read in source, one trial of two centres). That is not simulated: the trials to which the chain is fitted had raters of
both kinds.
"""

from __future__ import annotations

import numpy as np

from ketaminder.trials.chain import Array
from ketaminder.trials.virtual.design import Arm, Design, Rater

APART = 1 - 0.9837
"""The share of the variance of MADRS scores that lies between two raters of one visit: 113 visits rated at one of 12
sites and by the sponsor (preprint, Authorea 321659, ICC, read in source; authors not shown). Taken for every scale."""
KNOWS, KNOWS_ERROR = 0.23, (0.40 - 0.06) / (2 * 1.96)
"""How much better an arm looks to a rater who knows it, in standard deviations between people: 16 trials with both
kinds of raters on subjective scales, -0.23 (-0.40 to -0.06) (Hrobjartsson 2013, CMAJ, abstract, read in source)."""


def apart(design: Design, shape: tuple[int, ...], rng: np.random.Generator) -> Array | float:
    """What the rater of the day adds to the place of each person at each visit; nothing where one rates all."""
    if design.raters.who is not Rater.SITE:
        return 0.0
    return np.asarray(APART**0.5 * rng.standard_normal(shape))


def knowing(design: Design, spread: float, rng: np.random.Generator | None) -> Array | float:
    """The relief that raters who know the arm add to arms of ketamine after the first dose: (arms, hours).

    Where everybody knows, the fitted size of open trials holds it already. `rng` None takes the published mean.
    """
    if design.raters.blind or design.setting.open_label:
        return 0.0
    much = KNOWS if rng is None else KNOWS + KNOWS_ERROR * rng.standard_normal()
    drug = np.array([float(arm.is_drug) for arm in design.arms])
    begun = np.array([[_treated(arm, hour) for hour in design.hours] for arm in design.arms])
    return np.asarray(much * spread * drug[:, None] * begun)


def _treated(arm: Arm, hour: float) -> bool:
    return any(dose.hour < hour for dose in (*arm.given.before, *arm.given.doses))
