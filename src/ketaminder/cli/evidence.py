"""`ketaminder evidence`: what is published, to read, to check and to review."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ketaminder.cli import unverified
from ketaminder.cli.clock import today
from ketaminder.cli.files import print_json
from ketaminder.evidence import Library, RuleEvidence, load
from ketaminder.evidence.rule_book import rule_book
from ketaminder.terms import Refused

Document = dict[str, Any]


def evidence(options: argparse.Namespace) -> int:
    """List, show or review the evidence, or print the rule book."""
    library = load()
    if options.view == "book":
        print(rule_book(library), end="")
        return 0
    if options.view == "unverified":
        return _unverified(library, as_json=options.json)
    rules = list(_chosen(library, options))
    if options.json:
        print_json([document(rule) for rule in rules])
    elif options.view == "show":
        _show(rules[0])
    else:
        _table(rules)
    return 0


def _unverified(library: Library, *, as_json: bool) -> int:
    found = list(unverified.everything_recalled(library))
    if as_json:
        print_json([unverified.document(one) for one in found])
    else:
        unverified.show(found)
    return 0


def _chosen(library: Library, options: argparse.Namespace) -> Iterable[RuleEvidence]:
    if options.view == "show":
        return [_named(library, options.id)]
    if options.view == "review":
        return due(library, options.on or today())
    return library.rules.values()


def _named(library: Library, id_: str) -> RuleEvidence:
    rule = library.rules.get(id_.partition(".")[0])
    if rule is None:
        raise Refused("evidence ID", id_, "the id of a rule or criterion that `ketaminder evidence list` prints")
    return rule


def due(library: Library, on: date) -> Iterator[RuleEvidence]:
    """The rules whose review is due on `on`."""
    return (rule for rule in library.rules.values() if rule.review_by is not None and rule.review_by <= on)


def document(rule: RuleEvidence) -> Document:
    """One rule as JSON."""
    return {
        "id": rule.id,
        "question": rule.question,
        "topic": rule.topic,
        "statement": rule.statement,
        "action": rule.action,
        "kind": rule.kind,
        "regions": sorted(rule.regions),
        "products": sorted(rule.products),
        "criteria": [
            {"id": one.id, "meaning": one.meaning, "comparator": one.comparator, "value": one.value, "unit": one.unit}
            for one in rule.criteria.values()
        ],
        "lifted_by": rule.lifted_by or None,
        "note": rule.note or None,
        "grade": rule.grade,
        "weakest_grade": rule.weakest_grade,
        "in_force_from": rule.in_force_from.isoformat() if rule.in_force_from else None,
        "review_by": rule.review_by.isoformat() if rule.review_by else None,
        "sources": [
            {"id": one.source.id, "citation": one.source.citation, "locator": one.locator, "grade": one.grade}
            for one in rule.citations
        ],
    }


def _table(rules: Iterable[RuleEvidence]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("rule", "topic", "action", "region", "grade"):
        table.add_column(heading)
    for rule in rules:
        table.add_row(rule.id, rule.topic, rule.action, _places(rule), rule.grade)
    Console(highlight=False).print(table)


def _places(rule: RuleEvidence) -> str:
    return ", ".join(sorted(rule.regions)) or "any"


def _show(rule: RuleEvidence) -> None:
    console = Console(highlight=False)
    console.print(Text(f"{rule.id}  {rule.topic}", style="bold"))
    lines = [
        rule.statement,
        f"Action: {rule.action}. Regions: {_places(rule)}. Products: {', '.join(sorted(rule.products)) or 'any'}.",
        *(f"{one.id}: {one.meaning} {one}" for one in rule.criteria.values()),
        f"Lifted by: {rule.lifted_by}" if rule.lifted_by else "",
        f"Note: {rule.note}" if rule.note else "",
        f"Review by {rule.review_by}." if rule.review_by else "",
        *(f"- {one.source.citation}, {one.locator} ({one.grade})" for one in rule.citations),
    ]
    for line in filter(None, lines):
        console.print(Padding(Text(line), (0, 0, 0, 2)))
