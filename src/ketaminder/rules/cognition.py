"""Can the person judge, remember and stay present?"""

from __future__ import annotations

from ketaminder.rules.conditions import beyond, present
from ketaminder.rules.rule import rule

rule("A-COG-01")(beyond("MoCA", "A MoCA total of {value} is below {limit}."))
rule("B-COG-01")(present("dementia_or_delirium", "Dementia or delirium is recorded."))
rule("B-PSYST-01")(
    present(
        "marked_baseline_dissociation", "Marked dissociation is recorded: take a CADSS baseline and plan for support."
    )
)
