"""Many cases, one after another, none of which stops the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ketaminder.evidence import Library
from ketaminder.rules.assess import assess
from ketaminder.terms import CandidateAssessment, Case, Refused


def assess_each(cases: Iterable[Case], library: Library) -> Iterator[CandidateAssessment | Refused]:
    """The answer to each case as it is drawn, in order; a case that cannot be read yields the refusal instead."""
    for case in cases:
        try:
            yield assess(case, library)
        except Refused as refused:
            yield refused
