"""The commands that the README shows, run as they stand there, and what it shows of their output."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

import pytest

from ketaminder.cli import main
from ketaminder.cli.arguments import parser
from ketaminder.pharmacology import discover
from ketaminder.pharmacology.exchange import sbml
from ketaminder.pharmacology.exchange.table import read
from ketaminder.terms import Route

ROOT = Path(__file__).parents[2]
DATA = "src/ketaminder/examples/infusions.csv"


RECORD = "src/ketaminder/examples/social_anxiety.json"


def commands() -> list[list[str]]:
    """The arguments of every `ketaminder models` line of the README's shell blocks."""
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    return [shlex.split(line.partition(" ketaminder ")[2]) for line in lines if " ketaminder models " in line]


def run(words: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch, printed: pytest.CaptureFixture[str]) -> str:
    monkeypatch.chdir(folder)
    assert main([str(ROOT / DATA) if word == DATA else word for word in words]) == 0
    return printed.readouterr().out


def test_the_readme_shows_a_check_a_fit_and_an_export() -> None:
    assert [words[1] for words in commands()] == ["vpc", "fit", "export"]


def test_the_check_is_drawn_and_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = run(commands()[0], tmp_path, monkeypatch, capsys)
    assert "of percentiles inside" in said
    assert (tmp_path / "vpc.svg").read_text(encoding="utf-8").startswith("<svg")


def test_the_fit_finds_the_clearance_that_the_people_were_drawn_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Otto 2021: 95.2 L/h, sixteen people who differ by 16%: within two standard errors, 8%."""
    said = run(commands()[1], tmp_path, monkeypatch, capsys)
    (row,) = [line.split() for line in said.splitlines() if line.startswith("CL ")]
    assert float(row[1]) == 95.2
    assert float(row[2]) == pytest.approx(95.2, rel=0.08)
    printed = (ROOT / "README.md").read_text(encoding="utf-8")
    assert row[2] in printed


def test_the_export_is_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(commands()[2], tmp_path, monkeypatch, capsys)
    assert sbml.faults((tmp_path / "otto_2021.xml").read_text(encoding="utf-8")) == []


def test_the_example_holds_sixteen_people_whom_the_model_may_be_asked_about() -> None:
    people = read((ROOT / DATA).read_text(encoding="utf-8"), Route.INTRAVENOUS, ())
    otto = next(one for one in discover() if one.id == "otto_2021")
    assert len(people) == 16
    weights = [one.patient.weight_kg for one in people]
    assert all(weight and otto.validity.weight_kg.low <= weight <= otto.validity.weight_kg.high for weight in weights)


def shown() -> list[str]:
    """What the README shows of the plan: the stretches between its ellipses, white space folded."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = readme.partition("```text\n")[2].partition("```")[0]
    return [" ".join(part.split()) for part in block.split("…") if part.strip()]


def test_the_plan_prints_what_the_readme_shows_in_that_order(capsys: pytest.CaptureFixture[str]) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"ketaminder plan {RECORD} --on 2026-11-01\n" in readme
    assert main(["plan", str(ROOT / RECORD), "--on", "2026-11-01"]) == 0
    left = " ".join(capsys.readouterr().out.split())
    assert len(shown()) == 4
    for part in shown():
        _, found, left = left.partition(part)
        assert found, f"not printed, or not in that order: {part}"


def test_every_command_has_its_place_in_the_readme() -> None:
    """The door knows no command that the page for newcomers does not name."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    subparsers = next(one for one in parser()._actions if isinstance(one, argparse._SubParsersAction))
    assert [
        name for name in subparsers.choices if f"`{name}`" not in readme and f"ketaminder {name}" not in readme
    ] == []
