"""Do other medicines raise blood pressure or lower the seizure threshold?"""

from __future__ import annotations

from ketaminder.rules.conditions import present
from ketaminder.rules.rule import rule

rule("C-MAOI-01")(present("on_maoi", "MAO inhibitor ({medicines}): may raise blood pressure; monitor it closely."))
rule("C-STIM-01")(
    present("on_psychostimulant", "Psychostimulant ({medicines}): may raise blood pressure; monitor it closely.")
)
rule("C-PRESS-01")(present("on_pressor_drug", "{medicines}: can add to the rise in blood pressure; monitor it."))
rule("C-PRESS-02")(
    present("on_pressor_drug", "{medicines}: can add to the rise in blood pressure; monitor vital signs closely.")
)
rule("C-THEO-01")(
    present("on_theophylline", "{medicines}: not together with ketamine; the seizure threshold may fall.")
)
