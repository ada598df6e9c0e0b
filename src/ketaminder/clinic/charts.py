"""The geometry of one small chart: curves over hours, on scales that its neighbours share.

Lengths are in the units of the SVG's view box, which a page shows at about one CSS pixel each.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
WIDTH, HEIGHT = 340.0, 232.0
LEFT, RIGHT, TOP, BOTTOM = 42.0, 12.0, 26.0, 42.0
KEY_LEFT = 112.0
POINTS = 240
"""Points drawn per curve at most: a little over one a pixel."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear axis from zero to `top`, with its ticks."""

    top: float
    ticks: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """A line over time. `style` names its CSS class; `key` is its words in the chart's key."""

    style: str
    key: str
    values: Values


@dataclass(frozen=True, slots=True)
class Band:
    """The region between two lines."""

    key: str
    low: Values
    high: Values


@dataclass(frozen=True)
class Chart:
    """One panel: times in hours, a band, curves, a vertical scale with its unit, and the reader's description."""

    id: str
    title: str
    description: str
    unit: str
    times_h: Values
    hours: Scale
    vertical: Scale
    band: Band
    curves: tuple[Curve, ...]
    table_hours: tuple[float, ...]
    note: str = ""

    width, height = WIDTH, HEIGHT
    left, top = LEFT, TOP
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    key_left = KEY_LEFT

    @cached_property
    def band_path(self) -> str:
        """The band as a closed path."""
        there, back = self._points(self.band.high), self._points(self.band.low)
        return f"M{' '.join(there)} {' '.join(reversed(back))}Z"

    @cached_property
    def edges(self) -> tuple[str, str]:
        """The band's upper and lower edge, as paths."""
        return self._line(self.band.high), self._line(self.band.low)

    @cached_property
    def lines(self) -> list[tuple[str, str]]:
        """Style and path of each curve."""
        return [(curve.style, self._line(curve.values)) for curve in self.curves]

    @cached_property
    def x_ticks(self) -> list[tuple[float, float]]:
        """Place and hour of each tick."""
        return [(self._x(hour), hour) for hour in self.hours.ticks]

    @cached_property
    def y_ticks(self) -> list[tuple[float, float]]:
        """Place and value of each tick."""
        return [(self._y(value), value) for value in self.vertical.ticks]

    @cached_property
    def keys(self) -> list[tuple[float, str, str]]:
        """Height, style and words of each entry of the key, which stands where a single dose has long faded."""
        entries = [*((curve.style, curve.key) for curve in self.curves), ("band", self.band.key)]
        return [(TOP + 14 + 18 * row, style, words) for row, (style, words) in enumerate(entries)]

    @cached_property
    def table(self) -> list[tuple[float, list[float], float, float]]:
        """Hour, each curve's value, and the band, at the hours of the table."""
        low, high = self.band.low, self.band.high
        return [
            (hour, [self._at(hour, curve.values) for curve in self.curves], self._at(hour, low), self._at(hour, high))
            for hour in self.table_hours
        ]

    def _at(self, hour: float, values: Values) -> float:
        return float(np.interp(hour, self.times_h, values))

    def _line(self, values: Values) -> str:
        return "M" + " ".join(self._points(values))

    def _points(self, values: Values) -> list[str]:
        step = max(1, len(self.times_h) // POINTS)
        chosen = [*range(0, len(self.times_h) - 1, step), len(self.times_h) - 1]
        return [f"{self._x(self.times_h[i]):.1f},{self._y(values[i]):.1f}" for i in chosen]

    def _x(self, hour: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * hour / self.hours.top

    def _y(self, value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / self.vertical.top


def scale_for(largest: float) -> Scale:
    """A scale from zero that holds `largest`, with three to six round ticks."""
    if largest <= 0:
        return Scale(1.0, (0.0, 1.0))
    power = 10.0 ** math.floor(math.log10(largest))
    step = next(m * power for m in (0.2, 0.25, 0.5, 1.0, 2.0) if largest / (m * power) <= 5)
    count = math.ceil(largest / step)
    return Scale(step * count, tuple(step * i for i in range(count + 1)))
