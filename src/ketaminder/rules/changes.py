"""Whose result changes when the evidence does?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ketaminder.evidence import Library
from ketaminder.rules.assess import assess
from ketaminder.terms import CandidateAssessment, Case


@dataclass(frozen=True, slots=True)
class Change:
    """A case whose result is not the same under two versions of the evidence."""

    case: Case
    before: CandidateAssessment
    after: CandidateAssessment


def changes(cases: Iterable[Case], old: Library, new: Library) -> Iterator[Change]:
    """The cases whose result differs between `old` and `new` evidence, in order.

    Raises:
        Refused: a case names no product, or holds a fact that cannot be read.
    """
    for case in cases:
        before, after = assess(case, old), assess(case, new)
        if before.result is not after.result:
            yield Change(case, before, after)
