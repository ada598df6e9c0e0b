"""`ketaminder batch` and `ketaminder evidence changes`: many records at once, none of which stops the rest."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from ketaminder import evidence, intake, rules
from ketaminder.cli.clock import today
from ketaminder.cli.files import print_json, read_text
from ketaminder.evidence.loader import read
from ketaminder.terms import Case, Refused, Result

Document = dict[str, Any]


def batch(options: argparse.Namespace) -> int:
    """Assess every record; exit 1 where one of them cannot be read."""
    library = evidence.load()
    answers: dict[str, Result] = {}
    refused: dict[str, str] = {}
    for name, text in _with_progress(options.records):
        try:
            answers[name] = rules.assess(_case(options, text), library).result
        except Refused as refusal:
            refused[name] = str(refusal)
    if options.json:
        print_json({"results": _counts(answers), "answers": answers, "refused": refused})
    else:
        _summary(answers, refused)
    return 1 if refused else 0


def changes(options: argparse.Namespace) -> int:
    """Print every record whose result differs between the evidence in a folder and the evidence in force."""
    old, new = read(_folder(options.old)), evidence.load()
    found: list[Document] = [
        {"record": name, "before": change.before.result, "after": change.after.result}
        for name, text in _with_progress(options.records)
        for change in rules.changes([_case(options, text)], old, new)
    ]
    if options.json:
        print_json(found)
    else:
        _table(("record", "before", "after"), [tuple(row.values()) for row in found])
    return 0


def records(path: Path) -> Iterator[tuple[str, str]]:
    """Name and text of each record: the JSON files of a folder, or the lines of a JSON Lines file."""
    if path.is_dir():
        yield from ((file.name, read_text(file)) for file in sorted(path.glob("*.json")))
        return
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        if line.strip():
            yield f"line {number}", line


def _with_progress(path: Path) -> Iterator[tuple[str, str]]:
    console = Console(stderr=True)
    found = list(records(path))
    if not found:
        raise Refused("RECORDS", str(path), "a folder of JSON files or a JSON Lines file with at least one record")
    yield from track(found, description="Assessing", console=console, disable=not console.is_terminal)


def _case(options: argparse.Namespace, text: str) -> Case:
    return intake.read(
        text, on=options.on or today(), region=options.region, product=options.product, phase=options.phase
    )


def _folder(path: Path) -> Path:
    if not (path / "sources.toml").is_file():
        raise Refused("OLD", str(path), "a folder of evidence, with sources.toml and criteria/")
    return path


def _counts(answers: dict[str, Result]) -> dict[str, int]:
    found = Counter(answers.values())
    return {result: found[result] for result in reversed(Result) if found[result]}


def _summary(answers: dict[str, Result], refused: dict[str, str]) -> None:
    rows = [(result, str(number)) for result, number in _counts(answers).items()]
    _table(("result", "records"), [*rows, *([("refused", str(len(refused)))] if refused else [])])
    _table(("refused", "why"), list(refused.items()))


def _table(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    if not rows:
        return
    table = Table(*headings, box=None, padding=(0, 2, 0, 0), header_style="bold")
    for row in rows:
        table.add_row(*row)
    Console(highlight=False).print(table)
