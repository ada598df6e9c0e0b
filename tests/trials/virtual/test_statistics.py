"""Survival against published leukaemia data; summaries against sums by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ketaminder.trials import shipped
from ketaminder.trials.virtual import Key, Run, design, run, summary
from ketaminder.trials.virtual.statistics import _interval, _power, replicates
from ketaminder.trials.virtual.survival import hazard_ratio, median_h, p_of_logrank, survival

from .designs import PRIMARY, one_dose

Weeks = tuple[list[int], list[int]]
SIX_MP: Weeks = [6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
PLACEBO: Weeks = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], []
"""Weeks of remission, relapsed and censored: Freireich 1963, as in every textbook of survival."""


def sample(relapsed: list[int], censored: list[int]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([*relapsed, *censored], dtype=float), np.repeat([True, False], [len(relapsed), len(censored)])


def test_kaplan_meier_of_freireich() -> None:
    """Kalbfleisch and Prentice: 0.857 at 6 weeks, 0.807 at 7, 0.753 at 10, 0.690 at 13, 0.627 at 16, 0.538, 0.448."""
    found = survival(*sample(*SIX_MP), np.array([6, 7, 10, 13, 16, 22, 23]))
    np.testing.assert_allclose(found, [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], atol=5e-4)
    assert median_h(*sample(*SIX_MP)) == 23
    assert median_h(*sample(*PLACEBO)) == 8


def test_hazard_ratio_of_freireich_by_efron() -> None:
    """Cox's coefficient with Efron's ties is 1.572 (R's survival, coxph), placebo over 6-MP."""
    assert np.log(hazard_ratio(sample(*PLACEBO), sample(*SIX_MP))) == pytest.approx(1.572, abs=5e-4)


def test_log_rank_of_freireich() -> None:
    """Chi-square 16.79 on one degree of freedom: p 4.17e-5."""
    assert p_of_logrank(sample(*SIX_MP), sample(*PLACEBO)) == pytest.approx(4.17e-5, rel=0.01)


def test_nobody_relapses() -> None:
    nobody = np.array([5.0, 6.0]), np.array([False, False])
    assert list(survival(*nobody, np.array([1.0, 7.0]))) == [1.0, 1.0]
    assert median_h(*nobody) == float("inf")
    assert np.isnan(hazard_ratio(nobody, sample(*PLACEBO)))
    assert p_of_logrank(nobody, nobody) == 1.0


def test_numbers_of_one_replicate_by_hand() -> None:
    given = design(one_dose(50))
    followed = run(Run(given, shipped(), 5, 1))
    found = summary(given, followed).numbers
    ketamine, midazolam = (np.asarray(one.scores, dtype=float) for one in followed)
    began = [np.asarray(one.baseline, dtype=float) for one in followed]
    assert found[Key("score", "ketamine", None, 0.0)].value == pytest.approx(began[0].mean())
    changes = [(scores[:, 0] - base).mean() for scores, base in zip((ketamine, midazolam), began, strict=True)]
    assert found[Key("change", "ketamine", None, 24.0)].value == pytest.approx(changes[0])
    assert found[Key("difference", "ketamine", "midazolam", 24.0)].value == pytest.approx(changes[0] - changes[1])
    response = (ketamine[:, 1] <= began[0] / 2).mean()
    assert found[Key("response", "ketamine", None, 168.0)].value == pytest.approx(response)
    assert found[Key("remission", "ketamine", None, 168.0)].value == pytest.approx((ketamine[:, 1] <= 10).mean())


def test_leaving_counts_against_a_response() -> None:
    given = design(one_dose(400, "[leaving]\nper_week = 1.0\nunimproved_factor = 1\n"))
    followed = run(Run(given, shipped(), 5, 1))
    found = summary(given, followed).numbers
    one = followed[0]
    responded = (one.scores[:, 1] >= 0) & (one.scores[:, 1] <= one.baseline / 2)
    assert found[Key("response", "ketamine", None, 168.0)].value == pytest.approx(responded.sum() / 400)
    assert found[Key("seen", "ketamine", None, 168.0)].value < 250


@pytest.mark.parametrize("measure", ["change", "response", "remission"])
def test_power_rises_with_people(measure: str) -> None:
    powers = []
    for n in (10, 150):
        given = design(one_dose(n, PRIMARY.format(measure=measure)))
        found = summary(given, run(Run(given, shipped(), 5, 60, fixed=True))).power
        assert found is not None
        powers.append(found.share)
    assert powers[0] < powers[1]
    assert powers[1] > 0.5


def test_two_arms_of_the_same_give_a_difference_as_often_as_alpha_says() -> None:
    """Midazolam against midazolam, constants fixed: one-sided half of 5% of 400 trials, 3 to 19 of them (binomial)."""
    same = one_dose(40, PRIMARY.format(measure="change")).replace(
        'doses = [{ drug = "ketamine", route = "intravenous", dose = 0.5, unit = "mg/kg", minutes = 40 }]',
        'doses = [{ drug = "midazolam", route = "intravenous" }]',
    )
    given = design(same)
    found = summary(given, run(Run(given, shipped(), 11, 400, fixed=True))).power
    assert found is not None
    assert 3 <= round(found.share * 400) <= 19


def test_wilson_by_hand() -> None:
    """8 of 10: 0.490 to 0.943 (Wilson 1927)."""
    found = _power([True] * 8 + [False] * 2)
    assert (found.share, round(found.low, 3), round(found.high, 3)) == (0.8, 0.49, 0.943)


def test_intervals_over_replicates() -> None:
    found = _interval(np.arange(101.0))
    assert (found.value, found.low, found.low50, found.high50, found.high) == (50.0, 2.5, 25.0, 75.0, 97.5)
    endless = _interval(np.array([1.0, 2.0, 3.0, np.inf]))
    assert endless.value == 2.5
    assert endless.high == np.inf


def test_replicates_come_in_order_with_blocks_joined() -> None:
    given = design(one_dose(6000))
    followed = run(Run(given, shipped(), 5, 1))
    assert len(followed) == 4
    (arms,) = replicates(given, list(reversed(followed))[::-1])
    assert [one.baseline.size for one in arms] == [6000, 6000]
