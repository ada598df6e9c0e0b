"""The geometry of one small chart: curves over hours, on scales that its neighbours share.

Lengths are in the units of the SVG's view box, which a page shows at about one CSS pixel each.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.utils.translation import gettext
from numpy.typing import NDArray

Values = NDArray[np.float64]
WIDTH, HEIGHT = 340.0, 232.0
LEFT, RIGHT, TOP, BOTTOM = 42.0, 12.0, 26.0, 42.0
KEY_LEFT, KEY_ROW = 112.0, 18.0
POINTS = 240
"""Points drawn per curve at most: a little over one a pixel."""
DECADES = 4


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis to `top` with its ticks: linear from zero, or logarithmic from a `floor` under which nothing is drawn."""

    top: float
    ticks: tuple[float, ...]
    floor: float = 0.0

    def share(self, values: Values) -> Values:
        """How far up the axis each value lies, 0 to 1."""
        if not self.floor:
            return values / self.top
        shares: Values = np.log(np.maximum(values, self.floor) / self.floor) / math.log(self.top / self.floor)
        return shares


@dataclass(frozen=True, slots=True)
class Curve:
    """A line over time. `style` names its CSS class; `key` is its words in the chart's key."""

    style: str
    key: str
    values: Values


@dataclass(frozen=True, slots=True)
class Band:
    """The region between two lines. `style` names its CSS class; an inner band is drawn over an outer one."""

    key: str
    low: Values
    high: Values
    style: str = "band"


@dataclass(frozen=True, slots=True)
class Mark:
    """A published value at an hour; `of` says whose, in the table. A peak was printed without an hour of its own."""

    hour: float
    value: float
    of: str
    peak: bool = False


@dataclass(frozen=True, slots=True)
class Marks:
    """Published values drawn as one kind of sign."""

    style: str
    key: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Chart:
    """One panel: times in hours, bands from the widest in, curves, a vertical scale with its unit, published values,
    and the reader's description. The key stands in the plot, or under it where curves rise to the end. `others` are
    the typical lines of the models beside the one that is drawn.
    """

    id: str
    title: str
    description: str
    unit: str
    times_h: Values
    hours: Scale
    vertical: Scale
    bands: tuple[Band, ...]
    curves: tuple[Curve, ...]
    table_hours: tuple[float, ...]
    note: str = ""
    published: tuple[Marks, ...] = ()
    key_under: bool = False
    others: tuple[Values, ...] = ()

    width = WIDTH
    left, top = LEFT, TOP
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM

    @property
    def height(self) -> float:
        return HEIGHT + self.key_under * (KEY_ROW * len(self.keys) + 4)

    @property
    def key_left(self) -> float:
        return LEFT if self.key_under else KEY_LEFT

    @cached_property
    def regions(self) -> list[tuple[str, str]]:
        """Style and closed path of each band."""
        styles = (band.style for band in self.bands)
        return [
            (style, f"M{' '.join(there)} {' '.join(reversed(back))}Z")
            for style, (there, back) in zip(styles, self._outlines, strict=True)
        ]

    @cached_property
    def _outlines(self) -> list[tuple[list[str], list[str]]]:
        """The points of each band's upper and lower edge."""
        return [(self._points(band.high), self._points(band.low)) for band in self.bands]

    @cached_property
    def edges(self) -> tuple[str, ...]:
        """The upper and lower edge of the widest band, as paths."""
        return tuple(f"M{' '.join(edge)}" for outline in self._outlines[:1] for edge in outline)

    @cached_property
    def signs(self) -> list[tuple[str, float, float]]:
        """Style and place of each published value that the panel reaches."""
        return [
            (each.style, self._x(mark.hour), self._y(mark.value))
            for each in self.published
            for mark in each.marks
            if mark.hour <= self.hours.top and mark.value >= self.vertical.floor
        ]

    @cached_property
    def lines(self) -> list[tuple[str, str]]:
        """Style and path of each curve, those of other models beneath."""
        beside = [("other", self._line(values)) for values in self.others]
        return [*beside, *((curve.style, self._line(curve.values)) for curve in self.curves)]

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
        """Height, style and words of each entry of the key, which in the plot stands where one dose has long faded."""
        entries = [
            *((curve.style, curve.key) for curve in self.curves),
            *((("other", gettext("other models, typical person")),) if self.others else ()),
            *((band.style, band.key) for band in self.bands),
            *((each.style, each.key) for each in self.published),
        ]
        first = HEIGHT + 10 if self.key_under else TOP + 14
        return [(first + KEY_ROW * row, style, words) for row, (style, words) in enumerate(entries)]

    @cached_property
    def table(self) -> list[tuple[float, list[float], list[tuple[float, float]]]]:
        """Hour, each curve's value, and each band, at the hours of the table."""
        return [
            (
                hour,
                [self._at(hour, curve.values) for curve in self.curves],
                [(self._at(hour, band.low), self._at(hour, band.high)) for band in self.bands],
            )
            for hour in self.table_hours
        ]

    @cached_property
    def others_table(self) -> list[tuple[float, float]]:
        """The lowest and the highest of the other models, at the hours of the table."""
        beside = ([self._at(hour, values) for values in self.others] for hour in self.table_hours)
        return [(min(each), max(each)) for each in beside] if self.others else []

    @cached_property
    def published_table(self) -> dict[str, list[Mark]]:
        """Every published value by whose it is, in the order of the hours."""
        found: dict[str, list[Mark]] = {}
        for mark in sorted((mark for each in self.published for mark in each.marks), key=lambda mark: mark.hour):
            found.setdefault(mark.of, []).append(mark)
        return found

    def _at(self, hour: float, values: Values) -> float:
        return float(np.interp(hour, self.times_h, values))

    def _line(self, values: Values) -> str:
        return "M" + " ".join(self._points(values))

    @cached_property
    def _chosen(self) -> tuple[NDArray[np.intp], list[str]]:
        """Which points are drawn, the last among them, and how far along each lies."""
        step, last = max(1, len(self.times_h) // POINTS), len(self.times_h) - 1
        chosen = np.append(np.arange(0, last, step), last)
        return chosen, [f"{self._x(hour):.1f}" for hour in self.times_h[chosen].tolist()]

    def _points(self, values: Values) -> list[str]:
        chosen, along = self._chosen
        heights = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * self.vertical.share(values[chosen])
        return [f"{x},{y:.1f}" for x, y in zip(along, heights.tolist(), strict=True)]

    def _x(self, hour: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * hour / self.hours.top

    def _y(self, value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * float(self.vertical.share(np.array(value)))


def scale_for(largest: float) -> Scale:
    """A scale from zero that holds `largest`, with three to six round ticks."""
    if largest <= 0:
        return Scale(1.0, (0.0, 1.0))
    power = 10.0 ** math.floor(math.log10(largest))
    step = next(m * power for m in (0.2, 0.25, 0.5, 1.0, 2.0) if largest / (m * power) <= 5)
    count = math.ceil(largest / step)
    return Scale(step * count, tuple(step * i for i in range(count + 1)))


def log_scale_for(largest: float, smallest: float) -> Scale:
    """A logarithmic scale of two to `DECADES` whole powers of ten that holds both, as far as `DECADES` reach down."""
    if largest <= 0 or smallest <= 0:
        return scale_for(largest)
    power = math.ceil(math.log10(largest) - 1e-9)
    decades = min(DECADES, max(2, power - math.floor(math.log10(smallest) + 1e-9)))
    ticks = tuple(10.0 ** (power - decades + place) for place in range(decades + 1))
    return Scale(ticks[-1], ticks, ticks[0])
