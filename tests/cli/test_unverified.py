"""`ketaminder evidence unverified`: nothing that was only recalled stays hidden."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from ketaminder.cli import main
from ketaminder.evidence import load
from ketaminder.terms import Grade

Row = tuple[str, str, str | None, str]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    from ketaminder.cli.unverified import everything_recalled

    return [(one.kind, one.id, one.part, one.recalled) for one in everything_recalled(load())]


def recalled_in(table: Any) -> Iterator[str]:
    """Every statement in a parsed file that rests on memory: its locator, or the key that grades the value."""
    for key, value in table.items() if isinstance(table, dict) else enumerate(table):
        if value == Grade.MEMORY:
            yield table.get("locator", key)
        elif isinstance(value, dict | list):
            yield from recalled_in(value)


def written(path: Path) -> list[str]:
    return list(recalled_in(tomllib.loads(path.read_text(encoding="utf-8"))))


EVERY_FILE = sorted(Path(str(files("ketaminder"))).rglob("*.toml"))
SHELVES = {"trials": "trial", "scales": "scale"}


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


@pytest.mark.parametrize("path", [one for one in EVERY_FILE if one.parent.name in SHELVES], ids=lambda one: one.stem)
def test_as_many_values_of_a_trial_or_scale_are_listed_as_its_file_grades_so(rows: list[Row], path: Path) -> None:
    id_ = tomllib.loads(path.read_text(encoding="utf-8")).get("id", path.stem)
    assert sum((kind, of) == (SHELVES[path.parent.name], id_) for kind, of, *_ in rows) == len(written(path))


def test_every_rule_and_medicine_that_was_recalled_is_listed(rows: list[Row]) -> None:
    evidence = Path(str(files("ketaminder.evidence")))
    listed = {kind: [id_ for of, id_, *_ in rows if of == kind] for kind, *_ in rows}
    assert set(listed["rule"]) == {rule.id for rule in load().rules.values() if rule.weakest_grade is Grade.MEMORY}
    citations = [one["locator"] for path in (evidence / "criteria").glob("*.toml") for one in cited(path)]
    assert sorted(recalled for kind, _, _, recalled in rows if kind == "rule") == sorted(citations)
    assert len(listed["medicine"]) == len(written(evidence / "medicines.toml"))


def cited(path: Path) -> Iterator[dict[str, str]]:
    """The recalled citations of the rules in one file."""
    for rule in filter(lambda one: isinstance(one, dict), tomllib.loads(path.read_text(encoding="utf-8")).values()):
        yield from (one for one in rule.get("sources", ()) if one["grade"] == Grade.MEMORY)


@pytest.mark.parametrize("path", [one for one in EVERY_FILE if written(one)], ids=lambda one: one.stem)
def test_no_file_holds_a_recalled_value_of_a_kind_that_is_not_listed(path: Path) -> None:
    assert {path.name, path.parent.name} & {
        *SHELVES,
        "criteria",
        "influences",
        "medicines.toml",
        "site_values.toml",
        "strength.toml",
        "protocols",
    }


def test_no_schedule_rests_on_memory(rows: list[Row]) -> None:
    assert [row for row in rows if row[0] == "protocol"] == []


def test_as_json_and_as_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "unverified", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert {"kind", "id", "part", "recalled"} == set(printed[0])
    assert main(["evidence", "unverified"]) == 0
    assert "B-RESP-03" in capsys.readouterr().out
