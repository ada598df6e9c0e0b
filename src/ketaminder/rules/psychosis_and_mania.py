"""Is there psychosis, mania or a mixed state?"""

from __future__ import annotations

from ketaminder.rules.conditions import present
from ketaminder.rules.rule import rule

rule("A-PSYCHOSIS-DX")(present("psychotic_features", "The present episode has psychotic features."))
rule("B-PSY-01")(present("psychosis_history", "A psychosis, current or past, is recorded."))
rule("B-PSY-02")(present("primary_psychotic_disorder", "Schizophrenia or schizoaffective disorder is recorded."))
rule("A-BD-03")(present("current_mania_or_mixed", "A manic, hypomanic or mixed state is recorded now."))
