"""A case as rules read it: recorded facts and what follows from them, known or unknown, never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ketaminder.evidence import Library
from ketaminder.terms import Case, Fact, Seen


class NotRecorded(Exception):
    """A rule needed variables that the record does not hold."""

    def __init__(self, *variables: str) -> None:
        self.variables = variables
        super().__init__(", ".join(variables))


@dataclass(frozen=True, slots=True)
class Situation:
    """A case with its derived facts. Recorded facts stand before derived ones."""

    case: Case
    facts: Mapping[str, Fact]
    library: Library

    def fact(self, name: str) -> Fact:
        """The fact called `name`.

        Raises:
            NotRecorded: the record does not say.
            KeyError: no such variable in `evidence/variables.toml`.
        """
        self.library.variables[name]
        if name not in self.facts:
            raise NotRecorded(name)
        return self.facts[name]

    def number(self, name: str) -> float | None:
        """The number recorded under `name`; None where it is known not to apply."""
        value = self.fact(name).value
        return None if value is None else float(value)

    def flag(self, name: str) -> bool:
        return bool(self.fact(name).value)

    def text(self, name: str) -> str:
        return str(self.fact(name).value or "")

    def seen(self, name: str) -> Seen:
        """The variable as a finding shows it."""
        variable, fact = self.library.variables[name], self.facts[name]
        return Seen(name, variable.label, fact.value, variable.unit, fact.observed_on, fact.origin)
