"""Is blood pressure low enough?"""

from __future__ import annotations

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.conditions import crossed, plain, present, sentences
from ketaminder.rules.rule import Fires, all_rules, rule
from ketaminder.rules.situation import Situation
from ketaminder.terms import Criterion, Message

PRESSURES = ("systolic_mmHg", "diastolic_mmHg")
GUIDES = ("B-BP-01", "B-BP-02", "B-BP-03")
ABOVE = {
    "systolic_mmHg": "Systolic {value} mmHg is above {limit} mmHg.",
    "diastolic_mmHg": "Diastolic {value} mmHg is above {limit} mmHg.",
}
AT_OR_ABOVE = {
    "systolic_mmHg": "Systolic {value} mmHg is at or above {limit} mmHg.",
    "diastolic_mmHg": "Diastolic {value} mmHg is at or above {limit} mmHg.",
}

rule("B-BP-06")(
    present(
        "hypertension_controlled",
        "Treated hypertension is recorded: the usual morning dose is taken on the treatment day.",
    )
)


@rule("B-BP-01", "B-BP-05")
def above_limit(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    """Either pressure above its limit fires; one alone is enough."""
    met = crossed(situation, evidence, *PRESSURES)
    if not met:
        return None
    values = {name: situation.number(name) or 0 for name in met}
    unknown = tuple(name for name in PRESSURES if not situation.knows(name))
    return Fires(_above(values, {name: evidence[name] for name in met}), met, unknown)


@rule("B-BP-02", "B-BP-03")
def above_limit_at_this_age(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    age = situation.number("age_years")
    if age is None or not evidence["age_years"].met_by(age):
        return None
    return above_limit(situation, evidence)


@rule("B-BP-04")
def trials_would_have_waited(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    """The phase 3 rule: the systolic limit depends on an age that is not the age of any label."""
    older = evidence["from_years_exclusive"].met_by(situation.number("age_years") or 0)
    systolic_limit = evidence["systolic_older_mmHg" if older else "systolic_mmHg"]
    limits = {"systolic_mmHg": systolic_limit, "diastolic_mmHg": evidence["diastolic_mmHg"]}
    values = {name: situation.number(name) or 0 for name in PRESSURES}
    met = tuple(name for name in PRESSURES if limits[name].met_by(values[name]))
    if not met:
        return None
    above = _above({name: values[name] for name in met}, limits)
    return Fires(Message("{above} The phase 3 trials would have waited; information only.", above=above), met)


@rule("D-BPHOLD-01")
def measure_again_first(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    """Fires with the guide of the region and product."""
    for id_ in GUIDES:
        guide = situation.library.rules[id_]
        governs = guide.governs(situation.case.region) and guide.concerns(situation.case.product)
        if governs and all_rules()[id_](situation, guide):
            return Fires(Message("{statement}", statement=Message(evidence.statement)), PRESSURES)
    return None


def _above(values: dict[str, float], limits: dict[str, Criterion]) -> Message:
    """One sentence for each pressure in `values`."""
    return _each(ABOVE, values, limits)


def at_or_above(values: dict[str, float], limits: dict[str, Criterion]) -> Message:
    """One sentence for each pressure in `values`, against limits that are reached at their value."""
    return _each(AT_OR_ABOVE, values, limits)


def _each(said: dict[str, str], values: dict[str, float], limits: dict[str, Criterion]) -> Message:
    return sentences(
        *(Message(said[name], value=plain(value), limit=plain(limits[name].value)) for name, value in values.items())
    )
