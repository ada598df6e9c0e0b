"""Curves and bands as one self-contained SVG, one panel an analyte."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from ketaminder.pharmacology import Analyte, Simulation
from ketaminder.pharmacology.model import Array

WIDTH, PANEL, LEFT, RIGHT, TOP, BOTTOM = 640.0, 260.0, 64.0, 16.0, 40.0, 44.0
HEADING = 46.0
STYLE = """
svg { background: white; } text { font: 13px sans-serif; fill: #222; } .title { font-weight: bold; }
.axis { stroke: #666; fill: none; } .grid { stroke: #ddd; } .wide { fill: #0b5394; opacity: 0.15; }
.narrow { fill: #0b5394; opacity: 0.25; } .typical { stroke: #0b5394; stroke-width: 2; fill: none; }
"""


def svg(simulation: Simulation, names: Sequence[str]) -> str:
    """The analytes `names` of one simulation, each with the typical person and the 50 and 90% bands."""
    panels = [
        _panel(simulation, simulation.analytes[name], HEADING + number * PANEL) for number, name in enumerate(names)
    ]
    height = HEADING + PANEL * len(names)
    model = f"{simulation.model.title}, {simulation.model.matrix}"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH:g} {height:g}">',
            f"<title>{escape(f'{model}. {_key(simulation)}')}</title>",
            f"<style>{STYLE}</style>",
            f'<text class="title" x="{LEFT:g}" y="20">{escape(model)}</text>',
            f'<text x="{LEFT:g}" y="38">{escape(_key(simulation))}</text>',
            *panels,
            "</svg>\n",
        ]
    )


def _key(simulation: Simulation) -> str:
    if simulation.people == 1 and simulation.model.variability:
        return "Line: typical person. No band: one virtual person."
    if simulation.people == 1:
        return "Line: typical person. No band: the model knows no differences between people."
    return f"Line: typical person. Bands: 50% and 90% of {simulation.people} virtual people."


def _panel(simulation: Simulation, analyte: Analyte, top: float) -> str:
    times, curve = simulation.times_h, analyte.curve
    ceiling = float(max(curve.typical.max(), curve.bands.values.max()))
    across, up = ticks(float(times[-1])), ticks(ceiling)

    def x(hour: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * hour / across[-1]

    def y(value: float) -> float:
        return top + PANEL - BOTTOM - (PANEL - TOP - BOTTOM) * value / up[-1]

    def points(values: Array) -> list[str]:
        return [f"{x(hour):.1f},{y(value):.1f}" for hour, value in zip(times.tolist(), values.tolist(), strict=True)]

    def region(style: str, low: float, high: float) -> str:
        outline = [*points(curve.bands.at(high)), *reversed(points(curve.bands.at(low)))]
        return f'<polygon class="{style}" points="{" ".join(outline)}"/>'

    regions = [region("wide", 0.05, 0.95), region("narrow", 0.25, 0.75)] if simulation.people > 1 else []
    return "\n".join(
        [
            f'<text class="title" x="{LEFT:g}" y="{top + 26:g}">{escape(analyte.name)}, ng/mL</text>',
            *axes(across, up, x_places=[x(tick) for tick in across], y_places=[y(tick) for tick in up]),
            *regions,
            f'<polyline class="typical" points="{" ".join(points(curve.typical))}"/>',
            f'<text x="{WIDTH - RIGHT:g}" y="{top + PANEL - 8:g}" text-anchor="end">hours after the first dose</text>',
        ]
    )


def axes(across: Sequence[float], up: Sequence[float], x_places: list[float], y_places: list[float]) -> list[str]:
    foot, head, right = y_places[0], y_places[-1], x_places[-1]
    lines = [f'<path class="axis" d="M{LEFT:g},{head:.1f}V{foot:.1f}H{right:.1f}"/>']
    for tick, place in zip(across, x_places, strict=True):
        lines.append(f'<text x="{place:.1f}" y="{foot + 18:.1f}" text-anchor="middle">{tick:g}</text>')
    for tick, place in zip(up, y_places, strict=True):
        lines.append(f'<path class="grid" d="M{LEFT:g},{place:.1f}H{right:.1f}"/>')
        lines.append(f'<text x="{LEFT - 6:g}" y="{place + 4:.1f}" text-anchor="end">{tick:g}</text>')
    return lines


def ticks(largest: float) -> list[float]:
    """From zero, round steps that hold `largest`, six at most."""
    power = 10.0 ** math.floor(math.log10(largest))
    step = next(size * power for size in (0.2, 0.25, 0.5, 1.0, 2.0) if largest / (size * power) <= 5)
    return [step * number for number in range(math.ceil(largest / step) + 1)]
