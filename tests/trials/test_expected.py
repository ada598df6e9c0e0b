"""Prediction intervals by hand: a chain whose constants are chosen, so that every part of an interval is known.

Nobody expects anything. The course, 0.5 with a time constant of 100 h, has come to 0.5 (1 - 1/e) = 0.31606 after 100 h:
the relief of an arm is 1 - exp(-0.31606) = 0.27099, on any scale.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom, multivariate_normal, norm, truncnorm

from ketaminder.trials.calibration import PRIOR, Fit
from ketaminder.trials.chain import INDEX
from ketaminder.trials.expected import Expected, Interval
from ketaminder.trials.instruments import instrument
from ketaminder.trials.observed import What
from ketaminder.trials.study import Asked, Dose, Given, Kind, Measured, Setting, Study, Way

BETWEEN, DRUG, ARMS, ROW, RATE_ROW = 0.03, 0.05, 0.02, 0.04, 0.06
RELIEF = 1 - math.exp(-0.5 * (1 - math.exp(-1)))
SPREAD = 0.3
"""How far relief spreads between people."""
WHOLE, HALF = 1.959964, 0.674490
"""Standard deviations that hold 95 and 50% of a normal spread."""
SCORE = Asked(0, "MADRS", "control", "control", None, 100.0, Measured.SCORE, baseline=30.0, n=25)
ARMS_OF = {
    "control": Given("control", Kind.PLACEBO, Way.INTRAVENOUS),
    "other": Given("other", Kind.PLACEBO, Way.INTRAVENOUS),
    "drug": Given("drug", Kind.KETAMINE, Way.INTRAVENOUS),
}


def fit(**changed: float) -> Fit:
    """Constants that leave nothing but the course; without uncertainty of their own."""
    logs: Mapping[str, float] = {
        "log_expectancy": 1e-30,
        "log_early": 1e-30,
        "log_size": 1e-30,
        "log_course": 0.5,
        "log_slow_h": 100.0,
        "log_width": 0.35,
        "log_between": BETWEEN,
        "log_between_drug": DRUG,
        "log_between_arms": ARMS,
        "log_row": ROW,
        "log_rate_row": RATE_ROW,
        "log_wider": 2.0,
    }
    theta = np.zeros_like(PRIOR)
    for name, value in {**logs, **changed}.items():
        theta[INDEX[name]] = math.log(value) if name.startswith("log_") else value
    return Fit(theta, np.zeros((PRIOR.size, PRIOR.size)))


def expected(row: Asked, found: Fit | None = None) -> Expected:
    study = Study("s", Setting("depression"), ARMS_OF, (row,), {}, {})
    tool = instrument(row.instrument)
    assert tool is not None
    return Expected(found or fit(), study, row, tool, SPREAD)


def around(value: float, error: float) -> Interval:
    bounds = (sign * width * error for width in (WHOLE, HALF) for sign in (-1, 1))
    return Interval(value, *(value + one for one in bounds))


def check(said: Interval, wanted: Interval) -> None:
    for name in ("value", "low", "high", "low50", "high50"):
        assert getattr(said, name) == pytest.approx(getattr(wanted, name), rel=1e-5), name


def test_a_score_in_a_trial_of_twenty_five() -> None:
    """Trials, arms and rows differ, 0.0009 + 0.0004 + 0.0016; 25 people who differ by 0.3 add 0.0036: 0.0065 in all."""
    check(expected(SCORE).mean(30.0, given=True), around(30 * (1 - RELIEF), 30 * math.sqrt(0.0065)))


def test_a_spread_that_the_row_states_stands_in() -> None:
    """12 points of 30 are 0.4: 0.16 / 25 = 0.0064 instead of 0.0036."""
    check(expected(replace(SCORE, sd=12.0)).mean(30.0, given=True), around(30 * (1 - RELIEF), 30 * math.sqrt(0.0093)))


def test_without_a_number_of_people_twenty_are_taken() -> None:
    check(expected(replace(SCORE, n=None)).mean(30.0, given=True), around(30 * (1 - RELIEF), 30 * math.sqrt(0.0074)))


def test_a_baseline_that_is_not_given_widens_a_score_by_itself_and_by_its_share() -> None:
    """It may be 12% off: 0.12 of the relief, and of the score itself."""
    variance = 0.0065 + (0.12 * RELIEF) ** 2 + 0.12**2
    check(expected(SCORE).mean(30.0, given=False), around(30 * (1 - RELIEF), 30 * math.sqrt(variance)))


def test_a_change_is_the_relief_in_points() -> None:
    row = replace(SCORE, measured=Measured.CHANGE)
    check(expected(row).mean(30.0, given=True), around(-30 * RELIEF, 30 * math.sqrt(0.0065)))
    variance = 0.0065 + (0.12 * RELIEF) ** 2
    check(expected(row).mean(30.0, given=False), around(-30 * RELIEF, 30 * math.sqrt(variance)))


def test_percent_needs_no_baseline() -> None:
    row = replace(SCORE, measured=Measured.PERCENT, sd=20.0)
    check(expected(row).mean(100.0, given=False), around(-100 * RELIEF, 100 * math.sqrt(0.0065)))


def test_two_arms_share_their_trial_and_not_their_people() -> None:
    """What trials share cancels: each arm has 0.0004 + 0.0016 of its own, and 0.09 over its people, 25 and 50."""
    row = replace(SCORE, measured=Measured.DIFFERENCE, against="other", n_against=50)
    check(expected(row).mean(30.0, given=True), around(0.0, 30 * math.sqrt(2 * 0.002 + 0.0036 + 0.0018)))


def test_what_the_drug_does_in_one_trial_does_not_cancel() -> None:
    """A drug arm without a dose, and so without an effect: 0.0025 more."""
    row = replace(SCORE, arm="drug", measured=Measured.DIFFERENCE, against="control", n_against=25)
    check(expected(row).mean(30.0, given=True), around(0.0, 30 * math.sqrt(2 * 0.002 + 2 * 0.0036 + 0.0025)))


def test_off_the_depression_scales_all_but_the_people_is_wider() -> None:
    """Twice: four times 0.0029, and 0.0036."""
    row = replace(SCORE, instrument="HAM-A")
    check(expected(row).mean(30.0, given=True), around(30 * (1 - RELIEF), 30 * math.sqrt(4 * 0.0029 + 0.0036)))


def test_what_is_not_known_of_a_constant_widens_by_its_slope() -> None:
    """log_course off by 0.2: relief = 1 - exp(-C), and so by 0.2 C exp(-C), C = 0.31606."""
    course = 0.5 * (1 - math.exp(-1))
    covariance = np.zeros((PRIOR.size, PRIOR.size))
    covariance[INDEX["log_course"], INDEX["log_course"]] = 0.2**2
    found = replace(fit(), covariance=covariance)
    variance = 0.0065 + (0.2 * course * math.exp(-course)) ** 2
    said = expected(SCORE, found).mean(30.0, given=True)
    assert (said.high - said.low) / (2 * WHOLE * 30) == pytest.approx(math.sqrt(variance), rel=1e-3)


def sure(**changed: float) -> Fit:
    """Trials that do not differ: what is left of a rate's interval is that of counting people."""
    alike = dict.fromkeys(("log_between", "log_between_drug", "log_between_arms", "log_row", "log_rate_row"), 1e-9)
    return fit(**alike, **changed)


