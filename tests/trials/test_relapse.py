"""Shares who relapse: against people simulated one by one, and SciPy's bivariate normal."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from ketaminder.evidence.trials import load_trials
from ketaminder.trials import fitted_to, shipped
from ketaminder.trials.calibration import Likelihood
from ketaminder.trials.observed import What
from ketaminder.trials.relapse import relapsed

WIDTH, DECAY_H = 0.25, 300.0
LASTING, RATING = 0.4, 1 - (0.96 + 0.91) / 2


def said(means: list[float], hours: list[float], below: float, in_a_row: int) -> float:
    return float(
        relapsed(
            np.array(means),
            hours,
            np.array(WIDTH),
            np.array(DECAY_H),
            chosen=np.array(0.5),
            below=below,
            in_a_row=in_a_row,
        )
    )


def test_one_visit_is_a_bivariate_normal() -> None:
    """Above 0.5 at the first and below 0.4 at the second rating, which go together as what lasts and fades says."""
    together = LASTING + (1 - LASTING - RATING) * np.exp(-336 / DECAY_H)
    both = multivariate_normal([0.0, 0.0], [[1.0, -together], [-together, 1.0]])
    well, relapse = (0.5 - 0.45) / WIDTH, (0.4 - 0.35) / WIDTH
    exact = float(both.cdf([-well, relapse])) / float(norm.sf(well))
    assert said([0.45, 0.35], [0.0, 336.0], 0.4, 1) == pytest.approx(exact, abs=0.04)


@pytest.mark.parametrize("in_a_row", [1, 2])
def test_visits_in_a_row_are_those_of_people_simulated(in_a_row: int) -> None:
    """200,000 people, each visit rated anew; the first of so many bad visits in a row is a relapse."""
    hours, means = [0.0, 96.0, 192.0, 288.0, 384.0], [0.53, 0.49, 0.45, 0.42, 0.40]
    rng, people = np.random.default_rng(4), 200_000
    lasting, moving = rng.standard_normal(people), rng.standard_normal(people)
    run, relapse, chosen = np.zeros(people, dtype=int), np.zeros(people, dtype=bool), np.ones(people, dtype=bool)
    for visit, mean in enumerate(means):
        if visit:
            kept = np.exp(-96 / DECAY_H)
            moving = kept * moving + (1 - kept**2) ** 0.5 * rng.standard_normal(people)
        own = LASTING**0.5 * lasting + (1 - LASTING - RATING) ** 0.5 * moving
        seen = mean + WIDTH * (own + RATING**0.5 * rng.standard_normal(people))
        if not visit:
            chosen = seen >= 0.5
            continue
        run = np.where(seen < 0.5, run + 1, 0)
        relapse |= run >= in_a_row
    exact = float(relapse[chosen].mean())
    assert said(means, hours, 0.5, in_a_row) == pytest.approx(exact, abs=0.04)


def test_what_is_fitted_to_is_what_the_papers_say() -> None:
    """Salloum 2020: 80, 50 and 30% of responders by day 14; Murrough 2013: half of 17 by day 18 after six infusions."""
    found = {(one.study, one.row.arm): (one.value, one.n) for one in fitted_to() if one.what is What.RELAPSE}
    assert found == {
        ("salloum2020_relapse", "ketamine 0.1 mg/kg"): (0.8, 5.0),
        ("salloum2020_relapse", "ketamine 0.5 mg/kg"): (0.5, 12.0),
        ("salloum2020_relapse", "ketamine 1.0 mg/kg"): (0.3, 10.0),
        ("murrough2013_repeated", "ketamine"): (0.5, 17.0),
    }


def test_every_share_that_is_followed_names_its_arm() -> None:
    for trial in load_trials().values():
        for one in trial.durability:
            if one.relapse:
                assert trial.design is not None
                assert trial.design.arm_of(one.arm) is not None


def test_the_fit_is_near_what_relapsed() -> None:
    """Each fitted share within two standard errors of so few people."""
    for one in Likelihood(fitted_to()).relapses:
        expected = float(one.expected(shipped().theta))
        error = (expected * (1 - expected) / one.n) ** 0.5
        assert abs(expected - one.share) < 2 * error


@pytest.mark.parametrize(("worst", "share"), [(10.0, 0.0), (-10.0, 1.0)])
def test_any_number_of_visits_is_followed(worst: float, share: float) -> None:
    """A hundred visits far above where a visit counts as relapsed; all but the 80th, or all, are well."""
    hours = [24.0 * visit for visit in range(101)]
    assert said([10.0] * 80 + [worst] + [10.0] * 20, hours, 0.5, 1) == pytest.approx(share, abs=1e-9)
