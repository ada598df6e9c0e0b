"""What `speed.py` measured, as a page and a picture of the docs."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.measured import Around, Conditions, Speed

DOCS = Path(__file__).resolve().parents[1] / "docs"
BASE = "numbalsoda"
ROW, LEFT, WIDTH = 26, 250, 760
DENSE_AND_SPARSE = (("dense", 60.0), ("sparse", 90.0))
DEFINITION, SCALING = 6.6, 1.8
MARK = {True: " yes |", False: " **no** |"}


def write(speeds: Sequence[Speed], conditions: Conditions, around: Around) -> None:
    """Write docs/reference/speed.md and docs/images/speed.svg."""
    text = [*page(speeds, conditions), *memory_said(around), *start_said(around), *redraw_said(around), ""]
    (DOCS / "reference" / "speed.md").write_text("\n".join(text), encoding="utf-8")
    (DOCS / "images" / "speed.svg").write_text(picture(speeds), encoding="utf-8")


def page(speeds: Sequence[Speed], conditions: Conditions) -> list[str]:
    """The rates."""
    base = next(one for one in speeds if one.engine == BASE and one.grid == "dense")
    lines = [
        "# How fast the engine is, and how true at that speed",
        "",
        "Written by `python3 bench/run.py`; do not edit. The reference problem: eleven states, twelve sessions in eight",  # noqa: E501
        "weeks, read at 465 times (dense) or 60 (sparse). Error is the largest over all people, times and states of",
        "|x - answer| / (|answer| + 1% of that person's peak), against DOP853 at 1e-13 that lands on every event and",
        f"output; the engine's over {conditions.accurate:,} people. In each of {conditions.rounds} rounds everybody runs once, after a fourth",  # noqa: E501
        "of the same people untimed; medians.",
        "",
        "Ratios are to numbalsoda's rate on the dense grid with one core: by the wall's clock, and per second of processor",  # noqa: E501
        "time, which counts what processors spent and not what other work on the machine made an engine wait. With two",
        "cores the second says what both spent together. Threads pass Python on after 0.2 ms (`sys.setswitchinterval`),",  # noqa: E501
        "not 5.",
        "",
        f"Measured on {datetime.now(UTC).date().isoformat()}, {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}.",  # noqa: E501
        "",
        f"Load of the machine as the run began and ended, in processes waiting or running: {conditions.load[0]:.1f} and {conditions.load[1]:.1f}. Above 2",  # noqa: E501
        "the engines shared the two cores with other work; what two threads gain then shows only in part.",
        "",
        "![People per second of each engine on both grids, on a logarithmic axis](../images/speed.svg)",
        "",
        "| grid | engine | cores | people/s | ratio | per processor second | ratio | error | setting |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.grid} | {one.engine} | {one.cores} | {one.per_s:,.0f} | {one.per_s / base.per_s:.3g} "
        f"| {one.per_processor_s:,.0f} | {one.per_processor_s / base.per_processor_s:.3g} | {one.error:.1e} | {one.setting} |"  # noqa: E501
        for one in speeds
    ]
    return [
        *lines,
        "",
        *bars(speeds, base),
        "",
        "mrgsolve and rxode2 were not measured: no R with them was at hand.",
        "",
    ]


def bars(speeds: Sequence[Speed], base: Speed) -> list[str]:
    """What is asked of the engine, and what it reached in this run."""
    rate = {(one.engine.removeprefix("ketaminder "), one.cores, one.grid): one.per_s for one in speeds}
    asked = [
        (f"kernel, two cores, {grid}, times {BASE}", least, rate["kernel", 2, grid] / base.per_s)
        for grid, least in DENSE_AND_SPARSE
    ]
    asked.append(
        (f"definition, one core, dense, times {BASE}", DEFINITION, rate["definition", 1, "dense"] / base.per_s)
    )
    asked += [
        (f"kernel, two cores against one, {grid}", SCALING, rate["kernel", 2, grid] / rate["kernel", 1, grid])
        for grid, _ in DENSE_AND_SPARSE
    ]
    rows = (f"| {what} | {least:g} | {reached:.3g} |{MARK[reached >= least]}" for what, least, reached in asked)
    return ["| asked | at least | reached | |", "|---|---|---|---|", *rows]


def memory_said(around: Around) -> list[str]:
    return [
        "## Memory",
        "",
        "Bands over so many people on the sparse grid, nobody's curves kept, two threads (`python3 -m bench.memory`):",
        "",
        "| people | largest memory of the process, MB | s | failed, named |",
        "|---|---|---|---|",
        *(f"| {one['people']:,} | {one['peak_mb']:.0f} | {one['s']:.0f} | {one['failed']} |" for one in around.memory),
        "",
    ]


def start_said(around: Around) -> list[str]:
    return [
        "## Start",
        "",
        "A fresh process until it has shown one person's first curves and bands (`python3 -m bench.start`):",
        "",
        "| start | s | s of processor time |",
        "|---|---|---|",
        *(f"| {one.how} | {one.wall_s:.2f} | {one.processor_s:.2f} |" for one in around.start),
        "",
    ]


def redraw_said(around: Around) -> list[str]:
    found = around.redraw
    return [
        "## Redraw",
        "",
        f"The page that compares one person's protocols, {found['pages']} people of the demonstration clinic, up to",
        f"{found['most_charts']} charts a page with bands of 1,000 people, by the real view (`python3 -m bench.redraw`):",  # noqa: E501
        "",
        "| drawn | median, ms | median of processor time, ms | 95% | most |",
        "|---|---|---|---|---|",
        *(
            f"| {name} | {one['wall_median']:.0f} | {one['processor_median']:.0f} | {one['processor_95']:.0f} | {one['processor_most']:.0f} |"  # noqa: E501
            for name, one in (("first", found["first_ms"]), ("again", found["again_ms"]))
        ),
    ]


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
