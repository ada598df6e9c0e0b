"""What is watched over months?"""

from __future__ import annotations

from ketaminder.rules.conditions import always, in_treatment, present
from ketaminder.rules.rule import rule

URINARY = "interstitial_cystitis_or_luts"

rule("G-LIV-01")(always())
rule("G-URO-03", "G-COG-01", "G-BPWT-01", "G-PSYCH-01", "G-SUI-01", "G-MISUSE-01", "G-TOOL-01")(in_treatment(always()))
rule("G-MANIA-01")(present("bipolar_disorder", "{statement}"))
rule("G-URO-01", "G-URO-02")(present(URINARY, "Urinary symptoms are recorded. {statement}"))
