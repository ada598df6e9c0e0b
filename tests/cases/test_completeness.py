"""The situations together: every criterion is read, every rule fires, every numeric limit is crossed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ketaminder.evidence import load
from ketaminder.rules import assess
from ketaminder.terms import Criterion, Finding

from .form import case_of, form, situations


class Recorded(dict[str, Criterion]):
    """Criteria that note which of them were read."""

    def __init__(self, criteria: Mapping[str, Criterion], read: set[str]) -> None:
        super().__init__(criteria)
        self.read = read

    def __getitem__(self, name: str) -> Criterion:
        criterion = super().__getitem__(name)
        self.read.add(criterion.id)
        return criterion


def test_every_criterion_is_read_by_a_rule() -> None:
    read: set[str] = set()
    library = load()
    rules = {id_: replace(rule, criteria=Recorded(rule.criteria, read)) for id_, rule in library.rules.items()}
    watched = replace(library, rules=rules)
    for _, entry in situations():
        assess(case_of(form(entry["person"], entry["change"]), watched), watched)
    assert {criterion.id for rule in library.rules.values() for criterion in rule.criteria.values()} - read == set()


def test_every_rule_fires() -> None:
    library = load()
    assessments = [
        assess(case_of(form(entry["person"], entry["change"]), library), library) for _, entry in situations()
    ]
    findings: list[Finding] = [finding for assessment in assessments for finding in assessment.findings]
    assert set(library.rules) - {finding.rule for finding in findings} == {"X-REGION-01"}, "X-REGION-01 only asks"
