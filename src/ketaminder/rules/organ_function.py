"""Do liver, lungs, thyroid, brain, eyes, bladder or nose speak against it?"""

from __future__ import annotations

from ketaminder.evidence import RuleEvidence
from ketaminder.rules.conditions import beyond, equal, plain, present
from ketaminder.rules.rule import Fires, rule
from ketaminder.rules.situation import Situation
from ketaminder.terms import Message

rule("B-ABS-04")(present("hypersensitivity_ketamine", "Hypersensitivity to ketamine or esketamine is recorded."))
rule("B-IOP-01")(
    present("untreated_glaucoma_or_eye_injury", "Untreated glaucoma, an eye injury or planned eye surgery is recorded.")
)
rule("B-LIV-01")(equal("child_pugh", "C", "Severe hepatic impairment is recorded (Child-Pugh C)."))
rule("B-LIV-02")(
    equal("child_pugh", "B", "Moderate hepatic impairment is recorded (Child-Pugh B): monitor for longer.")
)
rule("B-LIV-03")(
    beyond("alt_x_uln", "Alanine aminotransferase is {value} times the upper limit of normal, above {limit} times.")
)
rule("B-THY-01")(present("hyperthyroidism_untreated", "Hyperthyroidism is recorded as not sufficiently treated."))
rule("B-RESP-01")(present("pulmonary_insufficiency", "Significant pulmonary insufficiency is recorded."))
rule("B-RESP-03")(beyond("spo2_percent", "Oxygen saturation {value}% is below {limit}% on room air."))
rule("B-NEURO-01")(present("epilepsy", "Epilepsy is recorded."))
rule("B-BLAD-01")(
    present("interstitial_cystitis_or_luts", "Interstitial cystitis or lower urinary tract symptoms are recorded.")
)
rule("B-NASAL-01")(present("nasal_obstruction", "A nasal condition that could impede delivery is recorded."))


@rule("B-RESP-02")
def untreated_apnoea_with_obesity(situation: Situation, evidence: RuleEvidence) -> Fires | None:
    if not situation.flag("osa_untreated"):
        return None
    mass_index, limit = situation.number("bmi_kg_per_m2"), evidence["bmi_kg_per_m2"]
    if mass_index is None or not limit.met_by(mass_index):
        return None
    said = Message(
        "Sleep apnoea is untreated and body mass index {value:.1f} kg/m2 is at or above {limit} kg/m2.",
        value=mass_index,
        limit=plain(limit.value),
    )
    return Fires(said, ("osa_untreated", "bmi_kg_per_m2"))


@rule("X-OSA-01")
def sleep_apnoea(situation: Situation, _evidence: RuleEvidence) -> Fires | None:
    """Treated apnoea is not asked for; where it is recorded, it counts."""
    treated = situation.knows("osa_treated") and situation.flag("osa_treated")
    if treated:
        return Fires(Message("Sleep apnoea is recorded as treated: continuous oximetry."), ("osa_treated",))
    if situation.flag("osa_untreated"):
        return Fires(Message("Sleep apnoea is recorded as untreated: continuous oximetry."), ("osa_untreated",))
    return None
