"""What is watched during and after sessions?"""

from __future__ import annotations

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.conditions import always, beyond, equal, present
from ketaminder.rules.rule import Fires, RuleFunction, rule
from ketaminder.rules.situation import Situation
from ketaminder.terms import Message, Phase

FORM_MEDICINES = ("on_benzodiazepine", "on_cns_depressant", "on_psychostimulant", "on_maoi", "on_opioid")
STOPS = ("pregnant", "current_mania_or_mixed", "psychotic_features", "interstitial_cystitis_or_luts")


def in_treatment(then: RuleFunction) -> RuleFunction:
    """`then`, for a patient whose course has begun."""

    def judge(situation: Situation, evidence: RuleEvidence) -> Fires | None:
        return None if situation.case.phase is Phase.START else then(situation, evidence)

    return judge


rule("F-TIME-01")(always())
rule("F-TIME-02")(always())
rule("F-REMS-07")(equal("setting", "inpatient", "{statement}"))
rule("G-EFF-02")(
    in_treatment(beyond("MADRS", "A MADRS total of {value} is at most {limit}: remission by two trials' definition."))
)
rule("G-FREQ-01")(in_treatment(always()))
rule("G-MISUSE-01")(in_treatment(always()))
rule("G-MANIA-01")(present("bipolar_disorder", "{statement}"))
rule("G-URO-01")(present("interstitial_cystitis_or_luts", "Urinary symptoms are recorded. {statement}"))
rule("G-URO-02")(present("interstitial_cystitis_or_luts", "Urinary symptoms are recorded. {statement}"))


@rule("G-STOP-01")
def reason_to_stop(situation: Situation, _evidence: RuleEvidence) -> Fires | None:
    """Of the stop list, what a record can show: pregnancy, mania, psychosis, urinary symptoms."""
    if situation.case.phase is Phase.START:
        return None
    met = tuple(name for name in STOPS if situation.knows(name) and situation.flag(name))
    if not met:
        return None
    labels = ", ".join(situation.library.variables[name].label.lower() for name in met)
    return Fires(Message("A reason to stop or pause is recorded: {labels}.", labels=labels), met)


@rule("F-REMS-02")
def medicines_on_the_form(situation: Situation, _evidence: RuleEvidence) -> Fires | None:
    met = tuple(name for name in FORM_MEDICINES if situation.flag(name))
    if not met:
        return None
    names = ", ".join(dict.fromkeys(situation.named(name) for name in met))
    return Fires(Message("The monitoring form asks for: {names}.", names=names), met)
