"""What becomes of virtual people: who leaves, is treated otherwise, relapses, dissociates; by hand on many people."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm, spearmanr

from ketaminder.trials import shipped
from ketaminder.trials.virtual import Run, design, run
from ketaminder.trials.virtual.following import LEFT, RESCUED, STAYED, Followed

from .designs import one_dose

MANY = 20_000
WEEKLY = "visits_h = [168, 336]"


def ketamine(more: str, visits: str = WEEKLY) -> list[Followed]:
    """Everybody of the drug arm, in blocks."""
    text = one_dose(MANY, more).replace("visits_h = [24, 168]", visits)
    return [one for one in run(Run(design(text), shipped(), 7, 1)) if one.job.arm == 0]


def of(blocks: list[Followed], name: str) -> np.ndarray:
    return np.concatenate([getattr(one, name) for one in blocks]).astype(float)


def test_who_has_not_responded_leaves_more_often() -> None:
    """A tenth a week, five times as often without a response: 1 - exp(-0.5) = 0.393 of all in the first week; in the
    second as many of those who had not responded, and 1 - exp(-0.1) = 0.095 of those who had.
    """
    blocks = ketamine("[leaving]\nper_week = 0.1\nunimproved_factor = 5\n")
    scores, baseline, why = (of(blocks, name) for name in ("scores", "baseline", "why"))
    gone = scores < 0
    responded = scores[:, 0] <= baseline / 2
    assert gone[:, 0].mean() == pytest.approx(1 - math.exp(-0.5), abs=0.01)
    assert gone[~gone[:, 0] & ~responded, 1].mean() == pytest.approx(1 - math.exp(-0.5), abs=0.015)
    assert gone[~gone[:, 0] & responded, 1].mean() == pytest.approx(1 - math.exp(-0.1), abs=0.02)
    assert ((why == LEFT) == gone[:, 1]).all()
    assert set(why) == {LEFT, STAYED}


def test_rescue_is_after_the_visit_that_asks_for_it() -> None:
    """From the second visit on, whoever has lost less than a fifth of the baseline: seen there, and not again."""
    visits = "visits_h = [24, 168, 336]"
    blocks = ketamine("[rescue]\nfrom_h = 168\nrelief_below = 0.2\n", visits)
    scores, baseline, why = (of(blocks, name) for name in ("scores", "baseline", "why"))
    assert (scores[:, :2] >= 0).all()
    poor = scores[:, 1] > 0.8 * baseline
    assert 0.05 < poor.mean() < 0.95
    assert ((scores[:, 2] < 0) == poor).all()
    assert (why[poor] == RESCUED).all()


def test_a_relapse_is_bad_visits_in_a_row_from_the_first_of_them() -> None:
    """Twenty-two points or more twice running; the end of the trial cannot be the first of two."""
    visits = "visits_h = [168, 336, 504]"
    blocks = ketamine("[relapse]\npoints = 22\nvisits = 2\n", visits)
    bad, when = of(blocks, "scores") >= 22, of(blocks, "relapse_h")
    first, second = bad[:, 0] & bad[:, 1], ~bad[:, 0] & bad[:, 1] & bad[:, 2]
    assert (when[first] == 168).all()
    assert (when[second] == 336).all()
    assert np.isnan(when[~first & ~second]).all()
    assert min(first.sum(), second.sum()) > 100
    seen = of(blocks, "seen_h")
    assert (seen[first] == 168).all()
    assert (seen[~first & ~second] == 504).all()


def test_who_dissociates_more_is_relieved_more() -> None:
    """r 0.38 between normal places (Luckenbaugh 2014); of ranks 6 / pi asin(0.38 / 2) = 0.366, for two normals."""
    blocks = ketamine("", "visits_h = [168, 336]")
    relief = 1 - of(blocks, "scores")[:, 0] / of(blocks, "baseline")
    found = spearmanr(of(blocks, "first_cadss"), relief).statistic
    assert found == pytest.approx(6 / math.pi * math.asin(0.38 / 2), abs=0.025)


def test_baselines_are_a_normal_cut_off_where_nobody_may_enter() -> None:
    """Mean 32, SD 5, from 30 points on: of those above 29.5, the share between 29.5 and 30.5 begins with 30."""
    text = one_dose(MANY).replace("lowest = 20", "lowest = 30")
    began = of([one for one in run(Run(design(text), shipped(), 7, 1)) if one.job.arm == 0], "baseline")
    may_enter = norm.sf((29.5 - 32) / 5)
    share = float((norm.cdf((30.5 - 32) / 5) - norm.cdf((29.5 - 32) / 5)) / may_enter)
    assert began.min() == 30
    assert (began == 30).mean() == pytest.approx(share, abs=0.008)
    assert began.mean() == pytest.approx(32 + 5 * float(norm.pdf((29.5 - 32) / 5) / may_enter), abs=0.1)
