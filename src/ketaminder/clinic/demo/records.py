"""Case forms of invented people. What they say is drawn; what follows from it is left to intake and rules."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from ketaminder.clinic.demo.people import BIPOLAR, CRISIS, OCD, PTSD, SOCIAL, TRD, Person, Stage
from ketaminder.terms import Indication


@dataclass(frozen=True, slots=True)
class Condition:
    """How one condition is written into a form: diagnosis, scale, where the scale begins, earlier treatments."""

    diagnosis: str
    icd10: str
    product: str
    scale: str
    points: tuple[int, int]
    tried: tuple[str, ...]
    taken: str
    therapy: str = ""


CONDITIONS = {
    TRD: Condition("MDD", "F33.2", "esketamine_nasal", "MADRS", (29, 38), ("sertraline", "venlafaxine"), "venlafaxine"),
    CRISIS: Condition("MDD", "F32.2", "esketamine_nasal", "MADRS", (34, 42), ("escitalopram",), "escitalopram"),
    BIPOLAR: Condition(
        "bipolar I, current episode depressed",
        "F31.4",
        "ketamine_iv",
        "MADRS",
        (28, 36),
        ("quetiapine", "lurasidone"),
        "lithium",
    ),
    OCD: Condition(
        "OCD", "F42.2", "ketamine_iv", "YBOCS", (27, 34), ("fluoxetine", "clomipramine"), "fluoxetine", "ERP"
    ),
    PTSD: Condition(
        "PTSD", "F43.12", "ketamine_iv", "CAPS5", (38, 52), ("sertraline", "venlafaxine"), "sertraline", "PE"
    ),
    SOCIAL: Condition(
        "social anxiety disorder",
        "F40.10",
        "ketamine_iv",
        "LSAS",
        (78, 102),
        ("paroxetine", "duloxetine"),
        "duloxetine",
        "CBT",
    ),
}
"""Doses, weeks and totals are drawn within what such people are like; no rule's number stands here."""

PROTOCOLS = {
    TRD: "esketamine_trd_us",
    CRISIS: "esketamine_suicidality_us",
    BIPOLAR: "ketamine_iv_bipolar_depression",
    OCD: "ketamine_iv_ocd",
    PTSD: "ketamine_iv_ptsd",
    SOCIAL: "ketamine_iv_social_anxiety",
}
"""What is planned where a person has no other protocol. The rules still say whether it may be."""

DOSES = {
    "sertraline": "200 mg",
    "venlafaxine": "225 mg",
    "escitalopram": "20 mg",
    "quetiapine": "300 mg",
    "lurasidone": "80 mg",
    "fluoxetine": "60 mg",
    "clomipramine": "200 mg",
    "paroxetine": "40 mg",
    "duloxetine": "90 mg",
    "lithium": "900 mg",
}

SPOILED: dict[Stage, tuple[dict[str, Any], ...]] = {
    Stage.DEFERRED: (
        {"vitals": {"sbp": 152, "dbp": 91, "hr": 78, "spo2": 97}},
        {"labs": {}, "vitals": {"hr": 74, "spo2": 98}},
    ),
    Stage.OVERRIDDEN: ({"vitals": {"sbp": 146, "dbp": 88, "hr": 81, "spo2": 98}},),
    Stage.EXCLUDED: (
        {"safety_flags": {"aneurysmal_vascular_disease": True}},
        {"safety_flags": {"history_intracerebral_haemorrhage": True}},
    ),
}
"""What is recorded otherwise of those who do not go on: the rules read it and find why."""


def form(person: Person, born: date, on: date, rng: Random, **change: Any) -> dict[str, Any]:
    """The case form of somebody on a day; `change` replaces entries of it."""
    kind = CONDITIONS[person.indication]
    tall = person.sex == "male"
    known: dict[str, Any] = {
        "synthetic": True,
        "name": f"{person.name} (synthetic)",
        "product": kind.product,
        "age_years": years(born, on),
        "sex": person.sex,
        "weight_kg": rng.randint(62, 96) if tall else rng.randint(50, 84),
        "height_cm": rng.randint(168, 190) if tall else rng.randint(155, 176),
        "diagnosis": {"primary": kind.diagnosis, "icd10": kind.icd10, "psychotic_features": False},
        "indication_route": person.indication if person.indication in (TRD, CRISIS) else "off-label",
        "prior_treatments": [_tried(drug, rng) for drug in kind.tried],
        "psychotherapy": _therapy(kind, rng),
        "current_medications": [{"name": kind.taken, "dose": f"{DOSES[kind.taken]} daily"}],
        "safety_flags": {},
        "vitals": {
            "sbp": rng.randint(108, 132),
            "dbp": rng.randint(64, 82),
            "hr": rng.randint(58, 84),
            "spo2": rng.randint(96, 99),
        },
        "labs": {"alt_x_uln": round(rng.uniform(0.4, 0.9), 1), "egfr": rng.randint(78, 110)},
        "urine_drug_screen": {"result": "negative", "unexplained_positive": False},
        "pregnancy_test": "not applicable" if tall else "negative",
        "scales": _scales(person.indication, kind, rng),
    }
    if person.indication is CRISIS:
        known["other"] = {"crisis_assessment_documented": True, "setting": "inpatient"}
    return known | change


def text(form: dict[str, Any]) -> str:
    return json.dumps(form, ensure_ascii=False, indent=1)


def years(born: date, on: date) -> int:
    """Whole years on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def baseline(form: dict[str, Any], indication: Indication) -> int:
    """The total of the condition's own scale."""
    points: int = form["scales"][CONDITIONS[indication].scale]
    return points


def _tried(drug: str, rng: Random) -> dict[str, Any]:
    return {
        "drug": drug,
        "dose": DOSES[drug],
        "weeks": rng.randint(10, 16),
        "improvement_percent": rng.choice((0, 5, 10, 15)),
        "outcome": "non-response",
        "in_current_episode": True,
    }


def _therapy(kind: Condition, rng: Random) -> list[dict[str, Any]]:
    return [{"type": kind.therapy, "sessions": rng.randint(14, 22), "status": "completed"}] if kind.therapy else []


def _scales(indication: Indication, kind: Condition, rng: Random) -> dict[str, int]:
    scales = {kind.scale: rng.randint(*kind.points)}
    if indication is BIPOLAR:
        scales["YMRS"] = rng.randint(0, 4)
    if indication in (TRD, CRISIS):
        scales["CSSRS_ideation"] = rng.randint(4, 5) if indication is CRISIS else 0
    return scales
