"""Rows of the hours of a session by hand: the chain of acute effects, and how far trials are apart."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from scipy.stats import norm

from ketaminder.pharmacology.acute import size, spread
from ketaminder.pharmacology.acute_effects import DISSOCIATION
from ketaminder.trials.session_rows import effect_of, expected
from ketaminder.trials.study import Asked, Dose, Given, Kind, Measured, Setting, Study, Way

MANY = 10**8
"""So many people that only trials differ."""


def infused(felt: float) -> Given:
    """One dose at hour 0, dissociating `felt` times as much as 0.5 mg/kg by vein."""
    return Given("K", Kind.KETAMINE, Way.INTRAVENOUS, (Dose(0.0, 0.5, 0.5, felt),))


def asked(instrument: str, measured: Measured, n: int = MANY) -> Asked:
    return Asked(0, instrument, "k", "K", None, 0.5, measured, n=n)


def study(arm: Given, row: Asked) -> Study:
    return Study("s", Setting("depression"), {"K": arm}, (row,), {}, {})


def mean_on_the_scale(acting: float) -> float:
    """E min(X, 92) = exp(m + s^2 / 2) F((ln 92 - m - s^2) / s) + 92 (1 - F((ln 92 - m) / s)), F the normal."""
    m, s = math.log(size(DISSOCIATION) * acting), spread(DISSOCIATION) or 0.0
    below = math.exp(m + s * s / 2) * float(norm.cdf((math.log(92) - m - s * s) / s))
    return below + 92 * float(norm.sf((math.log(92) - m) / s))


@pytest.mark.parametrize("felt", [1.0, 3.0])
def test_the_mean_dissociation_is_that_of_a_log_normal_which_ends_with_the_scale(felt: float) -> None:
    row = asked("CADSS, peak", Measured.SCORE)
    said = expected(study(infused(felt), row), row).mean
    assert said is not None
    assert said.value == pytest.approx(mean_on_the_scale(felt), rel=2e-3)


def test_sessions_before_time_zero_count() -> None:
    """The fourteenth session has 8.8 of the 20 points of the first (Glue 2018)."""
    row = asked("CADSS, peak", Measured.SCORE)
    before = tuple(Dose(-84.0 * place, 0.5, 0.5, 3.0) for place in range(13, 0, -1))
    said = expected(study(replace(infused(3.0), before=before), row), row).mean
    assert said is not None
    assert said.value == pytest.approx(mean_on_the_scale(3.0 * 0.44), rel=2e-3)


def test_trials_of_the_systolic_rise_are_apart_as_the_published_ones() -> None:
    """7.4, 3.28, 12.61 and 13.3 mmHg: squares around 9.1475 sum to 66.714, over three 22.238, root 4.7157."""
    row = asked("systolic rise, largest (mmHg)", Measured.CHANGE)
    said = expected(study(infused(1.0), row), row).mean
    assert said is not None
    assert said.value == pytest.approx(7.4 + 5.4)  # the largest rise on placebo (Chen 2023) stands beneath it
    assert said.high - said.value == pytest.approx(1.959964 * 4.7157, rel=1e-4)
    assert said.high50 - said.value == pytest.approx(0.674490 * 4.7157, rel=1e-4)


def test_people_of_one_trial_scatter_as_they_did_on_placebo() -> None:
    """9.29 mmHg (Chen 2023) in 25 people: 9.29^2 / 25 = 3.4522 more than 22.238."""
    row = asked("systolic rise, largest (mmHg)", Measured.CHANGE, n=25)
    said = expected(study(infused(1.0), row), row).mean
    assert said is not None
    assert said.high - said.value == pytest.approx(1.959964 * math.sqrt(22.238 + 3.4522), rel=1e-4)


def test_nothing_acts_before_the_first_dose() -> None:
    row = Asked(0, "diastolic rise (mmHg)", "k", "K", None, -0.5, Measured.CHANGE, n=MANY)
    said = expected(study(infused(1.0), row), row).mean
    assert said is not None
    assert said.value == 0.0


@pytest.mark.parametrize("instrument", ["MADRS", "blood pressure", "systolic and diastolic pressure"])
def test_what_is_no_single_effect_of_a_session(instrument: str) -> None:
    assert effect_of(instrument) is None
