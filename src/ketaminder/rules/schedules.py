"""Which schedule does the label or trial give?"""

from __future__ import annotations

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.conditions import always, in_phase, plain, treating
from ketaminder.rules.rule import Fires, rule
from ketaminder.rules.situation import Situation
from ketaminder.terms import Criterion, Indication, Message, Phase

rule("E-ESK-05")(treating(Indication.TRD, then=in_phase(Phase.OPTIMISATION, then=always())))
rule("E-ESK-06", "E-ESK-16")(treating(Indication.TRD, then=in_phase(Phase.MAINTENANCE, then=always())))
rule("E-ESK-09")(treating(Indication.ACUTE_SUICIDALITY, then=always()))
rule("E-IV-04")(in_phase(Phase.MAINTENANCE, then=always()))
rule("E-IM-01", "E-ORAL-01", "E-SL-01")(always())


@rule("E-IV-01", "E-IV-02", "E-SC-01")
def dose_as_published(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    """What is published, and where the recorded plan departs from it."""
    departs = {name: one for name, one in evidence.criteria.items() if _departs(situation, name, one)}
    said = always()(situation, evidence)
    if said is None or not departs:
        return said
    seen = tuple(dict.fromkeys(_variable(name) for name in departs))
    plan = ", ".join(f"{plain(situation.number(name) or 0)} {situation.library.variables[name].unit}" for name in seen)
    reason = Message("The recorded plan ({plan}) departs from what is published. {said}", plan=plan, said=said.reason)
    return Fires(reason, seen)


rule("E-ESK-02")(treating(Indication.TRD, then=dose_as_published))


def _departs(situation: Situation, name: str, criterion: Criterion) -> bool:
    value = situation.number(_variable(name)) if situation.knows(_variable(name)) else None
    return value is not None and not criterion.met_by(value)


def _variable(criterion: str) -> str:
    """The variable that a criterion limits; a range has two criteria of one variable."""
    return criterion.removeprefix("from_").removeprefix("to_")


@rule("E-ESK-08")
def at_least_as_long_after_improvement(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    """In maintenance, and wherever the months since improvement are recorded."""
    name = "months_after_improvement"
    months = situation.number(name) if situation.knows(name) else None
    if months is None:
        return in_phase(Phase.MAINTENANCE, then=always())(situation, evidence)
    passed = evidence[name].met_by(months)
    text = (
        "Treated for {value} months since improvement, at least {limit}: re-examine the need."
        if passed
        else "Treated for {value} months since improvement, fewer than {limit}: treatment is recommended for longer."
    )
    return Fires(Message(text, value=plain(months), limit=plain(evidence[name].value)), (name,))


@rule("E-ESK-10")
def emergency_by_age(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    return _by_age(situation, evidence, Indication.ACUTE_SUICIDALITY)


@rule("E-ESK-03", "E-ESK-04")
def induction_by_age(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    return _by_age(situation, evidence, Indication.TRD)


def _by_age(situation: Situation, evidence: RuleEvidence, indication: Indication) -> Fires | None:
    age = situation.number("age_years")
    if age is None or not situation.is_for(indication) or not evidence["age_years"].met_by(age):
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
