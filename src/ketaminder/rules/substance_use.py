"""Is there a substance or alcohol use disorder?"""

from __future__ import annotations

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.conditions import always, beyond, present
from ketaminder.rules.rule import Fires, rule
from ketaminder.rules.situation import Situation
from ketaminder.terms import Message

SIGNS = (
    "lifetime_hallucinogen_use_disorder",
    "months_since_moderate_severe_sud",
    "urine_drug_screen_unexplained_positive",
    "alcohol_last_24h",
    "misuse_or_diversion",
    "on_opioid",
    "on_benzodiazepine",
)
WATCH = "G-MISUSE-01"

rule("B-SUD-01")(
    beyond(
        "months_since_moderate_severe_sud",
        "A moderate or severe substance or alcohol use disorder was active {value} months ago, less than {limit}.",
    )
)
rule("B-SUD-02")(
    present(
        "lifetime_hallucinogen_use_disorder", "A ketamine, PCP, LSD or MDMA use disorder is recorded in the history."
    )
)
rule("B-SUD-03")(
    beyond(
        "months_since_moderate_severe_sud",
        "A past substance or alcohol use disorder has been in remission for {value} months: watch for misuse.",
    )
)
rule("B-SUD-04")(present("urine_drug_screen_unexplained_positive", "The drug screen is positive and unexplained."))
rule("B-SUD-05")(always("Assess the risk of abuse and misuse before prescribing, and watch for it."))
rule("C-ALC-01")(present("alcohol_last_24h", "Alcohol was taken within the time that is asked for. {statement}"))


@rule("X-MISUSE-01")
def risk_of_misuse(situation: Situation, _evidence: RuleEvidence) -> Fires | None:
    """Known, to ask, to watch: never a verdict."""
    variables = situation.library.variables
    known = tuple(name for name in SIGNS if situation.knows(name) and situation.facts[name].value not in (None, False))
    unknown = [variables[name].label for name in SIGNS if not situation.knows(name)]
    said = Message(
        "Known: {known}. To ask: {unknown}. To watch: {watch}",
        known=", ".join(variables[name].label for name in known) or "nothing recorded",
        unknown=", ".join(unknown) or "nothing more",
        watch=Message(situation.library.rules[WATCH].statement),
    )
    return Fires(said, known, citations=situation.library.rules[WATCH].citations)