def chance(threshold: float, offset: float = 0.0) -> float:
    return float(norm.cdf((RELIEF - threshold - offset) / 0.35))


def test_a_rate_is_the_share_beyond_the_threshold_and_counts_of_people_around_it() -> None:
    """Forty people, each with a chance of 0.2565: quantiles of the binomial, within one person."""
    said = expected(replace(SCORE, rate_n=40), sure()).rate(What.RESPONSE, 0.5, held=False)
    assert said.value == pytest.approx(chance(0.5), rel=1e-6)
    for name, share in (("low", 0.025), ("low50", 0.25), ("high50", 0.75), ("high", 0.975)):
        assert getattr(said, name) == pytest.approx(binom.ppf(share, 40, chance(0.5)) / 40, abs=1.01 / 40), name


def test_a_rate_has_its_own_offset_and_a_response_that_must_last_is_rarer() -> None:
    found = sure(response_offset=0.05, remission_offset=-0.10)
    here = expected(SCORE, found)
    assert here.rate(What.RESPONSE, 0.5, held=False).value == pytest.approx(chance(0.5, 0.05), rel=1e-6)
    assert here.rate(What.REMISSION, 0.7, held=False).value == pytest.approx(chance(0.7, -0.10), rel=1e-6)
    assert here.rate(What.RESPONSE, 0.5, held=True).value == pytest.approx(chance(0.5, 0.05) ** 2, rel=1e-6)


