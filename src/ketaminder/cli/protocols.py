"""`ketaminder protocols`: the published schedules, with their sources and how they were read."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ketaminder.cli.files import print_json
from ketaminder.evidence import Library, Protocol, RuleEvidence, load
from ketaminder.evidence.library import ProtocolPhase
from ketaminder.terms import Citation, Grade, Refused

Document = dict[str, Any]
WEIGHT_NOT_READ = "Per kilogram of body weight; which weight was not read."


def protocols(options: argparse.Namespace) -> int:
    """List the published schedules, or show one: `options.id` is None for the list."""
    library = load()
    if options.id is not None:
        return _show_one(library, named(library, options.id), as_json=options.json)
    chosen = list(_chosen(library, options))
    if options.json:
        print_json([document(library, protocol) for protocol in chosen])
    elif chosen:
        _table(chosen)
    else:
        print("No schedule of that kind was read.")
    return 0


def named(library: Library, id_: str) -> Protocol:
    """The protocol with this id."""
    if id_ not in library.protocols:
        raise Refused("PROTOCOL", id_, f"one of {', '.join(library.protocols)}")
    return library.protocols[id_]


def rules_of(library: Library, protocol: Protocol) -> Iterator[tuple[str, RuleEvidence]]:
    """The rules that govern the protocol, each with its topic."""
    for topic, ids in protocol.rules.items():
        for id_ in ids:
            yield topic.value, library.rules[id_]


def cited(citation: Citation) -> Document:
    """One citation as JSON."""
    source = citation.source
    return {"id": source.id, "citation": source.citation, "locator": citation.locator, "grade": citation.grade}


def document(library: Library, protocol: Protocol) -> Document:
    """One protocol as JSON."""
    return {
        "id": protocol.id,
        "name": protocol.name,
        "product": protocol.product,
        "regions": sorted(protocol.regions),
        "indications": sorted(protocol.indications),
        "status": protocol.status,
        "from_age": protocol.from_age,
        "below_age": protocol.below_age,
        "only_in_a_trial": protocol.only_in_a_trial or None,
        "doses": [
            {
                "amount": dose.amount,
                "unit": dose.unit,
                "when": dose.when,
                "duration_min": dose.duration_min or None,
                "sources": [citation.source.id for citation in dose.citations],
            }
            for dose in protocol.doses
        ],
        "phases": [_phase(phase) for phase in protocol.phases],
        "weight_basis": protocol.weight_basis or None,
        "observation_min": protocol.observation_min,
        "monitoring": protocol.monitoring,
        "rules": [_rule(topic, rule) for topic, rule in rules_of(library, protocol)],
        "note": protocol.note or None,
        "weakest_grade": protocol.weakest_grade,
        "sources": [cited(citation) for citation in protocol.citations],
    }


def _phase(phase: ProtocolPhase) -> Document:
    return {
        "name": phase.name,
        "from_week": phase.from_week,
        "to_week": phase.to_week,
        "visits": phase.visits,
        "sessions_per_week": list(phase.sessions_per_week),
        "doses": phase.doses,
        "amounts": list(phase.amounts),
        "first_amount": phase.first_amount,
        "sources": [citation.source.id for citation in phase.citations],
    }


def _rule(topic: str, rule: RuleEvidence) -> Document:
    return {
        "topic": topic,
        "rule": rule.id,
        "statement": rule.statement,
        "weakest_grade": rule.weakest_grade,
        "sources": [cited(citation) for citation in rule.citations],
    }


def _chosen(library: Library, options: argparse.Namespace) -> Iterator[Protocol]:
    """The protocols of a region's label or of none, for an indication and a product, where these are asked for."""
    for protocol in library.protocols.values():
        in_region = options.region is None or not protocol.regions or options.region in protocol.regions
        for_indication = options.indication is None or options.indication in protocol.indications
        if in_region and for_indication and options.product in (None, protocol.product):
            yield protocol


def _table(chosen: Iterable[Protocol]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("protocol", no_wrap=True)
    for heading in ("for", "label", "doses", "weakest grade"):
        table.add_column(heading, overflow="fold")
    for one in chosen:
        amounts = ", ".join(f"{amount:g}" for amount in sorted({dose.amount for dose in one.doses}))
        table.add_row(
            one.id,
            ", ".join(sorted(one.indications)),
            ", ".join(sorted(one.regions)) or one.status,
            f"{amounts} {one.unit}",
            one.weakest_grade,
        )
    Console(highlight=False).print(table)


def _show_one(library: Library, protocol: Protocol, *, as_json: bool) -> int:
    if as_json:
        print_json(document(library, protocol))
        return 0
    console = Console(highlight=False)
    console.print(Text(protocol.name, style="bold"))
    for line in filter(None, _lines(library, protocol)):
        console.print(Padding(Text(line), (0, 0, 0, 2)))
    return 0


def _lines(library: Library, protocol: Protocol) -> Iterator[str]:
    yield f"{protocol.status.capitalize()}. {_ages(protocol)}"
    yield protocol.only_in_a_trial
    for phase in protocol.phases:
        yield f"{_weeks(phase)}, {phase.name}: {phase.visits}; {phase.doses}. {_ids(phase.citations)}"
    for dose in protocol.doses:
        over = f" over {dose.duration_min:g} min" if dose.duration_min else ""
        yield f"{dose.amount:g} {dose.unit}{over}: {dose.when}. {_ids(dose.citations)}"
    yield _weight(protocol)
    yield protocol.monitoring
    yield protocol.note
    for topic, rule in rules_of(library, protocol):
        unverified = " (unverified)" if rule.grade is Grade.MEMORY else ""
        partly = " (in part unverified)" if rule.weakest_grade is Grade.MEMORY and not unverified else ""
        yield f"{topic.capitalize()}: {rule.statement} [{rule.id}]{unverified}{partly}"
    for citation in protocol.citations:
        yield f"- {citation.source.id}: {citation.source.citation}, {citation.locator} ({citation.grade})"


def _weight(protocol: Protocol) -> str:
    if protocol.unit != "mg/kg":
        return ""
    return f"Per kilogram of {protocol.weight_basis} body weight." if protocol.weight_basis else WEIGHT_NOT_READ


def _ages(protocol: Protocol) -> str:
    below = f", below {protocol.below_age}" if protocol.below_age is not None else ""
    return f"From {protocol.from_age} years{below}."


def _weeks(phase: ProtocolPhase) -> str:
    if phase.to_week is None:
        return f"From week {phase.from_week}"
    return f"Week {phase.from_week}" + (f" to {phase.to_week}" if phase.to_week != phase.from_week else "")


def _ids(citations: Iterable[Citation]) -> str:
    return f"[{', '.join(citation.source.id for citation in citations)}]"
