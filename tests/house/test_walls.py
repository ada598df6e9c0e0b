"""The walls that import contracts cannot see: clocks and global randomness below the doors."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "ketaminder"
DOORS = {"cli", "clinic"}
FORBIDDEN = {
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("random", "seed"),
    ("random", "rand"),
    ("random", "randn"),
    ("random", "normal"),
    ("random", "uniform"),
    ("random", "RandomState"),
}
BELOW = sorted(path for path in SOURCE.rglob("*.py") if path.relative_to(SOURCE).parts[0] not in DOORS)


def forbidden_calls(code: str) -> list[str]:
    """Attribute accesses such as `date.today` or `np.random.normal` in `code`."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Attribute):
            owner = node.value
            name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
            if (name, node.attr) in FORBIDDEN:
                found.append(f"line {node.lineno}: {name}.{node.attr}")
            if (name, node.attr) == ("random", "default_rng"):
                found += _unseeded(code, node)
    return found


def _unseeded(code: str, attribute: ast.Attribute) -> list[str]:
    calls = [n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Call) and n.lineno == attribute.lineno]
    return (
        [] if all(call.args or call.keywords for call in calls) else [f"line {attribute.lineno}: unseeded default_rng"]
    )


@pytest.mark.parametrize("path", BELOW, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_clock_and_no_global_randomness_below_the_doors(path: Path) -> None:
    assert forbidden_calls(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "code",
    [
        "date.today()",
        "datetime.now(UTC)",
        "np.random.normal(0, 1)",
        "datetime.datetime.now()",
        "np.random.default_rng()",
    ],
)
def test_the_check_sees_a_clock(code: str) -> None:
    assert forbidden_calls(code)


def test_the_check_lets_a_seeded_generator_through() -> None:
    assert forbidden_calls("np.random.default_rng(7)") == []
