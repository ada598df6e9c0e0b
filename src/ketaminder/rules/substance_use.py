"""Is there a substance or alcohol use disorder?"""

from __future__ import annotations

from ketaminder.rules.conditions import always, beyond, present
from ketaminder.rules.rule import rule

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