def test_rates_of_small_trials_have_wider_intervals() -> None:
    """The interval of 1000 people is near 2 x 1.96 standard errors of a share."""
    said = expected(replace(SCORE, rate_n=1000), sure()).rate(What.RESPONSE, 0.5, held=False)
    error = math.sqrt(chance(0.5) * (1 - chance(0.5)) / 1000)
    assert said.high - said.low == pytest.approx(2 * WHOLE * error, rel=0.06)
    assert said.high50 - said.low50 == pytest.approx(2 * HALF * error, rel=0.10)


def test_trials_that_differ_widen_a_rate() -> None:
    """Of very many people, relief off by sqrt(0.0009 + 0.0004 + 0.0036) = 0.07 in its trial, arm and row."""
    said = expected(replace(SCORE, rate_n=10**6)).rate(What.RESPONSE, 0.5, held=False)
    ends = [float(norm.cdf((RELIEF + sign * WHOLE * 0.07 - 0.5) / 0.35)) for sign in (-1, 1)]
    assert (said.low, said.high) == pytest.approx(ends, abs=0.01)


def test_two_arms_alike_differ_by_counting_only() -> None:
    row = replace(SCORE, measured=Measured.RATE_DIFFERENCE, against="other", n=400, n_against=400)
    tool = instrument("MADRS response")
    assert tool is not None
    said = expected(row, sure()).rate_difference(tool, 30.0)
    assert said is not None
    error = math.sqrt(2 * chance(0.5) * (1 - chance(0.5)) / 400)
    assert said.value == pytest.approx(0.0, abs=1e-6)
    assert said.high - said.low == pytest.approx(2 * WHOLE * error, rel=0.06)


def test_ratios_of_two_arms_alike_are_one() -> None:
    row = replace(SCORE, measured=Measured.EFFECT, against="other", n=400, n_against=400)
    tool = instrument("MADRS response")
    assert tool is not None
    share = chance(0.5)
    for odds, error in (
        (False, math.sqrt(2 * (1 - share) / share / 400)),
        (True, math.sqrt(2 / (share * (1 - share)) / 400)),
    ):
        said = expected(row, sure()).ratio(tool, 30.0, odds=odds)
        assert said is not None
        assert said.value == pytest.approx(1.0, rel=1e-6)
        assert math.log(said.high / said.low) == pytest.approx(2 * WHOLE * error, rel=0.08)


def test_half_a_person_is_added_where_nobody_responds() -> None:
    """None of 100 over none of 400: (0.5 / 101) / (0.5 / 401) = 3.970."""
    row = replace(SCORE, measured=Measured.EFFECT, against="other", n=100, n_against=400)
    tool = instrument("MADRS response")
    assert tool is not None
    said = expected(row, sure(response_offset=5.0)).ratio(tool, 30.0, odds=False)
    assert said is not None
    assert (said.low50, said.high50) == pytest.approx((401 / 101, 401 / 101), rel=1e-9)


def withdrawn(row: Asked, found: Fit) -> Expected:
    """Treated from 100 h before randomisation on; relief by the course alone is 0.27099 then, 0.35100 100 h later."""
    arms = {"control": replace(ARMS_OF["drug"], before=(Dose(-100.0, 0.5, 0.5),))}
    study = Study("s", Setting("depression", withdrawal=True), arms, (row,), {}, {})
    tool = instrument(row.instrument)
    assert tool is not None
    return Expected(found, study, row, tool, SPREAD)


LATER = 1 - math.exp(-0.5 * (1 - math.exp(-2)))


def test_people_who_were_chosen_for_a_response_lose_three_fifths_of_what_choosing_them_added() -> None:
    """SciPy's truncated normal says how far the mean of those beyond 0.5 is above that of all: 0.43954."""
    added = float(truncnorm.mean((0.5 - RELIEF) / 0.35, np.inf, loc=RELIEF, scale=0.35)) - RELIEF
    assert added == pytest.approx(0.43954, abs=1e-4)
    said = withdrawn(replace(SCORE, measured=Measured.CHANGE), fit()).mean(30.0, given=True)
    assert said.value == pytest.approx(-30 * (LATER - RELIEF - 0.6 * added), rel=1e-6)


def test_of_them_as_many_respond_later_as_two_normals_that_go_together_say() -> None:
    """0.4 of a place is kept: both beyond, of a bivariate normal with that correlation, over the first beyond."""
    first, later = (0.5 - RELIEF) / 0.35, (0.5 - LATER) / 0.35
    both = multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]]).cdf([-first, -later])
    said = withdrawn(SCORE, sure()).rate(What.RESPONSE, 0.5, held=False)
    assert said.value == pytest.approx(float(both / norm.sf(first)), abs=2e-3)
