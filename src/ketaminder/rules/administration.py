"""How is a dose given, adjusted or made up?"""

from __future__ import annotations

from ketaminder.rules.conditions import always, beyond, equal, in_phase, present, where_known
from ketaminder.rules.rule import rule
from ketaminder.rules.schedules import dose_as_published
from ketaminder.terms import Phase

GAP = "days_since_last_session"

rule("E-ESK-01")(dose_as_published)
rule("E-ESK-11")(where_known("missed_session", present("missed_session", "A session was missed. {statement}")))
rule("E-ESK-12")(where_known(GAP, beyond(GAP, "The last session was {value} days ago, more than {limit}. {statement}")))
rule("E-ESK-13")(in_phase(Phase.INDUCTION, then=always()))
rule("E-ESK-14")(always())
rule("E-ESK-15")(where_known("incomplete_dose", present("incomplete_dose", "A dose was incomplete. {statement}")))
rule("E-ADJ-01")(
    where_known("poorly_tolerated", present("poorly_tolerated", "The dose was poorly tolerated. {statement}"))
)
rule("E-HOME-01")(where_known("setting", equal("setting", "home", "Treatment at home is recorded. {statement}")))
