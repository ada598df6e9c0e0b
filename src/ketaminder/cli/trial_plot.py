"""Scores or relapse of the arms of a virtual trial over time, as one self-contained SVG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from ketaminder.cli.plot import BOTTOM, HEADING, LEFT, STYLE, TOP, axes, ticks
from ketaminder.trials.expected import Interval
from ketaminder.trials.virtual import Summary

WIDTH, HEIGHT, RIGHT = 760.0, 420.0, 170.0
DASHES = ("", "8 4", "2 4", "8 3 2 3", "1 3", "12 4")
"""Arms differ by their dashes and by the name at the end of each line; colour says nothing."""
LINES = """.arm { stroke: #0b5394; stroke-width: 2; fill: none; } .range { fill: #0b5394; opacity: 0.10; }
.seen { stroke: #222; fill: white; stroke-width: 1.5; }"""


@dataclass(frozen=True, slots=True)
class Seen:
    """A published value to stand beside a line: hour, value, whose."""

    hour: float
    value: float
    arm: str


def svg(found: Summary, measure: str, unit: str, observed: Sequence[Seen] = ()) -> str:
    """`measure` of every arm from hour 0 on: value and 95% interval over replicates; circles are published values."""
    arms = [arm.id for arm in found.design.arms]
    lines = {arm: _line(found, measure, arm) for arm in arms}
    days = [hour / 24 for hour in _hours(found, measure)]
    across = ticks(max(days))
    up = ticks(max([one.high for line in lines.values() for one in line] + [one.value for one in observed]))
    foot, head = HEIGHT - BOTTOM, HEADING + TOP

    def x(day: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * day / across[-1]

    def y(value: float) -> float:
        return foot - (foot - head) * max(value, 0.0) / up[-1]

    def path(values: Sequence[float]) -> list[str]:
        return [f"{x(day):.1f},{y(value):.1f}" for day, value in zip(days, values, strict=True)]

    drawn: list[str] = []
    for number, line in enumerate(lines.values()):
        edge = [*path([one.high for one in line]), *reversed(path([one.low for one in line]))]
        dash = DASHES[number % len(DASHES)]
        drawn.append(f'<polygon class="range" points="{" ".join(edge)}"/>')
        drawn.append(
            f'<polyline class="arm" stroke-dasharray="{dash}" points="{" ".join(path([one.value for one in line]))}"/>'
        )
    drawn += _names(lines, x(days[-1]) + 8, y)
    title = f"{found.design.title}: {measure}"
    key = f"Lines: mean of {found.replicates} virtual trials. Bands: 95% of them." + (
        " Circles: published." if observed else ""
    )
    since = "days after randomisation" if found.design.entry else "days after the first dose"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH:g} {HEIGHT:g}">',
            f"<title>{escape(f'{title}. {key}')}</title>",
            f"<style>{STYLE}{LINES}</style>",
            f'<text class="title" x="16" y="20">{escape(title)}</text>',
            f'<text x="16" y="40">{escape(key)}</text>',
            f'<text class="title" x="{LEFT:g}" y="{HEADING + 26:g}">{escape(unit)}</text>',
            *axes(across, up, x_places=[x(tick) for tick in across], y_places=[y(tick) for tick in up]),
            *drawn,
            *(f'<circle class="seen" cx="{x(one.hour / 24):.1f}" cy="{y(one.value):.1f}" r="4"/>' for one in observed),
            f'<text x="{WIDTH - RIGHT:g}" y="{HEIGHT - 8:g}" text-anchor="end">{since}</text>',
            "</svg>\n",
        ]
    )


def _line(found: Summary, measure: str, arm: str) -> list[Interval]:
    by_hour = {key.hour: one for key, one in found.numbers.items() if key.measure == measure and key.arm == arm}
    return [by_hour[hour] for hour in _hours(found, measure)]


def _hours(found: Summary, measure: str) -> list[float]:
    """Hour 0 too, where the measure has a value there."""
    begins = any(key.measure == measure and key.hour == 0 for key in found.numbers)
    return [*([0.0] if begins else []), *found.design.visits_h]


def _names(lines: dict[str, list[Interval]], place: float, y: Callable[[float], float]) -> list[str]:
    """The name of each arm at the end of its line, apart from one another by a line of text."""
    found, last = [], -1e9
    for arm, line in sorted(lines.items(), key=lambda one: -one[1][-1].value):
        at = max(y(line[-1].value) + 4, last + 15)
        found.append(f'<text x="{place:.1f}" y="{at:.1f}">{escape(arm)}</text>')
        last = at
    return found
