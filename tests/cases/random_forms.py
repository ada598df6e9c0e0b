"""Invented case forms of every kind: any region, product, purpose and phase, any values, flags, lists and gaps."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from .form import FOLDER, changed, form

Form = dict[str, Any]
PEOPLE = sorted(path.stem for path in (FOLDER / "people").glob("*.json"))
FLAGS = (
    "aneurysmal_vascular_disease",
    "arteriovenous_malformation",
    "history_intracerebral_haemorrhage",
    "hypersensitivity_ketamine",
    "pressure_rise_serious_risk",
    "raised_intracranial_pressure",
    "history_hypertensive_encephalopathy",
    "cardiovascular_or_cerebrovascular_disease",
    "uncontrolled_arrhythmia",
    "severe_coronary_or_myocardial_disease",
    "stroke_history",
    "hypertension_controlled",
    "psychosis_history",
    "primary_psychotic_disorder",
    "current_mania_or_mixed",
    "dementia_or_delirium",
    "marked_baseline_dissociation",
    "suicidal_intent_or_plan",
    "lifetime_hallucinogen_use_disorder",
    "pregnant",
    "breastfeeding",
    "hyperthyroidism_untreated",
    "pulmonary_insufficiency",
    "osa_untreated",
    "osa_treated",
    "epilepsy",
    "untreated_glaucoma_or_eye_injury",
    "interstitial_cystitis_or_luts",
    "nasal_obstruction",
    "pacemaker",
)
"""Each of these, once recorded, speaks against treatment or for care, never for treatment; no rule names the last."""

MEDICINES = (
    "Lexapro 20",
    "Xanax prn",
    "HCTZ",
    "Wellbutrin XL 300 mg",
    "lithium 900 hs",
    "Lamictal 200 mg (am)",
    "Seroquel XR 300",
    "oxycodone 5 mg q6h",
    "Parnate 10 mg tid",
    "Vyvanse 40",
    "theophylline",
    "levothyroxine 75 mcg",
    "naltrexone 50",
    "Flonase",
    "clarithromycin 500 mg bid",
    "carbamazepine",
    "memantine",
    "Ambien 10 hs",
    "who knows",
    "none",
    "NKDA",
)
TREATMENTS = ("sertraline", "Effexor XR", "bupropion", "paroxetine", "clomipramine", "mirtazapine", "quetiapine")
OUTCOMES = ("non-response", "partial response", "intolerance: nausea", "remission", "ongoing", "poorly tolerated", "")
PRODUCTS = ("esketamine_nasal", "ketamine_iv", "ketamine_im", "ketamine_sc", "ketamine_oral", "ketamine_sl")
THERAPIES = ("CBT", "ERP", "EMDR", "supportive")


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Nothing recorded, one time in five."""
    return st.integers(0, 4).flatmap(lambda roll: st.just(None) if roll == 0 else values)


@st.composite
def treatments(draw: st.DrawFn) -> Form:
    return {
        "drug": draw(st.sampled_from(TREATMENTS)),
        "dose": "",
        "weeks": draw(maybe(st.sampled_from([3, 3.9, 4, 5, 6, 8, 12]))),
        "improvement_percent": draw(maybe(st.sampled_from([0, 10, 24, 25, 26, 60]))),
        "outcome": draw(st.sampled_from(OUTCOMES)),
        "in_current_episode": draw(maybe(st.booleans())),
    }


@st.composite
def therapies(draw: st.DrawFn) -> Form:
    return {
        "type": draw(st.sampled_from(THERAPIES)),
        "sessions": draw(maybe(st.integers(0, 20))),
        "status": draw(st.sampled_from(["completed", "waiting", "ongoing", "none"])),
    }


def one_of_each(**values: list[Any]) -> st.SearchStrategy[Form]:
    """One of the named entries with one of its values."""
    return st.sampled_from([{name: value} for name, several in values.items() for value in several])


CHANGES: dict[str, st.SearchStrategy[Any]] = {
    "age_years": maybe(st.sampled_from([16, 18, 24, 25, 40, 64, 65, 66, 80])),
    "sex": maybe(st.sampled_from(["F", "M"])),
    "weight_kg": maybe(st.integers(45, 150)),
    "phase": st.sampled_from(["start", "induction", "maintenance"]),
    "vitals": maybe(
        st.fixed_dictionaries({"sbp": st.integers(105, 205), "dbp": st.integers(60, 100), "spo2": st.integers(90, 100)})
        | one_of_each(sbp=[None, 140, 141, 150, 151, 181], dbp=[None, 90, 91, 101], spo2=[None, 92, 93])
    ),
    "labs": maybe(one_of_each(alt_x_uln=[None, 3, 3.1])),
    "pregnancy_test": maybe(st.sampled_from(["negative", "positive", "not applicable"])),
    "current_medications": maybe(
        st.lists(st.sampled_from(MEDICINES).map(lambda name: {"name": name}), max_size=3, unique_by=str)
    ),
    "prior_treatments": maybe(st.lists(treatments(), max_size=4)),
    "psychotherapy": maybe(st.lists(therapies(), max_size=2)),
    "scales": one_of_each(
        MADRS=[8, 12, 13, 20, 21, 35], YMRS=[None, 5, 6, 14], MoCA=[17, 18], CSSRS_ideation=[0, 3, 4]
    ),
    "session_day": one_of_each(safe_transport_arranged=[False], hours_since_food=[1.9, 2], minutes_since_fluids=[29]),
    "safety_flags": maybe(
        st.sampled_from(FLAGS).map(lambda name: {name: True})
        | one_of_each(
            days_since_cardiovascular_event=[0, 41, 42, 43, 300, 366, 400],
            months_since_moderate_severe_sud=[0, 5, 6, 7],
            child_pugh=["A", "B", "C"],
        )
    ),
    "other": one_of_each(
        crisis_assessment_documented=[True, False],
        lorazepam_equiv_mg_day=[0, 5.9, 6, 6.1],
        setting=["inpatient", "outpatient", "home"],
        week=[3, 4],
    ),
}


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """One case form that the door accepts: a person whom nothing speaks against, and a few changes."""
    person = form(draw(st.sampled_from(PEOPLE)))
    person["region"] = draw(st.sampled_from(["US", "EU", "UK", "CH"]))
    if draw(st.booleans()):
        person["product"] = draw(st.sampled_from(PRODUCTS))
    for name in draw(st.sets(st.sampled_from(sorted(CHANGES)), max_size=4)):
        person = changed({"other": {}} | person, {name: draw(CHANGES[name])})
    if person["sex"] == "M" and person["pregnancy_test"] == "positive":
        person["pregnancy_test"] = "not applicable"  # no test is asked of a man, so none can be missed
    return deepcopy(person)
