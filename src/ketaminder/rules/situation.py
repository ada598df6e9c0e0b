"""A case as rules read it: recorded facts and what follows from them, known or unknown, never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ketaminder.evidence import Library, Medicine, Protocol
from ketaminder.rules.trials import Trial
from ketaminder.terms import Case, Fact, Indication, Seen

ON_LABEL = "on label"


class NotRecorded(Exception):
    """A rule needed variables that the record does not hold."""

    def __init__(self, *variables: str) -> None:
        self.variables = variables
        super().__init__(", ".join(variables))


@dataclass(frozen=True, slots=True)
class Situation:
    """A case with its derived facts.

    `ask_for` names, for a fact that can be derived, what to record so that it can be: for an unknown body mass index
    still the index itself, for a medicine class the medication list. `unread` holds medicines that no ingredient
    could be found for, as recorded.
    """

    case: Case
    facts: Mapping[str, Fact]
    library: Library
    ask_for: Mapping[str, str] = field(default_factory=dict)
    medicines: tuple[Medicine, ...] = ()
    unread: tuple[str, ...] = ()
    trials: tuple[Trial, ...] = ()

    def knows(self, name: str) -> bool:
        """Whether the record says anything of `name`, a variable of the evidence."""
        self.library.variables[name]
        return name in self.facts

    def fact(self, name: str) -> Fact:
        """The fact called `name`.

        Raises:
            NotRecorded: the record does not say.
            KeyError: no such variable in `evidence/variables.toml`.
        """
        if not self.knows(name):
            raise NotRecorded(self.ask_for.get(name, name))
        return self.facts[name]

    def number(self, name: str) -> float | None:
        """The number recorded under `name`; None where it is known not to apply."""
        value = self.fact(name).value
        return None if value is None else float(value)

    def flag(self, name: str) -> bool:
        """Whether `name` is recorded as true."""
        return bool(self.fact(name).value)

    def text(self, name: str) -> str:
        """What is recorded under `name`; empty where it is known not to apply."""
        return str(self.fact(name).value or "")

    def is_for(self, *indications: Indication) -> bool:
        """Whether the treatment is for one of `indications`; an unknown indication is none of them."""
        return self.case.indication in indications

    def label_schedules(self) -> tuple[Protocol, ...]:
        """The schedules that a label, of any region, gives for this product."""
        protocols = self.library.protocols.values()
        return tuple(each for each in protocols if each.status == ON_LABEL and each.product is self.case.product)

    def named(self, variable: str) -> str:
        """The current medicines that make the flag `variable` true, for a sentence."""
        classes = self.library.variables[variable].classes
        names = [medicine.ingredient for medicine in self.medicines if medicine.classes & classes]
        return ", ".join(dict.fromkeys(names)) or "as recorded"

    def seen(self, name: str) -> Seen:
        """The variable as a finding shows it."""
        variable, fact = self.library.variables[name], self.facts[name]
        return Seen(name, variable.label, fact.value, variable.unit, fact.observed_on, fact.origin)
