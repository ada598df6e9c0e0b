"""What other trials saw on instruments that no chain speaks of, by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from ketaminder.trials.elsewhere import elsewhere
from ketaminder.trials.study import Asked, Given, Kind, Measured, Setting, Study

ARMS = {"K": Given("K", Kind.KETAMINE), "P": Given("P", Kind.PLACEBO)}
ROW = Asked(0, "HVLT-R recall", "k", "K", None, 24.0, Measured.CHANGE, n=36, sd=6.0)


def trial(id_: str, *means: float, arm: str = "K") -> Study:
    rows = tuple(replace(ROW, arm=arm, mean=mean) for mean in means)
    return Study(id_, Setting("depression"), ARMS, rows, {}, {})


def test_three_trials_say_how_far_the_next_one_may_be() -> None:
    """Means 10, 12 and 14 differ by 2; the mean of three is itself off: 4 x 4/3, and 6 / sqrt(36) = 1 for 36 people."""
    seen = elsewhere([trial("a", 10.0), trial("b", 11.0, 13.0), trial("c", 14.0)])
    assert seen.of(trial("d"), ROW) == pytest.approx((12.0, math.sqrt(4 * 4 / 3 + 1)))


def test_of_one_or_two_trials_the_next_may_be_half_as_far() -> None:
    """One trial: half of 10, 25 x 2. Two: half of 11, 30.25 x 1.5."""
    assert elsewhere([trial("a", 10.0)]).of(trial("d"), ROW) == pytest.approx((10.0, math.sqrt(51)))
    two = elsewhere([trial("a", 10.0), trial("b", 12.0)])
    assert two.of(trial("d"), ROW) == pytest.approx((11.0, math.sqrt(30.25 * 1.5 + 1)))


def test_without_a_spread_people_differ_by_half_of_the_mean() -> None:
    """5 / sqrt(20), where no number of people is stated either."""
    row = replace(ROW, sd=None, n=None)
    assert elsewhere([trial("a", 10.0)]).of(trial("d"), row) == pytest.approx((10.0, math.sqrt(50 + 25 / 20)))


def test_a_trial_never_predicts_itself_nor_ketamine_what_placebo_does() -> None:
    seen = elsewhere([trial("a", 10.0), trial("b", 3.0, arm="P")])
    assert seen.of(trial("a"), ROW) is None
    found = seen.of(trial("d"), replace(ROW, arm="P"))
    assert found is not None
    assert found[0] == 3.0
    assert seen.of(trial("d"), replace(ROW, measured=Measured.SCORE)) is None
