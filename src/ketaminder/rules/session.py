"""What is watched in the room, and when may the patient leave?"""

from __future__ import annotations

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.blood_pressure import PRESSURES, at_or_above
from ketaminder.rules.conditions import after_dose, always, beyond, crossed, plain, present, where_known
from ketaminder.rules.rule import Fires, rule
from ketaminder.rules.situation import Situation
from ketaminder.terms import Message

SPO2 = "spo2_percent"

rule("F-TIME-01", "F-TIME-02", "F-TIME-03")(always())
rule("F-BP-01", "F-RESP-01", "F-DRIVE-01")(always())
rule("F-BP-02", "F-BP-03", "F-RESP-03", "F-READY-01")(after_dose(always()))
rule("F-SED-01")(where_known("MOAAS", beyond("MOAAS", "MOAA/S {value} is below {limit}. {statement}")))
rule("F-DISS-01")(where_known("CADSS", beyond("CADSS", "A CADSS total of {value} is above {limit}. {statement}")))
rule("F-NAUS-01")(where_known("nausea", present("nausea", "Nausea is recorded. {statement}")))


@rule("F-BP-04")
def pressure_calls_for_action(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    met = crossed(situation, evidence, *PRESSURES)
    if not met:
        return None
    values = {name: situation.number(name) or 0 for name in met}
    urgent = [name for name, value in values.items() if evidence[f"urgent_{name}"].met_by(value)]
    limits = {name: evidence[f"urgent_{name}" if name in urgent else name] for name in met}
    text = (
        "{pressure} Urgent evaluation; unverified values that the responsible physician must set."
        if urgent
        else "{pressure} Hold and call the physician; unverified values that the responsible physician must set."
    )
    return Fires(Message(text, pressure=at_or_above(values, limits)), met)


@rule("F-RESP-02")
def saturation_calls_for_action(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    value = situation.number(SPO2)
    if value is None or not evidence[SPO2].met_by(value):
        return None
    urgent = evidence[f"urgent_{SPO2}"]
    limit = urgent if urgent.met_by(value) else evidence[SPO2]
    text = (
        "Oxygen saturation {value}% is below {limit}%: if it persists, emergency response (unverified)."
        if limit is urgent
        else "Oxygen saturation {value}% is below {limit}%: stimulate, give oxygen, call the physician (unverified)."
    )
    return Fires(Message(text, value=plain(value), limit=plain(limit.value)), (SPO2,))
