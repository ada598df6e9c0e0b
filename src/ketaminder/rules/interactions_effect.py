"""Do other medicines change exposure or effect?"""

from __future__ import annotations

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.conditions import present
from ketaminder.rules.rule import Fires, rule
from ketaminder.rules.situation import Situation
from ketaminder.terms import Message, Phase

rule("C-CYPINH-01")(
    present(
        "on_cyp3a4_or_2b6_inhibitor", "Enzyme inhibitor ({medicines}): exposure may be higher; start low and watch."
    )
)
rule("C-CYPIND-01")(
    present("on_cyp_inducer", "Enzyme inducer ({medicines}): the effect may be weaker; no automatic dose rise.")
)
rule("C-LAMO-01")(present("on_lamotrigine", "Lamotrigine may weaken the effect; do not stop a mood stabiliser for it."))
rule("C-LI-01")(present("on_lithium", "Lithium: no significant interaction reported."))
rule("C-NALT-01")(present("on_naltrexone", "Naltrexone may block the antidepressant effect; the timing needs review."))
rule("C-AD-01")(present("on_oral_antidepressant", "Antidepressant ({medicines}): can be continued."))


@rule("X-MEDICINE-01")
def unread_medicine(situation: Situation, _evidence: RuleEvidence) -> Fires | None:
    situation.fact("current_medications")
    if not situation.unread:
        return None
    names = ", ".join(f"'{name}'" for name in situation.unread)
    return Fires(Message("Name the ingredient of {names}.", names=names), ("current_medications",))


@rule("X-KETAMINE-01")
def ketamine_already_taken(situation: Situation, _evidence: RuleEvidence) -> Fires | None:
    """In follow-up the course itself may stand in the medication list."""
    if situation.case.phase is not Phase.START or not situation.flag("on_ketamine"):
        return None
    said = Message("{medicines} is already among the current medicines.", medicines=situation.named("on_ketamine"))
    return Fires(said, ("current_medications",))
