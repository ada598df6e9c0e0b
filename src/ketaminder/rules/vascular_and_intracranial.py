"""Could a rise in blood or intracranial pressure do harm?"""

from __future__ import annotations

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.conditions import any_present, beyond, present
from ketaminder.rules.rule import Fires, rule
from ketaminder.rules.situation import Situation
from ketaminder.terms import Message

HAEMORRHAGE = "An intracerebral haemorrhage is recorded in the history."
SERIOUS_RISK = "A rise in blood or intracranial pressure is recorded as a serious risk."
STROKE = "A stroke or transient ischaemic attack is recorded in the history."

rule("B-ABS-01")(present("aneurysmal_vascular_disease", "Aneurysmal vascular disease is recorded."))
rule("B-ABS-02")(present("arteriovenous_malformation", "An arteriovenous malformation is recorded."))
rule("B-ABS-03")(present("history_intracerebral_haemorrhage", HAEMORRHAGE))
rule("B-ABS-06")(present("pressure_rise_serious_risk", SERIOUS_RISK))
rule("B-ICP-01")(present("raised_intracranial_pressure", "A condition with raised intracranial pressure is recorded."))
rule("B-BP-08")(
    present(
        "history_hypertensive_encephalopathy",
        "A hypertensive encephalopathy is recorded in the history: check blood pressure and symptoms more often.",
    )
)
rule("B-ABS-05")(
    beyond("days_since_cardiovascular_event", "A cardiovascular event {value} days ago is within {limit} days.")
)
rule("B-CV-01")(
    any_present(
        {
            "cardiovascular_or_cerebrovascular_disease": "Other cardiovascular or cerebrovascular disease is recorded.",
            "stroke_history": STROKE,
            "severe_coronary_or_myocardial_disease": "Severe coronary or myocardial disease is recorded.",
            "uncontrolled_arrhythmia": "An uncontrolled slow or fast rhythm is recorded.",
        }
    )
)
rule("B-CV-03")(
    any_present(
        {
            "severe_coronary_or_myocardial_disease": "Severe coronary or myocardial disease is recorded.",
            "stroke_history": STROKE,
            "history_intracerebral_haemorrhage": HAEMORRHAGE,
            "pressure_rise_serious_risk": SERIOUS_RISK,
        }
    )
)
rule("B-KET-01")(
    any_present(
        {
            "hypersensitivity_ketamine": "Hypersensitivity to ketamine or an excipient is recorded.",
            "pressure_rise_serious_risk": SERIOUS_RISK,
            "stroke_history": "A stroke or TIA is recorded: a pressure rise is a serious hazard.",
            "history_intracerebral_haemorrhage": HAEMORRHAGE,
            "aneurysmal_vascular_disease": "An aneurysm is recorded: a pressure rise is a serious hazard.",
        }
    )
)
rule("B-CV-04")(present("uncontrolled_arrhythmia", "An uncontrolled slow or fast rhythm is recorded."))


@rule("B-CV-02")
def recent_coronary_event(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    name = "months_since_mi_ua_revascularisation"
    months = situation.number(name)
    if months is None or not evidence[name].met_by(months):
        return None
    said = Message(
        "The last event was {months:.1f} months ago, less than {limit:g}; the trials excluded an infarction, unstable "
        "angina or revascularisation within that time.",
        months=months,
        limit=evidence[name].value,
    )
    return Fires(said, (name,))
