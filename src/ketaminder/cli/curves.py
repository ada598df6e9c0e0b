"""`ketaminder models curves`: every model drawn on, and scored against, the curves that somebody digitised."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Sequence
from html import escape
from itertools import accumulate

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ketaminder import __version__
from ketaminder.cli import files
from ketaminder.cli.documents import Document, rounded
from ketaminder.cli.figure import BOTTOM, HEADING, LEFT, PANEL, TOP, Panel, sheet
from ketaminder.pharmacology.digitised import Curve, Line, curves
from ketaminder.pharmacology.truth import WITHIN, Standing, log_rms, mean_fold

HIGH = 1.25 * PANEL
KEYED = 16.0
"""Height of one line of a panel's key."""
STYLE = """
svg { background: white; } text { font: 12px sans-serif; fill: #222; } .title { font-weight: bold; }
.axis { stroke: #666; fill: none; } .grid { stroke: #ddd; } polyline { fill: none; stroke-width: 1.5; }
.line0 { stroke: #0b5394; stroke-width: 2.5; } .line1 { stroke: #b45f06; stroke-dasharray: 9 3; }
.line2 { stroke: #38761d; stroke-dasharray: 4 3; } .line3 { stroke: #741b47; stroke-dasharray: 1.5 2.5; }
.line4 { stroke: #444; stroke-dasharray: 9 3 2 3; } .point { fill: #222; } .open { fill: white; stroke: #222; }
"""
KEY = "Points: published. Filled: counted against the model that answers. Open: fitted, or on a change of rate."


def show(options: argparse.Namespace) -> None:
    """Print how each model does on each curve; draw them where `options.plot` says."""
    found = curves()
    if options.plot is not None:
        files.write_whole("--plot", options.plot, svg(found))
    if options.json:
        files.print_json(
            {"ketaminder": __version__, "within": list(WITHIN), "curves": [document(one) for one in found]}
        )
    else:
        console = Console(highlight=False)
        for one in found:
            _show_one(console, one)


def document(curve: Curve) -> Document:
    """One digitised curve: the points that were read off, and each model's fold at those within its reach."""
    return {
        "source": curve.study.source.citation,
        "arm": curve.arm.id,
        "analyte": curve.analyte,
        "locator": curve.arm.citation.locator,
        "grade": curve.arm.citation.grade,
        "models": [_line_document(line) for line in curve.lines],
    }


def _line_document(line: Line) -> Document:
    return {
        "model": line.model.id,
        "place": line.place,
        "counted": len(line.counted),
        "within": line.within,
        "points": [
            {
                "time_h": one.point.hour,
                "published": rounded(one.point.value),
                "simulated": rounded(one.simulated),
                "fold": rounded(one.fold),
                "standing": one.standing,
            }
            for one in line.scored
        ],
    }


def _show_one(console: Console, curve: Curve) -> None:
    console.print(Text(f"\n{curve.study.source.id}, {curve.arm.id}: {curve.analyte}", style="bold"))
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("model", "points within", "mean fold", "log-RMS"):
        table.add_column(heading)
    for line in curve.lines:
        table.add_row(line.model.id, *_score(line))
    console.print(table)


def _score(line: Line) -> tuple[str, str, str]:
    if not line.counted:
        return "none counted", "", ""
    share = f"{line.within} of {len(line.counted)}"
    return share, f"{mean_fold(line.counted):.2f}", f"{log_rms(line.counted):.2f}"


def svg(found: Sequence[Curve]) -> str:
    """One panel a curve, concentrations on a logarithmic axis."""
    tops = list(accumulate((_height(curve) for curve in found), initial=HEADING))
    drawn = [part for curve, top in zip(found, tops, strict=False) for part in _panel(curve, top)]
    return sheet("Published curves and what the models say of them", KEY, STYLE, drawn, tops[-1])


def _height(curve: Curve) -> float:
    return HIGH + KEYED * len(curve.lines)


def _panel(curve: Curve, top: float) -> Iterator[str]:
    values = [one.point.value for one in curve.answered]
    highest = max(*values, *(float(line.ng_per_mL.max()) for line in curve.lines))
    across, up = _hours(max(one.point.hour for one in curve.answered)), _decades(min(values), highest)
    panel = Panel(across, up, head=top + TOP, foot=top + HIGH - BOTTOM, logarithmic=True)
    title = f"{curve.study.source.id}, {curve.arm.id}: {curve.analyte}, ng/mL, {curve.arm.sampling}"
    yield from panel.axes(title, "hours after the start")
    for number, line in enumerate(curve.lines):
        shown = (up[0] <= line.ng_per_mL) & (line.ng_per_mL <= up[-1])
        yield panel.line(f"line{number}", line.times_h[shown].tolist(), line.ng_per_mL[shown].tolist())
        yield from _key(line, number, panel.foot + 36 + KEYED * number)
    for one in curve.answered:
        style = "point" if one.standing is Standing.COUNTED else "open"
        yield panel.dot(style, one.point.hour, one.point.value, 3.5)


def _key(line: Line, number: int, height: float) -> Iterator[str]:
    share = _score(line)[0]
    said = share if share.startswith("none") else f"{share} counted points within {WITHIN[0]:.2f} to {WITHIN[1]:.2f}"
    yield f'<polyline class="line{number}" points="{LEFT:g},{height - 4:.1f} {LEFT + 40:g},{height - 4:.1f}"/>'
    yield f'<text x="{LEFT + 48:g}" y="{height:.1f}">{escape(f"{line.model.title}: {said}")}</text>'


def _hours(last: float) -> list[float]:
    return [float(hour) for hour in range(math.ceil(last) + 1)]


def _decades(low: float, high: float) -> list[float]:
    """1, 2 and 5 times powers of ten that hold everything with room to draw."""
    powers = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1)
    round_values = [step * 10.0**power for power in powers for step in (1, 2, 5)]
    first = max(index for index, value in enumerate(round_values) if value <= low / 1.5)
    last = min(index for index, value in enumerate(round_values) if value >= high)
    return round_values[first : last + 1]
