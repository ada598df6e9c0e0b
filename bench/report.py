"""What `speed.py` measured, as a page and a picture of the docs."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.speed import Speed

DOCS = Path(__file__).resolve().parents[1] / "docs"
BASE = "numbalsoda"
ROW, LEFT, WIDTH = 26, 250, 760


def write(speeds: Sequence[Speed]) -> None:
    """Write docs/reference/speed.md and docs/images/speed.svg."""
    (DOCS / "reference" / "speed.md").write_text(page(speeds), encoding="utf-8")
    (DOCS / "images" / "speed.svg").write_text(picture(speeds), encoding="utf-8")


def page(speeds: Sequence[Speed]) -> str:
    """The page."""
    base = next(one.per_s for one in speeds if one.engine == BASE and one.grid == "dense")
    lines = [
        "# How fast the engine is, and how true at that speed",
        "",
        "Written by `python3 bench/run.py`; do not edit. The reference problem: eleven states, twelve sessions in eight",  # noqa: E501
        "weeks, read at 465 times (dense) or 60 (sparse). Error is the largest over all people, times and states of",
        "|x - answer| / (|answer| + 1% of that person's peak), against DOP853 at 1e-13 that lands on every event and",
        "output; the engine's over 1,000 people. Machines are noisy: read the ratios, to numbalsoda's rate on the dense",  # noqa: E501
        "grid with one core, all of one run.",
        "",
        f"Measured on {datetime.now(UTC).date().isoformat()}, {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}.",  # noqa: E501
        "",
        "![People per second of each engine on both grids, on a logarithmic axis](../images/speed.svg)",
        "",
        "| grid | engine | cores | people/s | ratio | error | setting |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.grid} | {one.engine} | {one.cores} | {one.per_s:,.0f} | {one.per_s / base:.3g} | {one.error:.1e} | {one.setting} |"  # noqa: E501
        for one in speeds
    ]
    lines += ["", "mrgsolve and rxode2 were not measured: no R with them was at hand.", ""]
    return "\n".join(lines)


def picture(speeds: Sequence[Speed]) -> str:
    """Bars on a logarithmic axis from 1 to 1,000,000 people per second."""
    height = ROW * len(speeds) + 50
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 20} {height}" '
        'font-family="sans-serif" font-size="13" role="img">',
        "<title>People per second of each engine on the reference problem</title>",
    ]
    for power in range(7):
        x = LEFT + WIDTH * power / 6
        parts.append(f'<line x1="{x:.0f}" x2="{x:.0f}" y1="10" y2="{height - 34}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.0f}" y="{height - 18}" text-anchor="middle" fill="#444">{10**power:,}</text>')
    for number, one in enumerate(speeds):
        y, length = 14 + ROW * number, WIDTH * math.log10(max(one.per_s, 1.0)) / 6
        colour = "#0b5d7a" if one.engine.startswith("ketaminder") else "#9aa5ab"
        label = f"{one.engine}, {one.cores} core{'s' if one.cores > 1 else ''}, {one.grid}"
        parts.append(f'<text x="{LEFT - 8}" y="{y + 14}" text-anchor="end" fill="#222">{label}</text>')
        parts.append(f'<rect x="{LEFT}" y="{y}" width="{length:.1f}" height="{ROW - 8}" fill="{colour}"/>')
        parts.append(f'<text x="{LEFT + length + 6:.1f}" y="{y + 14}" fill="#222">{one.per_s:,.0f}</text>')
    parts.append(
        f'<text x="{LEFT + WIDTH / 2}" y="{height - 2}" text-anchor="middle" fill="#444">people per second</text>'
    )
    return "\n".join([*parts, "</svg>", ""])
