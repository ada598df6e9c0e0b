"""What must be right on the day?"""

from __future__ import annotations

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.conditions import absent, always, beyond, crossed, plain, present
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
        named = situation.flag("on_nasal_product")
        said = Message(
            "{medicines}: {statement}", medicines=situation.named("on_nasal_product"), statement=evidence.statement
        )
        return Fires(said, ("on_nasal_product",)) if named else None
    minutes = situation.number(NASAL)
    if minutes is None or not evidence[NASAL].met_by(minutes):
        return None
    return Fires(
        Message(
            "A nasal product was used {value} minutes ago. {statement}",
            value=plain(minutes),
            statement=evidence.statement,
        ),
        (NASAL,),
    )


@rule("D-FAST-01")
def food_and_fluids(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    met = crossed(situation, evidence, FOOD, FLUIDS)
    if not met:
        return None
    sentences = {
        FOOD: "Food {hours} h ago, less than {hours_limit} h.",
        FLUIDS: "Fluids {minutes} minutes ago, less than {minutes_limit} minutes.",
    }
    values = {name: plain(situation.number(name) or 0) for name in met}
    said = Message(
        " ".join(sentences[name] for name in met),
        hours=values.get(FOOD, ""),
        minutes=values.get(FLUIDS, ""),
        hours_limit=plain(evidence[FOOD].value),
        minutes_limit=plain(evidence[FLUIDS].value),
    )
    return Fires(said, met)
