"""Which schedule does the label or trial give?"""

from __future__ import annotations

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.conditions import always, plain, treating
from ketaminder.rules.rule import Fires, rule
from ketaminder.rules.situation import Situation
from ketaminder.terms import Indication, Message

rule("E-ESK-02")(treating(Indication.TRD, then=always()))
rule("E-ESK-09")(treating(Indication.ACUTE_SUICIDALITY, then=always()))
rule("E-IV-01")(always())
rule("E-IV-02")(always())


@rule("E-ESK-03", "E-ESK-04")
def induction_by_age(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    age = situation.number("age_years")
    if age is None or not situation.is_for(Indication.TRD) or not evidence["age_years"].met_by(age):
        return None
    return Fires(Message("{statement}", statement=Message(evidence.statement)), ("age_years",))


@rule("E-IV-03")
def which_body_weight(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    mass_index, limit = situation.number("bmi_kg_per_m2"), evidence["bmi_kg_per_m2"]
    if mass_index is None or not limit.met_by(mass_index):
        return None
    said = Message(
        "Body mass index {value:.1f} kg/m2 is at or above {limit}: {statement}",
        value=mass_index,
        limit=plain(limit.value),
        statement=Message(evidence.statement),
    )
    return Fires(said, ("bmi_kg_per_m2",))
