"""How findings are put together."""

from __future__ import annotations

from collections.abc import Iterator

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.conditions import always
from ketaminder.rules.rule import Fires, rule
from ketaminder.rules.situation import Situation
from ketaminder.terms import Criterion, Message, Phase

UNREAD = "unread_flags"

rule("X-LABEL-01")(always())


@rule("X-REGION-01")
def region_recorded(situation: Situation, _evidence: RuleEvidence) -> Fires | None:
    situation.fact("region")
    return None


@rule("X-FLAG-01")
def flag_that_no_rule_reads(situation: Situation, _evidence: RuleEvidence) -> Fires | None:
    """A misspelt contraindication may not vanish."""
    if not situation.knows(UNREAD):
        return None
    return Fires(Message("No rule reads these flags: {names}.", names=situation.text(UNREAD)), (UNREAD,))


@rule("X-BOUND-01")
def at_a_limit(situation: Situation, _evidence: RuleEvidence) -> Fires | None:
    """Names each value of the record that stands exactly at a limit of a rule that governs here."""
    met = [
        (name, criterion) for name, criterion in _limits(situation) if situation.facts[name].value == criterion.value
    ]
    if not met:
        return None
    variables = situation.library.variables
    listed = "; ".join(dict.fromkeys(f"{variables[name].label} {criterion}" for name, criterion in met))
    said = Message("Exactly at a limit, read as printed: {listed}.", listed=listed)
    return Fires(said, tuple(dict.fromkeys(name for name, _ in met)))


def _limits(situation: Situation) -> Iterator[tuple[str, Criterion]]:
    """The criteria that govern here, by the variable of the record that each limits."""
    case = situation.case
    for evidence in situation.library.rules.values():
        if evidence.governs(case.region) and evidence.concerns(case.product):
            yield from ((name, one) for name, one in evidence.criteria.items() if name in situation.facts)


@rule("X-FOLLOW-01")
def follow_up_reading(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    if situation.case.phase is Phase.START:
        return None
    return Fires(Message("{statement}", statement=Message(evidence.statement)))
