"""What is recorded and reported for each session?"""

from __future__ import annotations

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.conditions import after_dose, always, equal, plain, present, where_known
from ketaminder.rules.rule import Fires, RuleFunction, rule
from ketaminder.rules.situation import Situation
from ketaminder.terms import Message

FORM_MEDICINES = ("on_benzodiazepine", "on_cns_depressant", "on_psychostimulant", "on_maoi", "on_opioid")
EVENT = "serious_adverse_event"
OBSERVED = "observation_minutes"


def outpatient(then: RuleFunction) -> RuleFunction:
    """`then`, unless the record says that treatment is given to an inpatient."""

    def judge(situation: Situation, evidence: RuleEvidence) -> Fires | None:
        inpatient = situation.knows("setting") and situation.text("setting") == "inpatient"
        return None if inpatient else then(situation, evidence)

    return judge


def form_within(variable: str, sentence: str) -> RuleFunction:
    """The duty as published, and, where `variable` is recorded and does not meet its criterion, that it does not."""

    def judge(situation: Situation, evidence: RuleEvidence) -> Fires | None:
        value = situation.number(variable) if situation.knows(variable) else None
        if value is None or evidence[variable].met_by(value):
            return always()(situation, evidence)
        said = Message(
            sentence,
            value=plain(value),
            limit=plain(evidence[variable].value),
            statement=Message(evidence.statement),
        )
        return Fires(said, (variable,))

    return judge


rule("F-REMS-01")(
    outpatient(form_within("days_to_submit", "The form is {value} days after the dose, more than {limit}. {statement}"))
)
rule("F-REMS-04", "F-REMS-05")(outpatient(after_dose(always())))
rule("F-REMS-06")(where_known(EVENT, present(EVENT, "A serious adverse event is recorded. {statement}")))
rule("F-REMS-07")(where_known("setting", equal("setting", "inpatient", "{statement}")))
rule("F-REMS-08")(always())
rule("F-REMS-09")(outpatient(always()))


@rule("F-REMS-03")
def details_of_the_session(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    """For a session that is under way, or whose observation is recorded."""
    details = form_within(OBSERVED, "Observed for {value} minutes, fewer than {limit}. {statement}")
    under_way = details if situation.knows(OBSERVED) else after_dose(details)
    return outpatient(under_way)(situation, evidence)


@rule("F-REMS-02")
def medicines_on_the_form(situation: Situation, _evidence: RuleEvidence) -> Fires | None:
    met = tuple(name for name in FORM_MEDICINES if situation.flag(name))
    if not met:
        return None
    names = ", ".join(dict.fromkeys(situation.named(name) for name in met))
    return Fires(Message("The monitoring form asks for: {names}.", names=names), met)
