"""Quantiles over more people than are kept: each value is counted in the bin of its leading binary digits.

A number's exponent and first six binary digits name a bin between 0.8 and 1.6% wide, so that counting takes no
logarithm. Within a bin people are taken to lie evenly, and no quantile lies outside the lowest and highest value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketaminder.pharmacology.model import Array

DIGITS = 6
SHIFT = 52 - DIGITS
"""Binary digits of a double below those that name its bin."""
LOWEST, HIGHEST = 2.0**-40, 2.0**24
"""ng/mL, or multiples of an affinity; what is less is counted with zero, what is more with the highest."""
FIRST = int(np.array(LOWEST).view(np.int64)) >> SHIFT
ONE = np.int32(1)
"""Of the type of the counts: NumPy adds another a hundred times slower."""
BINS = (int(np.array(HIGHEST).view(np.int64)) >> SHIFT) - FIRST
EDGES: Array = np.append(0.0, (np.arange(FIRST + 1, FIRST + BINS + 1) << SHIFT).view(np.float64))


@dataclass(slots=True)
class Crowd:
    """Counts of one quantity at each time, (times, BINS), with its lowest and highest value, (times,)."""

    counts: NDArray[np.int32]
    low: Array
    high: Array

    def add(self, values: Array) -> None:
        """Count some more people, (people, times); whoever is NaN makes the extremes of that time NaN."""
        bins = np.clip((np.ascontiguousarray(values.T).view(np.int64) >> SHIFT) - FIRST, 0, BINS - 1)
        places = bins + BINS * np.arange(bins.shape[0])[:, None]
        np.add.at(self.counts.reshape(-1), places.ravel(), ONE)
        self.low, self.high = np.minimum(self.low, values.min(axis=0)), np.maximum(self.high, values.max(axis=0))

    def quantiles(self, wanted: Sequence[float]) -> Array:
        """(quantiles, times); NaN at a time at which anybody is."""
        found = np.array([_at(row, np.asarray(wanted)) for row in self.counts]).T
        return np.asarray(np.clip(found, self.low, self.high))


def crowd(times: int) -> Crowd:
    """Nobody counted yet."""
    return Crowd(np.zeros((times, BINS), dtype=np.int32), np.full(times, np.inf), np.full(times, -np.inf))


def _at(counts: NDArray[np.int32], wanted: Array) -> Array:
    """The quantiles of one time, by where each rank falls among the people of its bin."""
    cumulated = counts.cumsum(dtype=np.int64)
    ranks = wanted * (cumulated[-1] - 1)
    bins = np.searchsorted(cumulated, ranks, side="right")
    share = (ranks - (cumulated[bins] - counts[bins]) + 0.5) / counts[bins]
    found: Array = EDGES[bins] + share * (EDGES[bins + 1] - EDGES[bins])
    return found
