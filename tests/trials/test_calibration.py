"""The likelihood against an independent implementation, and the shipped fit against the evidence that it names."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from ketaminder.evidence.trial_words import READ
from ketaminder.evidence.trials import load_trials
from ketaminder.trials import calibrates, fitted_to, pooled_curves, published, shipped
from ketaminder.trials.baselines import pooled
from ketaminder.trials.calibration import PRIOR, PRIOR_SPREAD, Likelihood
from ketaminder.trials.chain import INDEX
from ketaminder.trials.instruments import Family
from ketaminder.trials.observed import Observation, What


@pytest.fixture(scope="module")
def seen() -> list[Observation]:
    return fitted_to()


def test_the_likelihood_is_that_of_scipy(seen: list[Observation]) -> None:
    """Differences between two points, so that constants fall out: SciPy's multivariate normal, trial by trial."""
    rows = Likelihood(seen)

    def by_scipy(theta: np.ndarray) -> float:
        expected = rows.relief(theta)
        value, variance = rows.observed(theta, expected)
        total = -0.5 * float((((theta - PRIOR) / PRIOR_SPREAD) ** 2).sum())
        total += float(theta[INDEX["log_width"]]) * sum(one.what is not What.MEAN for one in seen)
        for number, group in enumerate(rows.groups):
            covariance = rows.shared(theta, number) + np.diag(variance[group])
            total += multivariate_normal(expected[group], covariance, allow_singular=False).logpdf(value[group])
        return total

    other = PRIOR + 0.3 * PRIOR_SPREAD
    assert rows.misfit(other) - rows.misfit(PRIOR) == pytest.approx(by_scipy(PRIOR) - by_scipy(other), abs=1e-6)


def test_many_thetas_at_once_are_each_by_itself(seen: list[Observation]) -> None:
    rows, rng = Likelihood(seen), np.random.default_rng(5)
    thetas = PRIOR + 0.3 * PRIOR_SPREAD * rng.standard_normal((4, PRIOR.size))
    np.testing.assert_allclose(rows.misfits(thetas), [rows.misfit(one) for one in thetas], rtol=1e-12)


def test_standardised_differences_are_fitted_to(seen: list[Observation]) -> None:
    """Diazgranados 2010: d 0.52 (0.28 to 0.76) at 40 min, 0.80 (0.55 to 1.04) on day 2, by how far relief spreads."""
    found = [one for one in seen if one.study == "diazgranados2010" and one.what is What.MEAN]
    apart = pooled((published() | pooled_curves()).values()).spread(Family.DEPRESSION)
    assert [one.value / apart for one in found] == pytest.approx([0.52, 0.80])
    assert [one.error / apart for one in found] == pytest.approx([0.48 / 3.92, 0.49 / 3.92])


def test_the_shipped_fit_is_a_mode_of_the_posterior(seen: list[Observation]) -> None:
    """In every direction, a tenth of a standard deviation away is no better by more than the fit's own tolerance."""
    rows, found = Likelihood(seen), shipped()
    here = rows.misfit(found.theta)
    for number in range(found.theta.size):
        for sign in (-1, 1):
            away = found.theta.copy()
            away[number] += sign * 0.3 * found.covariance[number, number] ** 0.5
            assert rows.misfit(away) > here - 0.02, (number, sign)


def test_the_covariance_is_one(seen: list[Observation]) -> None:
    covariance = shipped().covariance
    np.testing.assert_allclose(covariance, covariance.T, atol=1e-7)
    assert np.linalg.eigvalsh(covariance).min() > -1e-6
    assert (np.diag(covariance) ** 0.5 <= PRIOR_SPREAD * 1.001).all()


def test_nothing_recalled_is_fitted(seen: list[Observation]) -> None:
    trials = load_trials()
    assert {one.study for one in seen} <= calibrates()
    for one in seen:
        if one.what is What.RELAPSE:
            grades = {durable.grade for durable in trials[one.study].durability if durable.relapse}
            assert grades <= READ
            continue
        row = trials[one.study].outcomes[one.row.number]
        field = one.what.value if one.row.effect is None or one.row.mean is not None else "effects"
        assert row.grade_of(field) in READ, (one.study, one.row.number)


def test_rows_of_two_arms_share_what_their_trial_is_like(seen: list[Observation]) -> None:
    """Two placebo rows of one trial at one time would share exactly log_between squared."""
    rows, theta = Likelihood(seen), shipped().theta
    for number, group in enumerate(rows.groups):
        shared = rows.shared(theta, number)
        assert np.linalg.eigvalsh(shared).min() > -1e-12
        placebo = [n for n, i in enumerate(group) if rows.common[i] and not rows.drug[i] and not rows.off[i]]
        arms = [seen[group[n]].row.arm for n in placebo]
        for a, one in zip(placebo, arms, strict=True):
            for b, other in zip(placebo, arms, strict=True):
                if one != other:
                    assert shared[a, b] == pytest.approx(np.exp(2 * theta[INDEX["log_between"]]))
