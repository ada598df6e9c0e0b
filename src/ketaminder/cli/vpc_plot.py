"""A visual predictive check as one self-contained SVG."""

from __future__ import annotations

from html import escape

import numpy as np

from ketaminder.cli.plot import BOTTOM, HEADING, LEFT, PANEL, RIGHT, STYLE, TOP, WIDTH, axes, ticks
from ketaminder.pharmacology.exchange.vpc import PERCENTILES, Check
from ketaminder.pharmacology.model import Array

HEIGHT = HEADING + 1.4 * PANEL
MARKS = ".dot { fill: #222; opacity: 0.35; } .observed { stroke: #222; stroke-width: 1.5; fill: none; }"
KEY = "Boxes: 95% of simulated 5th, 50th and 95th percentiles. Lines: those of the observations. Dots: observations."


def svg(check: Check, analyte: str) -> str:
    """Boxes for the spans of the simulated percentiles, lines for the observed ones, a dot for each observation.

    What lies below the limit of quantification is drawn at zero.
    """
    boxes = np.array([one.simulated for one in check.bins])
    values = np.maximum(check.values_ng_per_mL, 0.0)
    across = ticks(max(float(check.times_h.max()), 0.1))
    up = ticks(float(max(values.max(), np.nanmax(boxes))))
    foot, head = HEIGHT - BOTTOM, HEADING + TOP

    def x(hour: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * hour / across[-1]

    def y(value: float) -> float:
        return foot - (foot - head) * max(value, 0.0) / up[-1]

    def box(from_h: float, to_h: float, span: Array, style: str) -> str:
        low, high = y(float(span[0])), y(float(span[2]))
        width = max(x(to_h) - x(from_h), 8.0)
        middle = (x(from_h) + x(to_h)) / 2
        return (
            f'<rect class="{style}" x="{middle - width / 2:.1f}" y="{high:.1f}" '
            f'width="{width:.1f}" height="{max(low - high, 1.0):.1f}"/>'
        )

    drawn = [
        box(one.from_h, one.to_h, span, "narrow" if number == 1 else "wide")
        for one in check.bins
        for number, span in enumerate(one.simulated)
        if np.isfinite(span).any()
    ]
    lines = [
        " ".join(f"{x(one.middle_h):.1f},{y(float(one.observed[number])):.1f}" for one in check.bins)
        for number in range(len(PERCENTILES))
    ]
    title = f"{check.model.title}: visual predictive check"
    unit = "ng/mL, prediction-corrected" if check.asked.corrected else "ng/mL"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH:g} {HEIGHT:g}">',
            f"<title>{escape(f'{title}. {KEY}')}</title>",
            f"<style>{STYLE}{MARKS}</style>",
            f'<text class="title" x="{LEFT:g}" y="20">{escape(title)}</text>',
            f'<text x="8" y="38" style="font-size: 11px">{escape(KEY)}</text>',
            f'<text class="title" x="{LEFT:g}" y="{HEADING + 26:g}">{escape(analyte)}, {unit}</text>',
            *axes(across, up, x_places=[x(tick) for tick in across], y_places=[y(tick) for tick in up]),
            *drawn,
            *(
                f'<circle class="dot" cx="{x(hour):.1f}" cy="{y(value):.1f}" r="2"/>'
                for hour, value in zip(check.times_h.tolist(), values.tolist(), strict=True)
            ),
            *(f'<polyline class="observed" points="{line}"/>' for line in lines),
            f'<text x="{WIDTH - RIGHT:g}" y="{HEIGHT - 8:g}" text-anchor="end">hours, as in the records</text>',
            "</svg>\n",
        ]
    )
