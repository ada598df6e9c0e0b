"""`ketaminder evidence unverified`: nothing that was only recalled stays hidden."""

from __future__ import annotations

import json
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import pytest

from ketaminder.cli import main
from ketaminder.evidence import load
from ketaminder.terms import Grade

Row = tuple[str, str, str | None, str]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    from ketaminder.cli.unverified import everything_recalled

    return [(one.kind, one.id, one.part, one.recalled) for one in everything_recalled(load())]


def recalled_tables(folder: Traversable) -> set[str]:
    """The names of the files in `folder` that hold a recalled value, by their text alone."""
    found = (
        Path(str(path)) for path in folder.iterdir() if path.name.endswith(".toml") and path.name != "sources.toml"
    )
    return {path.stem for path in found if Grade.MEMORY in path.read_text(encoding="utf-8")}


@pytest.mark.parametrize(
    ("kind", "id_", "part", "recalled"),
    [
        ("rule", "B-RESP-03", "oxygen saturation on room air < 93 %", "phase 3 esketamine protocols used 93%"),
        ("site value", "alarm_systolic_mmHg", "starting point >= 180 mmHg", "F-BP-04: In-session action values"),
        ("scale", "BPIC-SS", "scoring", "scoring rule"),
        ("medicine", "a Z-drug", "ATC N05CF; classes z_drug", "codes, names and classes"),
        ("influence", "rifampicin, esketamine, nasal", "", "US label 12.3"),
        ("strength of evidence", "depression_ketamine_iv", "certainty_grade", "the value itself"),
    ],
)
def test_what_was_only_recalled_is_named(rows: list[Row], kind: str, id_: str, part: str, recalled: str) -> None:
    assert (kind, id_, part, recalled) in rows


def test_every_rule_scale_and_trial_whose_file_holds_a_recalled_value_is_listed(rows: list[Row]) -> None:
    evidence = files("ketaminder.evidence")
    listed = {kind: {id_ for of, id_, *_ in rows if of == kind} for kind, *_ in rows}
    assert listed["rule"] == {rule.id for rule in load().rules.values() if rule.weakest_grade is Grade.MEMORY}
    assert listed["trial"] == recalled_tables(evidence / "trials")
    assert len(listed["scale"]) == len(recalled_tables(evidence / "scales"))
    medicines = (evidence / "medicines.toml").read_text(encoding="utf-8")
    assert len(listed["medicine"]) == medicines.count(f'grade = "{Grade.MEMORY}"')


def test_no_schedule_rests_on_memory(rows: list[Row]) -> None:
    assert [row for row in rows if row[0] == "protocol"] == []


def test_as_json_and_as_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "unverified", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert {"kind", "id", "part", "recalled"} == set(printed[0])
    assert main(["evidence", "unverified"]) == 0
    assert "B-RESP-03" in capsys.readouterr().out
