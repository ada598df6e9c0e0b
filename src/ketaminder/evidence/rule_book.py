"""The rule book: every rule and criterion with its source, as a page that a clinician can review."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from ketaminder.evidence.library import Disagreement, Library, Protocol, RuleEvidence, SiteValue, Strength
from ketaminder.evidence.strength import in_one_line
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
DISAGREE = """
## Where do sources disagree?

Both are kept, and the line *here* says which decides where.
"""
STRENGTH = "\n## How strong is the evidence?\n"
SITE_VALUES = """
## Which limits does a site sign?

No source read gives them for every product and region. The responsible physician signs them; no session starts without.

"""


def rule_book(library: Library) -> str:
    """All rules and protocols of `library` as Markdown, in the order of the evidence files."""
    rules = "".join(
        f"\n## {question}\n{''.join(_rule(rule) for rule in group)}"
        for question, group in groupby(library.rules.values(), key=lambda rule: rule.question)
    )
    protocols = "".join(_protocol(protocol) for protocol in library.protocols.values())
    disagreements = "".join(_disagreement(one) for one in library.disagreements.values())
    strength = "".join(_strength(one) for one in library.strength.values())
    values = "\n".join(_site_value(one, library) for one in library.site_values.values())
    schedules = f"\n## Which schedules are published?\n{protocols}"
    return f"{OPENING}{rules}{DISAGREE}{disagreements}{STRENGTH}{strength}{SITE_VALUES}{values}\n{schedules}"


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


def _disagreement(one: Disagreement) -> str:
    rules = ", ".join(one.rules)
    return f"\n### {one.topic}\n\n{one.text}\n\n*Here:* {one.governs} ({rules})\n"


def _strength(one: Strength) -> str:
    title = (
        f"{', '.join(sorted(one.indications))}: {', '.join(sorted(one.products)).replace('_', ' ') or 'every product'}"
    )
    lines = [str(in_one_line(one)), *_listed(map(_cited, one.citations))]
    body = "\n\n".join(lines)
    return f"\n### {title}\n\n{body}\n"


def _site_value(one: SiteValue, library: Library) -> str:
    start = (
        f"starting point {library.criterion(one.starting_point)} (`{one.starting_point}`)" if one.starting_point else ""
    )
    read = f"; never looser than {', '.join(f'`{id_}`' for id_ in one.read)} where it governs" if one.read else ""
    return f"- {one.label}, in {one.unit}: {start or 'no value was found in any source read'}{read}"


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
