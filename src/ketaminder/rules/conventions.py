"""How findings are put together."""

from __future__ import annotations

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.conditions import always
from ketaminder.rules.rule import Fires, rule
from ketaminder.rules.situation import Situation
from ketaminder.terms import Message, Phase

rule("X-LABEL-01")(always())


@rule("X-REGION-01")
def region_recorded(situation: Situation, _evidence: RuleEvidence) -> Fires | None:
    situation.fact("region")
    return None


@rule("X-FOLLOW-01")
def follow_up_reading(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    if situation.case.phase is Phase.START:
        return None
    return Fires(Message("{statement}", statement=Message(evidence.statement)))
