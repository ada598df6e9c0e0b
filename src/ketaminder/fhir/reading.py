"""What a translator hands on, and how readings of one record combine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ketaminder.terms import Fact, Message

NamedFact = tuple[str, Fact]


@dataclass(frozen=True, slots=True)
class Reading:
    """Facts by variable, what is presumed where no fact is stated, lines to show, and what the reader must say."""

    facts: tuple[NamedFact, ...] = ()
    presumed: tuple[NamedFact, ...] = ()
    history: tuple[str, ...] = ()
    said: tuple[Message, ...] = ()

    def __add__(self, other: Reading) -> Reading:
        return Reading(
            self.facts + other.facts,
            self.presumed + other.presumed,
            self.history + other.history,
            self.said + other.said,
        )


def combined(readings: Iterable[Reading]) -> Reading:
    return sum(readings, Reading())


def facts_of(reading: Reading) -> Mapping[str, Fact]:
    """One fact a variable: a stated one before a presumed one, the more cautious where two disagree."""
    return _by_name(reading.presumed) | _by_name(reading.facts)


def _by_name(named: Iterable[NamedFact]) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    for name, fact in named:
        facts[name] = more_cautious(facts[name], fact) if name in facts else fact
    return facts


def more_cautious(one: Fact, other: Fact) -> Fact:
    """Presence before absence, the more recent of two events; the first where neither is more cautious."""
    if one.value is None or one.value is False:
        return one if other.value is None or other.value is False else other
    if isinstance(one.value, float) and isinstance(other.value, float):
        return other if other.value < one.value else one
    return one
