"""Scores or relapse of the arms of a virtual trial over time, as a figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from ketaminder.cli.figure import BOTTOM, HEADING, STYLE, TOP, Panel, sheet, ticks
from ketaminder.trials.expected import Interval
from ketaminder.trials.virtual import Summary

WIDTH, HEIGHT, NAMES, SAMPLE = 790.0, 420.0, 200.0, 26.0
"""The sheet, the room for names at the end of lines, and the piece of its line before a name, in pixels."""
LINES = """.arm { stroke: #0b5394; stroke-width: 2; fill: none; } .range { fill: #0b5394; opacity: 0.10; }
.dash1 { stroke-dasharray: 8 4; } .dash2 { stroke-dasharray: 2 4; } .dash3 { stroke-dasharray: 8 3 2 3; }
.dash4 { stroke-dasharray: 1 3; } .dash5 { stroke-dasharray: 12 4; }
"""
DASHES = 6
"""Arms differ by their dashes and by the name at the end of each line; colour says nothing."""


def svg(found: Summary, measure: str, unit: str) -> str:
    """`measure` of every arm from hour 0 on: value and 95% interval over replicates."""
    title = f"{found.design.title}: {measure}"
    key = f"Lines: mean of {found.replicates} virtual trials. Bands: 95% of them."
    return sheet(title, key, STYLE + LINES, _drawn(found, measure, unit), HEIGHT, width=WIDTH)


def _drawn(found: Summary, measure: str, unit: str) -> Iterator[str]:
    lines = {arm.id: _line(found, measure, arm.id) for arm in found.design.arms}
    days = [hour / 24 for hour in _hours(found, measure)]
    up = ticks(max(one.high for line in lines.values() for one in line))
    panel = Panel(ticks(max(days)), up, head=HEADING + TOP, foot=HEIGHT - BOTTOM, right=WIDTH - NAMES)
    yield from panel.axes(unit, "days after randomisation" if found.design.entry else "days after the first dose")
    for number, line in enumerate(lines.values()):
        yield panel.region("range", days, [one.low for one in line], [one.high for one in line])
        yield panel.line(f"arm dash{number % DASHES}", days, [one.value for one in line])
    yield from _names(panel, days[-1], [(arm, line[-1].value) for arm, line in lines.items()])


def _line(found: Summary, measure: str, arm: str) -> Sequence[Interval]:
    by_hour = {key.hour: one for key, one in found.numbers.items() if key.measure == measure and key.arm == arm}
    return [by_hour[hour] for hour in _hours(found, measure)]


def _hours(found: Summary, measure: str) -> Sequence[float]:
    """Hour 0 too, where the measure has a value there."""
    begins = any(key.measure == measure and key.hour == 0 for key in found.numbers)
    return [*([0.0] if begins else []), *found.design.visits_h]


def _names(panel: Panel, day: float, ends: Sequence[tuple[str, float]]) -> Iterator[str]:
    """A piece of each arm's line and its name, by where the lines end, apart from one another by a line of text."""
    left, last = panel.x(day) + 8, float("-inf")
    for number, (arm, value) in sorted(enumerate(ends), key=lambda end: -end[1][1]):
        last = max(panel.y(value) + 4, last + 15)
        yield f'<path class="arm dash{number % DASHES}" d="M{left:.1f},{last - 4:.1f}h{SAMPLE:g}"/>'
        yield f'<text x="{left + SAMPLE + 6:.1f}" y="{last:.1f}">{escape(arm)}</text>'
