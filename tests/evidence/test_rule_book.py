"""The rule book shows all evidence, and the one in the docs is the one that the evidence gives."""

from __future__ import annotations

from pathlib import Path

from ketaminder.evidence import load
from ketaminder.evidence.rule_book import rule_book
from ketaminder.terms import Grade

KEPT = Path(__file__).parents[2] / "docs" / "reference" / "rule-book.md"


def test_the_rule_book_in_the_docs_is_current() -> None:
    assert KEPT.read_text(encoding="utf-8") == rule_book(load())


def test_every_rule_criterion_and_citation_is_in_the_book() -> None:
    book = rule_book(load())
    for rule in load().rules.values():
        assert f"### {rule.id} {rule.topic}" in book
        assert rule.statement in book
        for criterion in rule.criteria.values():
            assert f"`{criterion.id}`" in book
        for citation in rule.citations:
            grade = "*unverified*" if citation.grade is Grade.MEMORY else citation.grade
            assert f"{citation.source.citation}, {citation.locator} ({grade})" in book


def test_every_protocol_is_in_the_book() -> None:
    book = rule_book(load())
    for protocol in load().protocols.values():
        assert f"### {protocol.name}" in book


def test_disagreements_strength_and_site_values_are_in_the_book() -> None:
    library, book = load(), rule_book(load())
    for disagreement in library.disagreements.values():
        assert f"{disagreement.text}\n\n*Here:* {disagreement.governs}" in book
    for strength in library.strength.values():
        assert strength.limits in book
    for value in library.site_values.values():
        assert f"- {value.label}, in {value.unit}: " in book
