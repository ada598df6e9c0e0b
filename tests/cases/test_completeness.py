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


_STANDING = """
A-ADQ-03 A-ADQ-04 A-PSY-01 A-REG-01 B-SUD-05 D-CONS-01 D-FAST-02 D-HX-01 D-HX-02 D-HX-03 D-LAB-01 D-REMS-01 D-SCALE-01
D-TOX-01 D-VIT-01 D-WT-01 E-ESK-01 E-ESK-14 E-IM-01 E-IV-01 E-IV-02 E-ORAL-01 E-SC-01 E-SL-01 F-BP-01 F-DRIVE-01
F-REMS-08 F-RESP-01 F-STAFF-01 F-STAFF-02 F-STAFF-03 F-TIME-01 F-TIME-02 F-TIME-03 G-LIV-01 H-APA17 H-ASA H-ASKP
H-FDACOMP H-KRF H-RCPSYCH X-LABEL-01 X-MISUSE-01
"""
STANDING = set(_STANDING.split())
"""Duties, doses and guidance that hold for everyone in their region and with their product."""


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


def test_every_rule_that_is_no_standing_duty_is_silent_where_its_situation_is_not_given() -> None:
    library = load()
    silent: set[str] = set()
    for _, entry in situations():
        case = case_of(form(entry["person"], entry["change"]), library)
        fired = {finding.rule for finding in assess(case, library).findings}
        governing = {
            id_ for id_, one in library.rules.items() if one.governs(case.region) and one.concerns(case.product)
        }
        silent |= governing - fired
    assert set(library.rules) - silent == STANDING
