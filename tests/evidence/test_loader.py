"""The loader refuses what it cannot read safely."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from shutil import copytree

import pytest

from ketaminder.evidence.loader import read
from ketaminder.terms import Product, Refused, Region

RULE = """\
question = "Is it allowed?"

[T-01]
topic = "Trial"
action = "defer"
kind = "rule"
statement = "A statement."
lifted_by = "Something."
grade = "read in source"
weakest_grade = "read in source"
sources = [{ id = "CONV", locator = "page 1", grade = "read in source" }]
criteria.age_years = { meaning = "age", comparator = "<", value = 18, unit = "years" }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the evidence with one rule file of our own."""
    copy = copytree(str(files("ketaminder.evidence")), tmp_path / "evidence")
    for path in (copy / "criteria").glob("*.toml"):
        path.unlink()
    return copy


def test_reads_a_rule(folder: Path) -> None:
    (folder / "criteria" / "trial.toml").write_text(RULE, encoding="utf-8")
    rule = read(folder).rules["T-01"]
    assert str(rule["age_years"]) == "< 18 years"
    assert rule.question == "Is it allowed?"
    assert rule.governs(Region.CH)
    assert rule.concerns(Product.KETAMINE_IV)


@pytest.mark.parametrize(
    ("given", "instead", "said"),
    [
        ('id = "CONV"', 'id = "NOBODY"', "'NOBODY'.*a source that sources.toml names"),
        ('action = "defer"', 'action = "perhaps"', "'perhaps'.*one of"),
        ('comparator = "<"', 'comparator = "about"', "'about'.*one of"),
    ],
)
def test_refuses_an_unknown_word(folder: Path, given: str, instead: str, said: str) -> None:
    (folder / "criteria" / "trial.toml").write_text(RULE.replace(given, instead), encoding="utf-8")
    with pytest.raises(Refused, match=said):
        read(folder)


@pytest.mark.parametrize(
    "left_out",
    [
        'sources = [{ id = "CONV", locator = "page 1", grade = "read in source" }]\n',
        'locator = "page 1", ',
        ', grade = "read in source" }',
        ', unit = "years"',
        'comparator = "<", ',
        'meaning = "age", ',
        'grade = "read in source"\n',
        'lifted_by = "Something."\n',
        'action = "defer"\n',
        'statement = "A statement."\n',
    ],
)
def test_refuses_what_is_left_out(folder: Path, left_out: str) -> None:
    broken = RULE.replace(left_out, " }" if left_out.endswith("}") else "", 1)
    (folder / "criteria" / "trial.toml").write_text(broken, encoding="utf-8")
    with pytest.raises(Refused, match="required"):
        read(folder)


@pytest.mark.parametrize("number", ['"18"', "true", "nan", "inf"])
def test_refuses_a_value_that_is_no_number(folder: Path, number: str) -> None:
    (folder / "criteria" / "trial.toml").write_text(RULE.replace("value = 18", f"value = {number}"), encoding="utf-8")
    with pytest.raises(Refused, match="a finite number"):
        read(folder)


def test_refuses_a_rule_id_given_twice(folder: Path) -> None:
    for name in ("one", "two"):
        (folder / "criteria" / f"{name}.toml").write_text(RULE, encoding="utf-8")
    with pytest.raises(Refused, match=r"'T-01'.*an id used once"):
        read(folder)


def test_refuses_a_grade_that_permits_on_memory(folder: Path) -> None:
    recalled = RULE.replace('"defer"', '"eligible_criterion"').replace("read in source", "from memory, unverified")
    (folder / "criteria" / "trial.toml").write_text(recalled, encoding="utf-8")
    with pytest.raises(Refused, match="read in"):
        read(folder)
