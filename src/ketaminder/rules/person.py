"""Facts that follow from the person and the calendar: age, body mass index, pregnancy, times since events."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date

from ketaminder.evidence import Library
from ketaminder.rules.units import CM_PER_M, DAYS_PER_MONTH
from ketaminder.terms import Case, Fact, Patient, Refused, Sex


def person(case: Case, facts: Mapping[str, Fact], library: Library) -> dict[str, Fact]:
    """`facts` with those that follow from the patient."""
    patient = case.patient
    age = age_in_years(patient, case.on)
    mass_index = body_mass_index(patient)
    known = dict(facts)
    if age is not None:
        known["age_years"] = Fact(age, origin="patient")
    if mass_index is not None:
        known.setdefault("bmi_kg_per_m2", Fact(mass_index, origin="weight and height"))
    if patient.ancestry is not None:
        known.setdefault("ancestry", Fact(patient.ancestry.value, origin="patient"))
    return _childbearing(_suicidality(_events(known), library), patient.sex)


def age_in_years(patient: Patient, on: date) -> int | None:
    """Completed years on a date; None where neither age nor birth date is recorded."""
    if patient.age_years is not None:
        return math.floor(patient.age_years)
    if patient.birth_date is None:
        return None
    birth = patient.birth_date
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def body_mass_index(patient: Patient) -> float | None:
    """Body mass index in kg/m2, where weight and height are recorded."""
    if patient.weight_kg is None or patient.height_cm is None:
        return None
    if patient.height_cm <= 0 or patient.weight_kg <= 0:
        raise Refused("weight and height", (patient.weight_kg, patient.height_cm), "amounts above zero, in kg and cm")
    height_m = patient.height_cm / CM_PER_M
    return patient.weight_kg / (height_m * height_m)


def _events(known: dict[str, Fact]) -> dict[str, Fact]:
    """An event counts for both limits, whichever of the two times was recorded; the shorter time stands."""
    days, months = known.get("days_since_cardiovascular_event"), known.get("months_since_mi_ua_revascularisation")
    from_days = _scaled(days, 1 / DAYS_PER_MONTH)
    from_months = _scaled(months, DAYS_PER_MONTH)
    shorter = {
        "days_since_cardiovascular_event": _shorter(days, from_months),
        "months_since_mi_ua_revascularisation": _shorter(months, from_days),
    }
    return {**known, **{name: fact for name, fact in shorter.items() if fact is not None}}


def _scaled(time: Fact | None, factor: float) -> Fact | None:
    if time is None or time.value is None:
        return time
    return Fact(float(time.value) * factor, time.observed_on, time.origin)


def _shorter(recorded: Fact | None, derived: Fact | None) -> Fact | None:
    """The shorter of two times since an event; a time stands before 'there was none'."""
    times = [time for time in (recorded, derived) if time is not None and time.value is not None]
    return min(times, key=lambda time: float(time.value or 0), default=recorded or derived)


def _suicidality(known: dict[str, Fact], library: Library) -> dict[str, Fact]:
    """A high C-SSRS ideation level counts as intent or plan (A-SI-04)."""
    level = known.get("CSSRS_ideation")
    if level is None or level.value is None:
        return known
    high = library.rules["A-SI-04"]["CSSRS_ideation"].met_by(float(level.value))
    recorded = known.get("suicidal_intent_or_plan")
    if recorded is not None and (recorded.value or not high):
        return known
    return {**known, "suicidal_intent_or_plan": Fact(high, level.observed_on, "C-SSRS ideation level")}


def _childbearing(known: dict[str, Fact], sex: Sex | None) -> dict[str, Fact]:
    """Pregnancy and its possibility. A recorded 'not pregnant' replaces no test where pregnancy is possible."""
    test = str(known["pregnancy_test"].value) if "pregnancy_test" in known else ""
    possible = _possible(known, sex, test)
    pregnant = _pregnant(known, possible, test)
    facts = {name: fact for name, fact in known.items() if name != "pregnant"}
    if possible is not None:
        facts["childbearing_potential"] = Fact(possible, origin=known.get("childbearing_potential", Fact(None)).origin)
    if pregnant is not None:
        facts["pregnant"] = Fact(pregnant, origin="pregnancy test" if test else "record")
    if sex is Sex.MALE:
        facts.setdefault("breastfeeding", Fact(False, origin="sex"))
    return facts


def _possible(known: Mapping[str, Fact], sex: Sex | None, test: str) -> bool | None:
    recorded = known.get("childbearing_potential")
    if recorded is not None:
        return bool(recorded.value)
    if sex is Sex.MALE or test == "not applicable":
        return False
    return True if test else None


def _pregnant(known: Mapping[str, Fact], possible: bool | None, test: str) -> bool | None:
    recorded = known.get("pregnant")
    if test == "positive" or (recorded is not None and recorded.value):
        return True
    if possible is False or test == "negative":
        return False
    return None
