"""The house is small enough to read: short functions, files of one subject."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

SOURCE = Path(__file__).parents[2] / "src" / "ketaminder"
FILES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
LONG, MOST_LONG, LONGEST = 300, 5, 350
"""Files are rarely above 300 lines, and never far."""
USUAL = 10
"""Lines of a median function."""


def lengths_of(path: Path) -> Iterator[int]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.end_lineno:
            yield node.end_lineno - node.lineno + 1


def test_files_are_rarely_above_three_hundred_lines() -> None:
    lines = {str(path.relative_to(SOURCE)): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    long = {name: count for name, count in lines.items() if count > LONG}
    assert len(long) <= MOST_LONG, long
    assert max(lines.values()) <= LONGEST, long


def test_a_function_has_about_ten_lines() -> None:
    lengths = [length for path in FILES for length in lengths_of(path)]
    assert len(lengths) > 1000
    assert median(lengths) <= USUAL
