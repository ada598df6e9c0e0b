"""What do guidelines and societies say? Each is shown for what it speaks of; none decides."""

from __future__ import annotations

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.blood_pressure import PRESSURES
from ketaminder.rules.conditions import always, treating
from ketaminder.rules.rule import Fires, rule
from ketaminder.rules.situation import Situation
from ketaminder.terms import Indication, Message

MAJOR_DEPRESSION = (Indication.TRD, Indication.ACUTE_SUICIDALITY, Indication.DEPRESSION)
RAISED = "B-BP-01"

rule("H-APA17", "H-ASKP", "H-KRF", "H-ASA", "H-FDACOMP", "H-RCPSYCH")(always())
rule("H-CAN21", "H-CAN23", "H-RANZCP", "H-MAUDS")(treating(*MAJOR_DEPRESSION, then=always()))
rule("H-MCINT", "H-NICE", "H-SMC")(treating(Indication.TRD, then=always()))
rule("H-CADTH")(treating(Indication.TRD, Indication.DEPRESSION, Indication.PTSD, then=always()))
rule("H-ISBD")(treating(Indication.BIPOLAR_DEPRESSION, then=always()))
rule("H-VA")(treating(*MAJOR_DEPRESSION, Indication.PTSD, then=always()))


@rule("H-YIP")
def on_treating_a_raised_pressure(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    """Fires where blood pressure is above the nearest guide that was read."""
    guide = situation.library.rules[RAISED]
    raised = tuple(
        name for name in PRESSURES if situation.knows(name) and guide[name].met_by(situation.number(name) or 0)
    )
    return Fires(Message("{statement}", statement=Message(evidence.statement)), raised) if raised else None
