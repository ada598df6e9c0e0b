"""Findings: what rules say of a case and at a gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ketaminder.terms.case import Value
from ketaminder.terms.evidence import Citation, Criterion, Grade
from ketaminder.terms.message import Message


class Result(StrEnum):
    """A candidate assessment's verdicts, weakest first, and `inform`, which never decides."""

    INFORM = "inform"
    ELIGIBLE = "eligible"
    PRECAUTIONS = "eligible with precautions"
    DEFER = "defer"
    EXCLUDE = "exclude"

    @property
    def strength(self) -> int:
        return _STRENGTHS[self]


class Gate(StrEnum):
    """The verdicts of a gate at a session, weakest first."""

    PROCEED = "proceed"
    ASK = "ask"
    HOLD = "hold"

    @property
    def strength(self) -> int:
        return _STRENGTHS[self]


_STRENGTHS: Mapping[StrEnum, int] = {word: place for words in (Result, Gate) for place, word in enumerate(words)}


@dataclass(frozen=True, slots=True)
class Seen:
    """A value that a rule looked at, as the page shows it."""

    variable: str
    label: str
    value: Value | None
    unit: str = ""
    observed_on: date | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says of one case, why, and on whose authority."""

    rule: str
    topic: str
    verdict: Result
    action: str
    reason: Message
    seen: tuple[Seen, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    sources: tuple[Citation, ...] = ()
    grade: Grade = Grade.CONVENTION
    lifted_by: Message | None = None


@dataclass(frozen=True, slots=True)
class GateFinding:
    """What one rule says at a gate.

    >>> str(GateFinding(Gate.HOLD, "B-BP-01", Message("Systolic 152 mmHg is above 140 mmHg.")))
    'Hold: systolic 152 mmHg is above 140 mmHg.'
    """

    verdict: Gate
    rule: str
    reason: Message
    seen: tuple[Seen, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    sources: tuple[Citation, ...] = ()
    grade: Grade = Grade.CONVENTION

    def __str__(self) -> str:
        reason = str(self.reason)
        acronym = reason[1:2].isupper() or reason[1:2] == "-"
        return f"{self.verdict.capitalize()}: {reason if acronym else reason[:1].lower() + reason[1:]}"


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """All that a gate found, the strongest first. It proceeds only where nothing asks and nothing holds."""

    findings: tuple[GateFinding, ...]

    @property
    def verdict(self) -> Gate:
        return max((Gate.PROCEED, *(one.verdict for one in self.findings)), key=lambda verdict: verdict.strength)


@dataclass(frozen=True, slots=True)
class IfKnown:
    """What the answer would be if something missing were known, as the sentence assumes it."""

    result: Result
    said: Message


@dataclass(frozen=True, slots=True)
class MissingItem:
    """Something that the record does not say and that a deciding rule needs.

    `if_known` is what the answer would be with it, known and speaking against nothing; None where that cannot be said.
    """

    variable: str
    label: str
    ask: Message
    rules: tuple[str, ...]
    if_known: IfKnown | None = None


@dataclass(frozen=True, slots=True)
class CandidateAssessment:
    """The answer for one person, one product, one region, one date. A proposal for a clinician, who decides.

    `to_check_on_the_day` lists what can only be known on the day of a session; unknown, it decides nothing. `standing`
    repeats the findings that say whether the use is approved and how strong its evidence is. `if_all_known` is what the
    answer would be with everything missing known and speaking against nothing.
    """

    result: Result
    findings: tuple[Finding, ...]
    missing: tuple[MissingItem, ...]
    to_check_on_the_day: tuple[MissingItem, ...] = ()
    standing: tuple[Finding, ...] = ()
    if_all_known: IfKnown | None = None

    @property
    def lifted_by(self) -> tuple[Message, ...]:
        """What would lift the deferral, each once, in the order of the findings."""
        deferring = [finding for finding in self.findings if finding.verdict is Result.DEFER]
        named = [finding.lifted_by for finding in deferring if finding.lifted_by]
        return tuple(dict.fromkeys([*named, *(item.ask for item in self.missing)]))
