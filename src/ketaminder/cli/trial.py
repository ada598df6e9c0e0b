"""`ketaminder trial predict` and `ketaminder calibrate`: from what a trial gives to what it would measure."""

from __future__ import annotations

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from ketaminder.cli import files
from ketaminder.cli.sensitivity_report import PROFILED, sensitivity_report
from ketaminder.cli.trial_report import report, rivals_report
from ketaminder.terms import Refused
from ketaminder.trials import (
    BLOCK,
    RIVALS,
    Interval,
    Predicted,
    Scored,
    Study,
    calibrates,
    calibration_document,
    fitted_to,
    leave_one_out,
    pooled_curves,
    predictor,
    published,
    refit,
    study,
)
from ketaminder.trials.calibrated import published_widths
from ketaminder.trials.calibration import Fit
from ketaminder.trials.differences import SPREADS, Widths, estimate
from ketaminder.trials.profile import profiles
from ketaminder.trials.sensitivity import sensitivity

SEED = 1
"""Of the samples of the sensitivity analysis."""
PARTS = ("mean", "response_rate", "remission_rate")
NO_DESIGN = "the row names no arm of the design"


def predict(options: argparse.Namespace) -> int:
    """Predict every row of the trial in `options.file`; `options.json` prints the document."""
    text = files.read_text(options.file)
    try:
        given = json.loads(text)
    except ValueError as error:
        raise Refused("FILE", str(options.file), f"JSON ({error})") from None
    asked = study(given)
    said = {one.number: one for one in predictor().predict(asked)}
    rows = [_row(number, said.get(number), asked) for number in range(len(given["outcomes"]))]
    if options.json:
        files.print_json({"trial": asked.id, "predictions": rows, "notice": NOTICE})
    else:
        _show(asked, said, rows)
    return 0


NOTICE = (
    "A prediction for a trial of that size, from a model fitted to published trials. It says nothing about one person."
)


def _row(number: int, said: Predicted | None, asked: Study) -> dict[str, Any]:
    if said is None:
        return dict.fromkeys(PARTS) | {"reason": asked.refused.get(number, NO_DESIGN), "assumed": []}
    found: dict[str, Any] = {name: _interval(getattr(said, name)) for name in PARTS}
    return found | {"reason": said.reason or None, "assumed": list(said.assumed)}


def _interval(one: Interval | None) -> dict[str, float] | None:
    if one is None:
        return None
    names = ("value", "low", "high", "low50", "high50")
    return {name: round(getattr(one, name), 4) for name in names}


def _show(asked: Study, said: dict[int, Predicted], rows: list[dict[str, Any]]) -> None:
    table = Table("Row", "Instrument", "Arm", "Hours", "Mean (95%)", "Response (95%)", "Remission (95%)", box=None)
    by_number = {one.number: one for one in asked.rows}
    for number, row in enumerate(rows):
        one = by_number.get(number)
        texts = [_text(row[name], digits) for name, digits in zip(PARTS, (1, 2, 2), strict=True)]
        label = (one.instrument, one.label, f"{one.time_h:g}") if one else ("", "", "")
        table.add_row(str(number), *label, *texts)
    console = Console()
    console.print(table)
    for number, found in said.items():
        for text in (*found.assumed, *([found.reason] if found.reason else [])):
            console.print(f"Row {number}: {text}", highlight=False)
    console.print(NOTICE, highlight=False)


def _text(one: dict[str, float] | None, digits: int) -> str:
    if one is None:
        return "-"
    return f"{one['value']:.{digits}f} ({one['low']:.{digits}f} to {one['high']:.{digits}f})"


def calibrate(options: argparse.Namespace) -> int:
    """Fit again, predict every trial by the others, and write constants and report into `options.out`."""
    out: Path = options.out
    if not out.is_dir():
        raise Refused("OUT", str(out), "a folder")
    found = refit()
    with ProcessPoolExecutor(options.workers) as executor:
        scored = leave_one_out(published(), calibrates(), executor, beside=pooled_curves())
    files.write_whole("OUT", out / "calibrated.json", json.dumps(calibration_document(found), indent=0) + "\n")
    files.write_whole("OUT", out / "calibration.md", report(found, fitted_to(), scored))
    print(f"{out / 'calibrated.json'} and {out / 'calibration.md'} written.")
    if options.rivals:
        _rivals(out, scored, options.workers)
    if options.sensitivity:
        sensitivity_page(out, found, options.workers)
    return 0


def sensitivity_page(out: Path, found: Fit, workers: int) -> None:
    """What the data say of each constant, and what a prediction hangs on."""
    with ProcessPoolExecutor(workers) as executor:
        profiled = profiles(fitted_to(), found, PROFILED, executor)
    left, before = (sensitivity(found, SEED, prior=prior) for prior in (False, True))
    people = estimate(Widths(published_widths(), found, SPREADS["exposure"]))
    files.write_whole("OUT", out / "sensitivity.md", sensitivity_report(found, profiled, left, before, people))
    print(f"{out / 'sensitivity.md'} written.")


def _rivals(out: Path, scored: list[Scored], workers: int) -> None:
    """The same for the other hypotheses, and how they compare."""
    by_hypothesis = {BLOCK: scored}
    with ProcessPoolExecutor(workers) as executor:
        for one in RIVALS[1:]:
            by_hypothesis[one] = leave_one_out(published(), calibrates(), executor, one, pooled_curves())
    files.write_whole("OUT", out / "rivals.md", rivals_report(by_hypothesis))
    print(f"{out / 'rivals.md'} written.")
