"""Curves and bands of one simulation as a figure, one panel an analyte."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ketaminder.cli.figure import BOTTOM, HEADING, PANEL, STYLE, TOP, Panel, sheet, ticks
from ketaminder.pharmacology import Analyte, Simulation


def svg(simulation: Simulation, names: Sequence[str]) -> str:
    """The analytes `names` of one simulation, each with the typical person and the 50 and 90% bands."""
    tops = [HEADING + number * PANEL for number in range(len(names) + 1)]
    drawn = [
        part
        for name, top in zip(names, tops, strict=False)
        for part in _panel(simulation, simulation.analytes[name], top)
    ]
    return sheet(f"{simulation.model.title}, {simulation.model.matrix}", _key(simulation), STYLE, drawn, tops[-1])


def _key(simulation: Simulation) -> str:
    if simulation.people == 1 and simulation.model.variability:
        return "Line: typical person. No band: one virtual person."
    if simulation.people == 1:
        return "Line: typical person. No band: the model knows no differences between people."
    return f"Line: typical person. Bands: 50% and 90% of {simulation.people} virtual people."


def _panel(simulation: Simulation, analyte: Analyte, top: float) -> Iterator[str]:
    times, curve = simulation.times_h.tolist(), analyte.curve
    ceiling = float(max(curve.typical.max(), curve.bands.values.max()))
    panel = Panel(ticks(times[-1]), ticks(ceiling), head=top + TOP, foot=top + PANEL - BOTTOM)
    yield from panel.axes(f"{analyte.name}, ng/mL", "hours after the first dose")
    if simulation.people > 1:
        for style, low, high in (("wide", 0.05, 0.95), ("narrow", 0.25, 0.75)):
            yield panel.region(style, times, curve.bands.at(low).tolist(), curve.bands.at(high).tolist())
    yield panel.line("typical", times, curve.typical.tolist())
