"""The hazard log is data, and every control is exercised by a test that exists."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HAZARDS = tomllib.loads((ROOT / "docs" / "hazards.toml").read_text(encoding="utf-8"))["hazard"]


def functions_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard["id"])
def test_every_control_names_tests_that_exist(hazard: dict[str, object]) -> None:
    assert hazard["hazard"]
    assert hazard["cause"]
    assert hazard["severity"] in {"minor", "serious", "critical"}
    assert isinstance(hazard["controls"], list)
    assert hazard["controls"]
    for control in hazard["controls"]:
        assert control["control"]
        assert control["tests"], f"{hazard['id']}: a control without a test"
        for test in control["tests"]:
            file, _, name = test.partition("::")
            assert (ROOT / file).is_file(), f"{hazard['id']} names {file}"
            assert name in functions_in(ROOT / file), f"{hazard['id']} names {test}"


def test_every_hazard_has_an_id_of_its_own() -> None:
    ids = [hazard["id"] for hazard in HAZARDS]
    assert len(ids) == len(set(ids)) > 0
