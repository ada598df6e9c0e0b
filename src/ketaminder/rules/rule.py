"""What a rule is: a small pure function from a situation and its evidence to what it found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.situation import Situation
from ketaminder.terms import Citation, Grade, Message


@dataclass(frozen=True, slots=True)
class Fires:
    """The rule's condition holds: why, which variables it looked at, and which it would still like to know.

    `citations` and `grade` stand in for the rule's own where it speaks on the authority of other evidence.
    """

    reason: Message
    seen: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    grade: Grade | None = None


RuleFunction = Callable[[Situation, RuleEvidence], Fires | None]
"""Returns `Fires`, or None where the condition does not hold; asking for an unknown variable raises `NotRecorded`."""

_RULES: dict[str, RuleFunction] = {}


def rule(*ids: str) -> Callable[[RuleFunction], RuleFunction]:
    """Declare the function that judges the rules named `ids`, each with its own evidence."""

    def declare(function: RuleFunction) -> RuleFunction:
        for id_ in ids:
            if id_ in _RULES:
                raise ValueError(f"rule {id_} is judged by {_RULES[id_].__name__} and by {function.__name__}")
            _RULES[id_] = function
        return function

    return declare


@cache
def all_rules() -> dict[str, RuleFunction]:
    """Every rule function by rule id, found by folder."""
    package = import_module("ketaminder.rules")
    for module in iter_modules(package.__path__):
        import_module(f"ketaminder.rules.{module.name}")
    return dict(_RULES)
