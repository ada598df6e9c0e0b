"""With how many points people begin: against the means of read trials, taken apart here, and the ranges of scales."""

from __future__ import annotations

from statistics import mean, stdev

import pytest

from ketaminder.trials.baselines import pooled
from ketaminder.trials.observed import RELATIVE_BASELINE
from ketaminder.trials.published import published
from ketaminder.trials.study import Asked, Measured

BASELINES = pooled(published().values())


def asked(instrument: str, baseline: float | None = None) -> Asked:
    return Asked(0, instrument, "a", "a", None, 24.0, Measured.SCORE, baseline=baseline)


def assumed(instrument: str) -> float:
    """Points of a baseline that was not given."""
    points, given = BASELINES.of(asked(instrument)) or (0.0, True)
    assert not given
    return points


def madrs_of_each_trial() -> list[float]:
    return [one.began["MADRS"] for one in published().values() if "MADRS" in one.began]


def test_a_pooled_baseline_is_the_mean_over_trials_however_many_arms_they_have() -> None:
    assert assumed("MADRS") == pytest.approx(mean(madrs_of_each_trial()))


def test_how_far_a_pooled_baseline_may_be_off_is_how_trials_differ() -> None:
    found = madrs_of_each_trial()
    assert pytest.approx(stdev(found) / mean(found), abs=0.005) == RELATIVE_BASELINE


def test_a_given_baseline_is_taken_as_it_is() -> None:
    assert BASELINES.of(asked("MADRS", 28.0)) == (28.0, True)


@pytest.mark.parametrize("name", ["HDRS", "HRSD-17", "Hamilton depression scale", "HAM-D 17"])
def test_one_scale_has_many_names(name: str) -> None:
    assert BASELINES.of(asked(name)) == BASELINES.of(asked("HAM-D17"))


@pytest.mark.parametrize(("name", "points"), [("ISI", 22.0), ("PDSS", 16.8), ("BPRS+", 18.4)])
def test_a_scale_that_no_read_trial_began_with(name: str, points: float) -> None:
    """Severe insomnia begins at 22 points; 0.6 of the 28 points of the PDSS, and of the 4 to 28 of the BPRS+."""
    assert assumed(name) == pytest.approx(points)


@pytest.mark.parametrize("name", ["CGI-I", "PGI-C", "Global impression of change", "an unheard-of scale"])
def test_nobody_begins_on_a_rating_of_change_or_on_what_is_not_known(name: str) -> None:
    assert BASELINES.of(asked(name)) is None
