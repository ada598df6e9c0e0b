"""A session of the invented person, with all that the gates want to know, and limits signed for a site."""

from __future__ import annotations

from collections.abc import Mapping

from ketaminder.evidence import load
from ketaminder.rules.gates import SiteValues, sign, starting_points
from ketaminder.terms import Case, GateAnswer, Phase, Product, Region, Value

from .people import ON, candidate, recording

BEFORE: dict[str, Value | None] = {
    "hours_since_food": 3,
    "minutes_since_fluids": 60,
    "safe_transport_arranged": True,
    "alcohol_last_24h": False,
    "urine_drug_screen_unexplained_positive": False,
    "hypertensive_emergency_signs": False,
    "minutes_since_nasal_product": None,
}
DURING: dict[str, Value | None] = {"minutes_after_dose": 60, "MOAAS": 5, "CADSS": 0}
LEAVING: dict[str, Value | None] = {
    **DURING,
    "minutes_after_dose": 125,
    "observation_minutes": 125,
    "pre_dose_systolic_mmHg": 124,
    "pre_dose_diastolic_mmHg": 80,
    "pre_dose_spo2_percent": 98,
    "dissociation_resolved": True,
    "steady_gait": True,
    "nausea_controlled": True,
    "escort_present": True,
    "new_suicidal_crisis": False,
    "judged_clinically_stable": True,
}


def session(
    facts: Mapping[str, Value | None], product: Product = Product.ESKETAMINE_NASAL, region: Region = Region.US
) -> Case:
    """A visit in induction on the day of the case, with `facts` recorded."""
    return recording(candidate(phase=Phase.INDUCTION, product=product, region=region), **facts)


def offered(product: Product = Product.ESKETAMINE_NASAL, region: Region = Region.US) -> dict[str, float]:
    """The values that are offered to a site, and an interval of its own where none is."""
    points = starting_points(load(), region, product)
    return {one.definition.name: one.criterion.value if one.criterion else 30 for one in points}


def signed(product: Product = Product.ESKETAMINE_NASAL, region: Region = Region.US, **values: float) -> SiteValues:
    return sign(load(), region, product, {**offered(product, region), **values}, "Dr Example", ON)


def said(answer: GateAnswer) -> list[str]:
    return [str(finding) for finding in answer.findings]
