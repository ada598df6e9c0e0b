"""Evidence: sources, the places in them, how they were read, and the numbers that rules read."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Grade(StrEnum):
    """How a number was read. Only the first two may permit or calibrate anything."""

    SOURCE = "read in source"
    SECONDARY = "read in secondary source"
    MEMORY = "from memory, unverified"
    CONVENTION = "convention (not a clinical source)"


@dataclass(frozen=True, slots=True)
class Source:
    """A published document: label, guideline or paper."""

    id: str
    citation: str
    year: int | None = None
    identifiers: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a source, and how it was read."""

    source: Source
    locator: str
    grade: Grade


@dataclass(frozen=True, slots=True)
class Criterion:
    """A cited number that a rule reads, with its comparator exactly as printed."""

    id: str
    meaning: str
    comparator: str
    value: float
    unit: str

    def met_by(self, number: float) -> bool:
        """Whether `number`, in this criterion's unit, stands in the printed relation to the value."""
        return _COMPARISONS[self.comparator](number, self.value)

    def __str__(self) -> str:
        return f"{self.comparator} {self.value:g} {self.unit}".rstrip()


_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
}
COMPARATORS = frozenset(_COMPARISONS)
