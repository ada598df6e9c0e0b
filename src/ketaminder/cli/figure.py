"""What the figures of the commands share: a sheet with its title and key, and panels with axes; self-contained SVG."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, PANEL, LEFT, RIGHT, TOP, BOTTOM = 640.0, 260.0, 64.0, 16.0, 40.0, 44.0
"""A sheet, the height of a usual panel, and what lies beside, above and below its axes, in pixels."""
HEADING = 46.0
"""Height of the title and the key above the first panel."""
STYLE = """
svg { background: white; } text { font: 13px sans-serif; fill: #222; } .title { font-weight: bold; }
.axis { stroke: #666; fill: none; } .grid { stroke: #ddd; } .wide { fill: #0b5394; opacity: 0.15; }
.narrow { fill: #0b5394; opacity: 0.25; } .typical { stroke: #0b5394; stroke-width: 2; fill: none; }
"""


def sheet(title: str, key: str, style: str, drawn: Iterable[str], height: float, *, width: float = WIDTH) -> str:
    """One SVG: `title` and `key` above what is `drawn`, which screen readers read too."""
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width:g} {height:g}">',
            f"<title>{escape(f'{title}. {key}')}</title>",
            f"<style>{style}</style>",
            f'<text class="title" x="{RIGHT:g}" y="20">{escape(title)}</text>',
            f'<text class="key" x="{RIGHT:g}" y="38">{escape(key)}</text>',
            *drawn,
            "</svg>\n",
        ]
    )


@dataclass(frozen=True, slots=True)
class Panel:
    """Axes between `head` and `foot`, with the ticks `across` and `up`; the first of `across` is zero.

    `up` begins at zero too, or where `logarithmic` above it.
    """

    across: Sequence[float]
    up: Sequence[float]
    head: float
    foot: float
    right: float = WIDTH - RIGHT
    logarithmic: bool = False

    def x(self, time: float) -> float:
        """The place of a time."""
        return LEFT + (self.right - LEFT) * time / self.across[-1]

    def y(self, value: float) -> float:
        """The place of a value; what is below zero is drawn at zero."""
        low, high = self.up[0], self.up[-1]
        share = math.log(value / low) / math.log(high / low) if self.logarithmic else max(value, 0.0) / high
        return self.foot - (self.foot - self.head) * share

    def line(self, style: str, times: Iterable[float], values: Iterable[float]) -> str:
        """One line through the values."""
        return f'<polyline class="{style}" points="{" ".join(self._points(times, values))}"/>'

    def region(self, style: str, times: Sequence[float], low: Iterable[float], high: Iterable[float]) -> str:
        """What lies between two lines."""
        outline = [*self._points(times, high), *reversed(self._points(times, low))]
        return f'<polygon class="{style}" points="{" ".join(outline)}"/>'

    def dot(self, style: str, time: float, value: float, radius: float) -> str:
        """One value."""
        return f'<circle class="{style}" cx="{self.x(time):.1f}" cy="{self.y(value):.1f}" r="{radius:g}"/>'

    def _points(self, times: Iterable[float], values: Iterable[float]) -> list[str]:
        return [f"{self.x(time):.1f},{self.y(value):.1f}" for time, value in zip(times, values, strict=True)]

    def axes(self, title: str, below: str) -> list[str]:
        """Both axes with ticks and grid, what stands `up` as the title, and what stands across `below`."""
        return [
            f'<text class="title" x="{LEFT:g}" y="{self.head - 14:g}">{escape(title)}</text>',
            f'<path class="axis" d="M{LEFT:g},{self.head:.1f}V{self.foot:.1f}H{self.right:.1f}"/>',
            *(self._tick_across(tick) for tick in self.across),
            *(self._tick_up(tick) for tick in self.up),
            f'<text x="{self.right:g}" y="{self.foot + 36:g}" text-anchor="end">{escape(below)}</text>',
        ]

    def _tick_across(self, tick: float) -> str:
        return f'<text x="{self.x(tick):.1f}" y="{self.foot + 18:.1f}" text-anchor="middle">{tick:g}</text>'

    def _tick_up(self, tick: float) -> str:
        place = self.y(tick)
        grid = f'<path class="grid" d="M{LEFT:g},{place:.1f}H{self.right:.1f}"/>'
        return f'{grid}\n<text x="{LEFT - 6:g}" y="{place + 4:.1f}" text-anchor="end">{tick:g}</text>'


def ticks(largest: float) -> list[float]:
    """From zero, round steps that hold `largest`, six at most."""
    power = 10.0 ** math.floor(math.log10(largest))
    step = next(size * power for size in (0.2, 0.25, 0.5, 1.0, 2.0) if largest / (size * power) <= 5)
    return [step * number for number in range(math.ceil(largest / step) + 1)]
