"""How people spread, against the fit and against published standard deviations."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from ketaminder.trials import published, shipped
from ketaminder.trials.baselines import pooled
from ketaminder.trials.chain import INDEX
from ketaminder.trials.instruments import Family
from ketaminder.trials.lasting import FADING, KEPT, RATING
from ketaminder.trials.virtual.spread import MEANS, of, places


def test_responses_are_those_of_the_fit() -> None:
    found, theta = of(shipped()), shipped().theta
    width, offset = np.exp(theta[INDEX["log_width"]]), theta[INDEX["response_offset"]]
    said = norm.cdf((MEANS - 0.5 - offset) / width)
    assert np.abs(found.above(MEANS, 0.5) - said).max() < 0.07
    assert found.misfit < 0.07


def test_people_spread_as_in_the_published_rows() -> None:
    """Not fitted to: the median standard deviation of a depression score or change, over its baseline, of read rows."""
    seen = pooled(published().values()).spread(Family.DEPRESSION)
    assert of(shipped()).sd == pytest.approx(seen, rel=0.2)


def test_mean_and_rates_of_drawn_people() -> None:
    found, rng = of(shipped()), np.random.default_rng(1)
    drawn = found.relief(0.4, rng.standard_normal(200_000))
    assert drawn.mean() == pytest.approx(0.4, abs=0.003)
    assert (drawn >= 0.5).mean() == pytest.approx(float(found.above(np.array(0.4), 0.5)), abs=0.005)
    assert drawn.max() <= 1
    assert drawn.min() >= found.floor


def test_places_correlate_as_their_parts_say() -> None:
    """An hour apart only the rating differs; after long only what lasts is left, and of that what is of one stage."""
    assert pytest.approx(1.0) == KEPT + FADING + RATING
    weights = np.array([[0.6, 0.6, 1.0], [0.8, 0.8, 0.0]])
    found, _ = places((0.0, 1.0, 1e6), 200_000, 350.0, weights, np.random.default_rng(2))
    assert np.allclose(found.std(axis=0), 1, atol=0.01)
    at = np.asarray(np.corrcoef(found.T))
    assert at[0, 1] == pytest.approx(KEPT + FADING * np.exp(-1 / 350), abs=0.01)
    assert at[0, 2] == pytest.approx(KEPT * 0.6, abs=0.01)
