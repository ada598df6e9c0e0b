"""Situation -> result, rules, sentence: what a clinician would read from each case file."""

from __future__ import annotations

from typing import Any

import pytest

from ketaminder.evidence import load
from ketaminder.rules import assess
from ketaminder.terms import Result

from .form import case_of, form, situations

ALL = dict(situations())


@pytest.mark.parametrize("name", ALL)
def test_situation(name: str) -> None:
    entry: dict[str, Any] = ALL[name]
    expected = entry["expected"]
    library = load()
    assessment = assess(case_of(form(entry["person"], entry["change"]), library), library)
    fired = {finding.rule for finding in assessment.findings}
    deciding = {finding.rule for finding in assessment.findings if finding.verdict is not Result.INFORM}
    reasons = [str(finding.reason) for finding in assessment.findings]
    assert assessment.result == expected["result"], reasons
    assert set(expected.get("rules", ())) <= fired
    assert deciding.isdisjoint(expected.get("not_deciding", ()))
    assert fired.isdisjoint(expected.get("silent", ()))
    assert set(expected.get("missing", ())) <= {item.variable for item in assessment.missing}
    assert expected.get("sentence") in [None, *reasons]


def test_file_names_are_told_apart() -> None:
    assert len(ALL) == len(list(situations()))
