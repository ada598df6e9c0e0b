"""The test command on a machine that lacks something."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def command() -> ModuleType:
    spec = importlib.util.spec_from_file_location("run", ROOT / "tests" / "run.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_without_root_it_names_the_missing_debian_package_and_exits_3(
    command: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda program: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit) as stopped:
        command.install_debian_packages()
    assert stopped.value.code == 3
    assert "chromium" in capsys.readouterr().err


def test_ci_calls_the_test_command_of_the_readme() -> None:
    command = "python3 tests/run.py"
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert command in (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
