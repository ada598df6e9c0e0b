"""The situations together: every rule fires, and every numeric limit is met just before, at and beyond."""

from __future__ import annotations

from dataclasses import replace

from ketaminder.evidence import Library, load
from ketaminder.rules import assess
from ketaminder.terms import CandidateAssessment, Criterion

from .form import case_of, form, situations

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


def test_every_limit_is_met_before_at_and_beyond() -> None:
    """Whole criteria that no rule reads are found too: they have no side at all."""
    library = load()
    rules = {
        id_: replace(rule, criteria={name: watched(criterion) for name, criterion in rule.criteria.items()})
        for id_, rule in library.rules.items()
    }
    assessments(replace(library, rules=rules))
    criteria = [criterion.id for rule in rules.values() for criterion in rule.criteria.values()]
    assert {id_: SIDES.get(id_) for id_ in criteria if SIDES.get(id_) != {-1, 0, 1}} == {}


def test_every_rule_fires() -> None:
    library = load()
    fired = {finding.rule for assessment in assessments(library) for finding in assessment.findings}
    assert set(library.rules) - fired == {"X-REGION-01"}, "X-REGION-01 only asks"
