"""Do other medicines add sedation?"""

from __future__ import annotations

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.conditions import beyond, present
from ketaminder.rules.rule import Fires, rule
from ketaminder.rules.situation import Situation
from ketaminder.terms import Message

DOSE, HOURS = "lorazepam_equivalent_mg_per_day", "hours_since_benzodiazepine"

rule("C-OPI-01")(
    present("on_opioid", "Opioid ({medicines}): added sedation and respiratory depression; monitor with oximetry.")
)
rule("C-CNS-01")(present("on_cns_depressant", "Sedating medicine ({medicines}): monitor sedation closely."))
rule("C-AP-01")(
    present("on_antipsychotic", "Antipsychotic ({medicines}): adds sedation and may blunt psychotomimetic effects.")
)
rule("C-MEM-01")(present("on_nmda_antagonist", "Another NMDA antagonist ({medicines}): effects may add up."))
rule("C-BZD-02")(
    beyond(
        HOURS, "A benzodiazepine or similar hypnotic was taken {value} h ago, less than {limit} h before the session."
    )
)
rule("C-BZD-03")(
    beyond(DOSE, "The benzodiazepine dose, {value} mg a day as lorazepam equivalent, is above {limit} mg a day.")
)
rule("C-BZD-04")(present("on_benzodiazepine", "Benzodiazepine ({medicines}): {statement}"))


@rule("C-BZD-01")
def benzodiazepine_within_limits(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    """Dose or time outside the trials' limits is for C-BZD-02 and C-BZD-03; unknown, the sedation still counts."""
    taken = situation.flag("on_benzodiazepine") or (situation.knows(DOSE) and (situation.number(DOSE) or 0) > 0)
    if not taken:
        return None
    for name in (DOSE, HOURS):
        known = situation.number(name) if situation.knows(name) else None
        if known is not None and not evidence[name].met_by(known):
            return None
    seen = tuple(name for name in ("on_benzodiazepine", DOSE, HOURS) if situation.knows(name))
    if not situation.flag("on_benzodiazepine"):
        return Fires(Message("A benzodiazepine is taken: added sedation; monitor closely."), seen)
    said = Message(
        "Benzodiazepine ({medicines}): added sedation; monitor closely.", medicines=situation.named("on_benzodiazepine")
    )
    return Fires(said, seen)
