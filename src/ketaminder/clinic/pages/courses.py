"""What stands beside a protocol on a person's page: the rules that govern its course, with their sources."""

from __future__ import annotations

from dataclasses import dataclass

from ketaminder.evidence import Library, Protocol, RuleEvidence
from ketaminder.evidence.library import Guidance
from ketaminder.plan import Option

SHOWN = (
    Guidance.MISSED,
    Guidance.RESTART,
    Guidance.TOLERABILITY,
    Guidance.REVIEW,
    Guidance.MAINTENANCE,
    Guidance.STOPPING,
)
"""What bears on the course. Technique and observation belong to the session."""


@dataclass(frozen=True, slots=True)
class Guided:
    """One topic of a course and the rules that speak of it."""

    topic: Guidance
    rules: tuple[RuleEvidence, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A protocol as it is offered to this person, with what governs its course."""

    option: Option
    guidance: tuple[Guided, ...]


def offer(option: Option, library: Library) -> Offer:
    return Offer(option, _guidance(option.protocol, library))


def _guidance(protocol: Protocol, library: Library) -> tuple[Guided, ...]:
    return tuple(
        Guided(topic, tuple(library.rules[id_] for id_ in protocol.rules[topic]))
        for topic in SHOWN
        if topic in protocol.rules
    )
