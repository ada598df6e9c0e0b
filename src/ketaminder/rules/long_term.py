"""What is watched over months?"""

from __future__ import annotations

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.conditions import always, in_treatment, present
from ketaminder.rules.rule import Fires, rule
from ketaminder.rules.situation import Situation
from ketaminder.terms import Indication, Phase

URINARY = "interstitial_cystitis_or_luts"

rule("G-LIV-01")(always())
rule("G-URO-03", "G-COG-01", "G-BPWT-01", "G-PSYCH-01", "G-MISUSE-01", "G-TOOL-01")(in_treatment(always()))
rule("G-MANIA-01")(present("bipolar_disorder", "{statement}"))


@rule("G-URO-01", "G-URO-02")
def urinary_symptoms(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    """Asked about throughout treatment; before it, where symptoms are recorded already."""
    recorded = situation.knows(URINARY) and situation.flag(URINARY)
    if recorded:
        return present(URINARY, "Urinary symptoms are recorded. {statement}")(situation, evidence)
    return in_treatment(always())(situation, evidence)


@rule("G-SUI-01")
def worsening_and_suicidality(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    """From the first session where acute suicidality is the indication."""
    if situation.case.phase is Phase.START and not situation.is_for(Indication.ACUTE_SUICIDALITY):
        return None
    return always()(situation, evidence)
