"""The situations together: every rule fires, and every numeric limit is met just before, at and beyond."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ketaminder.evidence import Library, load
from ketaminder.rules import assess
from ketaminder.rules.gates import discharge
from ketaminder.terms import CandidateAssessment, Criterion, Product

from .form import case_of, form, situations

MOMENT = "F-BP-01.minutes_after_dose"
"""A moment and no limit: `due` is tested before, at and after it."""

MINUTES, SCORES = (59, 60, 61, 119, 120, 121), (4, 5, 6)

SIDES: dict[str, set[int]] = {}


class Watched(Criterion):
    """A criterion that notes on which side of its value the numbers fell that it was asked about."""

    __slots__ = ()

    def met_by(self, number: float) -> bool:
        SIDES.setdefault(self.id, set()).add((number > self.value) - (number < self.value))
        return Criterion.met_by(self, number)


def watched(criterion: Criterion) -> Watched:
    return Watched(criterion.id, criterion.meaning, criterion.comparator, criterion.value, criterion.unit)


def assessments(library: Library) -> list[CandidateAssessment]:
    return [assess(case_of(form(entry["person"], entry["change"]), library), library) for _, entry in situations()]


@pytest.fixture(scope="module")
def sides() -> dict[str, set[int]]:
    """For each criterion, the sides of its value on which all situations together asked about it."""
    library = load()
    rules = {
        id_: replace(rule, criteria={name: watched(criterion) for name, criterion in rule.criteria.items()})
        for id_, rule in library.rules.items()
    }
    SIDES.clear()
    watching = replace(library, rules=rules)
    assessments(watching)
    leave_the_room(watching)
    criteria = [criterion.id for rule in rules.values() for criterion in rule.criteria.values()]
    return {id_: SIDES.get(id_, set()) for id_ in criteria if id_ != MOMENT}


def leave_the_room(library: Library) -> None:
    """The discharge gate asked about each minute and score that only it reads."""
    times = ("observation_minutes", "minutes_after_infusion")
    for product, person in ((Product.ESKETAMINE_NASAL, "us_resistant"), (Product.KETAMINE_IV, "us_resistant")):
        for other in (*({name: minutes} for name in times for minutes in MINUTES), *({"MOAAS": n} for n in SCORES)):
            discharge(case_of(form(person, {"product": product, "other": other}), library), library, None)


def test_every_criterion_is_read_by_a_rule(sides: dict[str, set[int]]) -> None:
    assert [id_ for id_, met in sides.items() if not met] == []


def test_every_limit_is_met_before_at_and_beyond(sides: dict[str, set[int]]) -> None:
    assert {id_: met for id_, met in sides.items() if met != {-1, 0, 1}} == {}


def test_every_rule_fires() -> None:
    library = load()
    fired = {finding.rule for assessment in assessments(library) for finding in assessment.findings}
    assert set(library.rules) - fired == {"X-REGION-01"}, "X-REGION-01 only asks"
