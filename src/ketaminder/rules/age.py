"""Does age matter?"""

from __future__ import annotations

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.conditions import beyond, plain
from ketaminder.rules.rule import Fires, rule
from ketaminder.rules.situation import Situation
from ketaminder.terms import Message

rule("A-AGE-01")(beyond("age_years", "At {value} years the person is below {limit}."))
rule("A-AGE-03")(beyond("age_years", "{value} years is at or above {limit}. {statement}"))
rule("A-AGE-04")(beyond("age_years", "{value} years is at or above {limit}. {statement}"))
rule("B-FALL-01")(
    beyond("age_years", "At {value} years, over {limit}: help when getting up after treatment, risk of falls.")
)


@rule("A-AGE-02")
def young_adult(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    age = situation.number("age_years")
    if age is None or not (evidence["from_years"].met_by(age) and evidence["to_years"].met_by(age)):
        return None
    said = Message("At {age} years antidepressants can raise suicidal thoughts: monitor closely.", age=plain(age))
    return Fires(said, ("age_years",))
