"""Is there a suicidal crisis, and is it cared for?"""

from __future__ import annotations

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.conditions import always, treating
from ketaminder.rules.rule import Fires, rule
from ketaminder.rules.situation import Situation
from ketaminder.terms import Indication, Message

ASSESSMENT = "crisis_assessment_documented"

rule("A-SI-03")(
    treating(
        Indication.ACUTE_SUICIDALITY,
        then=always("An effect on suicide is not shown: treatment never replaces admission where it is warranted."),
    )
)


@rule("A-SI-04")
def crisis_without_assessment(situation: Situation, _evidence: RuleEvidence) -> Fires | None:
    """A crisis assessment of which the record says nothing is not documented: it is missed and asked for."""
    if not situation.flag("suicidal_intent_or_plan"):
        return None
    recorded = situation.knows(ASSESSMENT)
    if recorded and situation.flag(ASSESSMENT):
        return None
    said = Message("Suicidal intent or a plan is recorded, and no crisis assessment is documented.")
    return Fires(said, ("suicidal_intent_or_plan", ASSESSMENT), () if recorded else (ASSESSMENT,))
