"""The rule book: every rule and criterion with its source, as a page that a clinician can review."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from ketaminder.evidence.library import Library, Protocol, RuleEvidence
from ketaminder.terms import Citation, Grade

ACTIONS = {
    "exclude": "Exclude",
    "defer": "Defer",
    "specialist_review": "Defer until a specialist has reviewed",
    "precaution": "Precaution",
    "stop": "Defer until the physician decides",
    "eligible_criterion": "Criterion of eligibility",
    "inform": "Information",
    "dose": "Dose",
    "monitor": "Monitor",
    "record": "Record",
    "report": "Report",
    "resolve": "Convention",
}
OPENING = """# Rule book

What Ketaminder reads when it examines a case, question by question: each rule in words, its numbers with the
comparator as printed, where it applies, its sources, and how each source was read. *Unverified* marks what was only
recalled: it may add caution and never permits. The rules are for review by clinicians, who decide.

This page is generated: `ketaminder evidence book > docs/reference/rule-book.md`.
"""


def rule_book(library: Library) -> str:
    """All rules and protocols of `library` as Markdown, in the order of the evidence files."""
    rules = "".join(
        f"\n## {question}\n{''.join(_rule(rule) for rule in group)}"
        for question, group in groupby(library.rules.values(), key=lambda rule: rule.question)
    )
    protocols = "".join(_protocol(protocol) for protocol in library.protocols.values())
    return f"{OPENING}{rules}\n## Which schedules are published?\n{protocols}"


def _rule(rule: RuleEvidence) -> str:
    lines = [
        f"**{ACTIONS[rule.action]}** · {_scope(rule)}",
        rule.statement,
        *_listed(f"`{one.id}`: {one.meaning} {one}" for one in rule.criteria.values()),
        f"*Lifted by:* {rule.lifted_by}" if rule.lifted_by else "",
        f"*Note:* {rule.note}" if rule.note else "",
        *_listed(map(_cited, rule.citations)),
    ]
    body = "\n\n".join(line for line in lines if line)
    return f"\n### {rule.id} {rule.topic}\n\n{body}\n"


def _scope(rule: RuleEvidence) -> str:
    regions = ", ".join(sorted(rule.regions)) or "every region"
    products = ", ".join(product.replace("_", " ") for product in sorted(rule.products)) or "every product"
    since = f" · in force from {rule.in_force_from}" if rule.in_force_from else ""
    review = f" · review by {rule.review_by}" if rule.review_by else ""
    return f"{regions} · {products}{since}{review}"


def _protocol(protocol: Protocol) -> str:
    phases = (
        f"week {one.from_week}{f'-{one.to_week}' if one.to_week else ' on'}, {one.name}: {one.visits}; {one.doses}"
        for one in protocol.phases
    )
    lines = [
        f"**{protocol.status.capitalize()}** · {', '.join(sorted(protocol.regions)) or 'every region'}",
        *_listed(phases),
        protocol.monitoring,
        f"*Note:* {protocol.note}" if protocol.note else "",
        *_listed(map(_cited, protocol.citations)),
    ]
    body = "\n\n".join(line for line in lines if line)
    return f"\n### {protocol.name}\n\n{body}\n"


def _listed(items: Iterable[str]) -> Iterator[str]:
    lines = "\n".join(f"- {item}" for item in items)
    if lines:
        yield lines


def _cited(citation: Citation) -> str:
    grade = "*unverified*" if citation.grade is Grade.MEMORY else str(citation.grade)
    return f"{citation.source.citation}, {citation.locator} ({grade})"
