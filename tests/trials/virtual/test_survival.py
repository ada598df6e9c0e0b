"""The median time to relapse, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ketaminder.trials.virtual.survival import median_h, survival

SEEN_H = np.array([24.0, 48.0, 72.0, 72.0])


@pytest.mark.parametrize(
    ("relapsed", "hour"),
    [([True, True, False, False], 48.0), ([True, False, False, False], math.inf), ([False] * 4, math.inf)],
)
def test_the_median_is_the_first_hour_at_which_half_have_relapsed(relapsed: list[bool], hour: float) -> None:
    """Of four, the second relapse leaves exactly half."""
    assert median_h(SEEN_H, np.array(relapsed)) == hour


def test_who_is_no_longer_seen_counts_until_then() -> None:
    """A relapse of four leaves 3/4; one leaves unseen; a relapse of the two left leaves half of that."""
    found = survival(SEEN_H, np.array([True, False, True, False]), np.array([0.0, 24.0, 48.0, 72.0]))
    assert found == pytest.approx([1.0, 0.75, 0.75, 0.375])
