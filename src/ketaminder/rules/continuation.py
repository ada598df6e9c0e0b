"""Does treatment go on, and how often?"""

from __future__ import annotations

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.conditions import always, beyond, in_phase, in_treatment, plain, totals_meeting, where_known
from ketaminder.rules.rule import Fires, rule
from ketaminder.rules.situation import Situation
from ketaminder.terms import Message, Phase

STOPS = (
    "serious_adverse_event",
    "pregnant",
    "misuse_or_diversion",
    "interstitial_cystitis_or_luts",
    "current_mania_or_mixed",
    "psychotic_features",
    "consent_withdrawn",
)
WITHOUT_RESPONSE = "infusions_without_response"

rule("E-IV-05")(
    where_known(
        WITHOUT_RESPONSE,
        beyond(WITHOUT_RESPONSE, "{value} infusions without meaningful improvement, at least {limit} (unverified)."),
    )
)
rule("G-EFF-01", "G-REEVAL-01")(in_treatment(always()))
rule("G-REL-01")(
    in_treatment(
        beyond("MADRS", "A MADRS total of {value} is at or above {limit}, recalled as part of a trial's relapse.")
    )
)
rule("G-FREQ-01")(in_treatment(always()))
rule("G-FREQ-02")(in_phase(Phase.MAINTENANCE, then=always()))


@rule("G-EFF-02")
def in_remission(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    """By each published definition that the recorded totals meet."""
    if situation.case.phase is Phase.START:
        return None
    scales = {"MADRS": ("MADRS", "MADRS_stricter"), "PHQ9": ("PHQ9",)}
    return totals_meeting(situation, evidence, scales, "Remission by these definitions: {listed}.")


@rule("E-ESK-07")
def benefit_to_be_judged(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    """Silent before its week and once the judgement is documented; a week of the course says that it has begun."""
    judged = situation.knows("benefit_judged") and situation.flag("benefit_judged")
    if judged or not situation.knows("week"):
        return None
    week, limit = situation.number("week"), evidence["week"]
    if week is None or not limit.met_by(week):
        return None
    said = Message(
        "Week {week} of the course: benefit is to be judged at the end of week {limit}, and no judgement is recorded.",
        week=plain(week),
        limit=plain(limit.value),
    )
    return Fires(said, ("week",))


@rule("G-STOP-01")
def reason_to_stop(situation: Situation, _evidence: RuleEvidence) -> Fires | None:
    """Of the stop list, what a record can show in a yes."""
    if situation.case.phase is Phase.START:
        return None
    met = tuple(name for name in STOPS if situation.knows(name) and situation.flag(name))
    if not met:
        return None
    labels = ", ".join(situation.library.variables[name].label.lower() for name in met)
    return Fires(Message("A reason to stop or pause is recorded: {labels}.", labels=labels), met)
