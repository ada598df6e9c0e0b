"""Quantiles over more people than are kept: each value is counted in the bin of its leading binary digits.

A number's exponent and its first binary digits name a bin, so that counting takes no logarithm. Within a bin people are
taken to lie evenly, and no quantile lies outside the lowest and highest value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketaminder.pharmacology.model import Array

FRACTION, BIAS = 52, 1023
"""Binary digits of a double's fraction, and what its exponent is written higher by: IEEE 754, binary64."""
ONE = np.int32(1)
"""Of the type of the counts: NumPy adds another a hundred times slower."""


@dataclass(frozen=True, slots=True)
class Bins:
    """Bins from 2^`lowest` to 2^`highest`, two to the `digits` for each doubling.

    What is less is counted in the first, with zero; what is more in the last.
    """

    digits: int
    lowest: int
    highest: int

    @property
    def number(self) -> int:
        """How many there are."""
        return (self.highest - self.lowest) << self.digits

    def count(self, values: Array) -> Counted:
        """Which bin each of (people, times) falls into."""
        first = (BIAS + self.lowest) << self.digits
        leading = np.ascontiguousarray(values.T).view(np.int64) >> (FRACTION - self.digits)
        bins = np.clip(leading - first, 0, self.number - 1)
        places = bins + self.number * np.arange(bins.shape[0])[:, None]
        return Counted(places.ravel(), values.min(axis=0, initial=np.inf), values.max(axis=0, initial=-np.inf))

    def edges(self) -> Array:
        """(bins + 1,), from zero."""
        first = (BIAS + self.lowest) << self.digits
        upper = np.arange(first + 1, first + self.number + 1) << (FRACTION - self.digits)
        return np.append(0.0, upper.view(np.float64))


CONCENTRATIONS = Bins(6, -40, 24)
"""Of ng/mL, or of multiples of an affinity: 0.8 to 1.6% wide."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Bins of some people, those of each time after those of the time before, with the extremes of each time."""

    bins: NDArray[np.int64]
    low: Array
    high: Array


class Crowd:
    """Counts of one quantity at each time, (times, bins), with its lowest and highest value, (times,)."""

    def __init__(self, times: int, bins: Bins = CONCENTRATIONS) -> None:
        self._bins, self._counts = bins, np.zeros((times, bins.number), dtype=np.int32)
        self._low, self._high = np.full(times, np.inf), np.full(times, -np.inf)

    def add(self, some: Array | Counted) -> None:
        """Some more people, (people, times); whoever is NaN makes the extremes of that time NaN."""
        counted = some if isinstance(some, Counted) else self._bins.count(some)
        np.add.at(self._counts.reshape(-1), counted.bins, ONE)
        self._low, self._high = np.minimum(self._low, counted.low), np.maximum(self._high, counted.high)

    def quantiles(self, wanted: Sequence[float]) -> Array:
        """(quantiles, times); NaN at a time at which anybody is, or nobody."""
        edges, ranked = self._bins.edges(), np.asarray(wanted)
        found = np.array([_at(row, edges, ranked) for row in self._counts]).T
        return np.asarray(np.clip(found, self._low, self._high))


def _at(counts: NDArray[np.int32], edges: Array, wanted: Array) -> Array:
    """The quantiles of one time, by where each rank falls among the people of its bin."""
    cumulated = counts.cumsum(dtype=np.int64)
    if not cumulated[-1]:
        return np.full(wanted.shape, np.nan)
    ranks = wanted * (cumulated[-1] - 1)
    bins = np.searchsorted(cumulated, ranks, side="right")
    share = (ranks - (cumulated[bins] - counts[bins]) + 0.5) / counts[bins]
    found: Array = edges[bins] + share * (edges[bins + 1] - edges[bins])
    return found
