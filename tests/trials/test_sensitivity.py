"""Profiles against a parabola, held constants against the fit, Sobol' indices against slopes by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ketaminder.cli.sensitivity_report import sensitivity_report
from ketaminder.trials import fitted_to, shipped
from ketaminder.trials.calibration import Fit, Likelihood, mode
from ketaminder.trials.chain import INDEX, NAMES, Sides
from ketaminder.trials.differences import Found
from ketaminder.trials.profile import Profile
from ketaminder.trials.sensitivity import MEANS, Share, quantities, sensitivity

ASKED = "one infusion beyond midazolam, 24 h"


def test_a_parabola_is_compatible_within_1_96_standard_deviations() -> None:
    values = np.linspace(-5, 5, 201)
    found = Profile("log_size", values, 0.5 * ((values - 1.0) / 0.7) ** 2)
    assert found.low == pytest.approx(1.0 - 1.96 * 0.7, abs=2e-3)
    assert found.high == pytest.approx(1.0 + 1.96 * 0.7, abs=2e-3)


def test_a_profile_that_never_falls_is_open() -> None:
    flat = Profile("log_decay_h", np.linspace(4.0, 6.0, 9), np.linspace(0.0, 1.9, 9))
    assert flat.low is None
    assert flat.high is None
    assert "**not identified**" in sensitivity_report(shipped(), [flat], {}, {}, [Found("onset", 0.0, None, None)])


def test_a_constant_held_where_it_was_fitted_changes_nothing() -> None:
    rows, whole = Likelihood(fitted_to()), shipped()
    value = float(whole.theta[INDEX["log_size"]])
    found = mode(rows, whole.theta, {"log_size": value})
    assert found[INDEX["log_size"]] == value
    assert rows.misfit(found) == pytest.approx(rows.misfit(whole.theta), abs=0.02)


def narrow(names: tuple[str, ...]) -> Fit:
    """The shipped fit with a hundredth of an uncertainty in `names`, and none elsewhere."""
    spread = np.array([0.01 if name in names else 1e-9 for name in NAMES])
    return Fit(shipped().theta, np.diag(spread**2))


def test_what_alone_is_unknown_is_all_of_it() -> None:
    shares = sensitivity(narrow(("log_size",)), 3, prior=False, samples=512)[ASKED]
    assert shares[0].name == "log_size"
    assert shares[0].total == pytest.approx(1.0, abs=0.05)
    assert all(one.total < 1e-6 for one in shares[1:])


def test_small_uncertainties_share_as_the_squares_of_their_slopes() -> None:
    """Delta method: of a function that is nearly linear, a constant's share is its slope squared over the sum."""
    two = ("log_size", "psychoactive")
    first, second = (Sides([side]) for side in quantities()[ASKED] if side)
    theta, slopes = shipped().theta, []
    for name in two:
        step = np.zeros(len(NAMES))
        step[INDEX[name]] = 1e-4
        slopes.append(
            sum(s * o.relief(theta + h * step)[0] * h for s, o in ((1, first), (-1, second)) for h in (1, -1))
        )
    wanted = np.array(slopes) ** 2 / (np.array(slopes) ** 2).sum()
    found: dict[str, Share] = {one.name: one for one in sensitivity(narrow(two), 3, prior=False, samples=512)[ASKED]}
    assert set(found) == set(MEANS)
    for name, share in zip(two, wanted, strict=True):
        assert found[name].total == pytest.approx(share, abs=0.08)
        assert found[name].first == pytest.approx(share, abs=found[name].first_off + 0.02)
