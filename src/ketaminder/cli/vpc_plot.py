"""A visual predictive check as a figure."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ketaminder.cli.figure import BOTTOM, HEADING, PANEL, STYLE, TOP, Panel, sheet, ticks
from ketaminder.pharmacology.exchange.vpc import PERCENTILES, Bin, Check
from ketaminder.pharmacology.model import Array

HEIGHT = HEADING + 1.4 * PANEL
MARKS = """.key { font-size: 11px; } .dot { fill: #222; opacity: 0.35; }
.observed { stroke: #222; stroke-width: 1.5; fill: none; }"""
KEY = "Boxes: 95% of simulated 5th, 50th and 95th percentiles. Lines: those of the observations. Dots: observations."
NARROWEST = 8.0
"""Pixels of the box of a bin at one time."""


def svg(check: Check, analyte: str) -> str:
    """Boxes for the spans of the simulated percentiles, lines for the observed ones, a dot for each observation.

    What lies below the limit of quantification is drawn at zero.
    """
    title = f"{check.model.title}: visual predictive check"
    return sheet(title, KEY, STYLE + MARKS, _drawn(check, analyte), HEIGHT)


def _drawn(check: Check, analyte: str) -> Iterator[str]:
    panel = _panel(check)
    unit = "ng/mL, prediction-corrected" if check.asked.corrected else "ng/mL"
    yield from panel.axes(f"{analyte}, {unit}", "hours, as in the records")
    for one in check.bins:
        yield from _boxes(panel, one)
    for hour, value in zip(check.times_h.tolist(), check.values_ng_per_mL.tolist(), strict=True):
        yield panel.dot("dot", hour, value, 2)
    middles = [one.middle_h for one in check.bins]
    for number in range(len(PERCENTILES)):
        yield panel.line("observed", middles, [float(one.observed[number]) for one in check.bins])


def _panel(check: Check) -> Panel:
    simulated = float(np.nanmax([one.simulated for one in check.bins]))
    across = ticks(max(float(check.times_h.max()), 0.1))
    up = ticks(max(float(check.values_ng_per_mL.max()), simulated))
    return Panel(across, up, head=HEADING + TOP, foot=HEIGHT - BOTTOM)


def _boxes(panel: Panel, one: Bin) -> Iterator[str]:
    """One for each percentile that was simulated; the median's is darker."""
    for number, span in enumerate(one.simulated):
        if np.isfinite(span).any():
            yield _box(panel, one, span, "narrow" if number == 1 else "wide")


def _box(panel: Panel, one: Bin, span: Array, style: str) -> str:
    left, right = panel.x(one.from_h), panel.x(one.to_h)
    low, high = panel.y(float(span[0])), panel.y(float(span[2]))
    width, height = max(right - left, NARROWEST), max(low - high, 1.0)
    return (
        f'<rect class="{style}" x="{(left + right - width) / 2:.1f}" y="{high:.1f}" '
        f'width="{width:.1f}" height="{height:.1f}"/>'
    )
