"""The exact versions stand twice, and say the same."""

from __future__ import annotations

import importlib.util
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def pins_of(requirements: str) -> list[str]:
    spec = importlib.util.spec_from_file_location("pin", ROOT / "tools" / "pin.py")
    assert spec
    assert spec.loader
    pin = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pin)
    return list(pin.pins(requirements))


def test_constraints_equal_the_hashed_requirements() -> None:
    requirements = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["uv"]["constraint-dependencies"] == pins_of(requirements)
    assert len(pins_of(requirements)) == len([line for line in requirements.splitlines() if line[:1].isalnum()])


def test_every_requirement_is_hashed_and_no_registry_is_named() -> None:
    requirements = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert "://" not in requirements
    for line in requirements.splitlines():
        assert line.startswith("    --hash=sha256:") or line.endswith("\\"), f"no hash follows {line}"


def test_no_group_is_a_default() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["uv"]["default-groups"] == []
    assert not (ROOT / ".git").exists() or "uv.lock" in (ROOT / ".gitignore").read_text(encoding="utf-8").split()
