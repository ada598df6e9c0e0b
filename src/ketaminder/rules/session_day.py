"""What must be right on the day?"""

from __future__ import annotations

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.conditions import absent, always, beyond, crossed, plain, present, sentences
from ketaminder.rules.rule import Fires, rule
from ketaminder.rules.situation import Situation
from ketaminder.terms import Message

NASAL = "minutes_since_nasal_product"
FOOD, FLUIDS = "hours_since_food", "minutes_since_fluids"

rule("B-BP-07")(present("hypertensive_emergency_signs", "Signs of a hypertensive emergency: immediate emergency care."))
rule("C-NASAL-02")(beyond(NASAL, "A nasal product was used {value} minutes ago, less than {limit} minutes."))
rule("D-ESC-01")(absent("safe_transport_arranged", "No safe way home is arranged."))
rule("D-FAST-02")(always())


@rule("C-NASAL-01")
def nasal_product(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    """Unknown time: a nasal product in the medication list still counts."""
    if not situation.knows(NASAL):
        return present("on_nasal_product", "{medicines}: {statement}")(situation, evidence)
    return beyond(NASAL, "A nasal product was used {value} minutes ago. {statement}")(situation, evidence)


@rule("D-FAST-01")
def food_and_fluids(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    met = crossed(situation, evidence, FOOD, FLUIDS)
    if not met:
        return None
    said = {FOOD: _food, FLUIDS: _fluids}
    values = {name: plain(situation.number(name) or 0) for name in met}
    return Fires(sentences(*(said[name](values[name], plain(evidence[name].value)) for name in met)), met)


def _food(value: str, limit: str) -> Message:
    return Message("Food {value} h ago, less than {limit} h.", value=value, limit=limit)


def _fluids(value: str, limit: str) -> Message:
    return Message("Fluids {value} minutes ago, less than {limit} minutes.", value=value, limit=limit)
