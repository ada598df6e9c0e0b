"""The six examples: sound FHIR by two validators, read as a person reads them."""

from __future__ import annotations

import json
from datetime import date

import fhirkit
import pytest
from fhir.resources.R4B.bundle import Bundle

from ketaminder import evidence, examples, intake
from ketaminder.terms import (
    Ancestry,
    Case,
    Indication,
    Medication,
    PriorTreatment,
    Product,
    Psychotherapy,
    Refused,
    Region,
    Sex,
)

ON = date(2026, 11, 2)
NAMES = (
    "bipolar_depression",
    "ocd",
    "ptsd",
    "social_anxiety",
    "suicidal_ideation",
    "treatment_resistant_depression",
)


def case_of(name: str) -> Case:
    return intake.read(examples.text(name), on=ON)


def values(case: Case, *names: str) -> list[object]:
    return [case.facts[name].value for name in names]


def test_one_example_a_condition() -> None:
    assert examples.names() == NAMES
    assert {case_of(name).indication for name in NAMES} == {
        Indication.BIPOLAR_DEPRESSION,
        Indication.OCD,
        Indication.PTSD,
        Indication.SOCIAL_ANXIETY,
        Indication.ACUTE_SUICIDALITY,
        Indication.TRD,
    }


def test_an_unknown_example_is_refused() -> None:
    with pytest.raises(Refused, match=r"example: got '\.\./terms'; required: one of bipolar_depression, ocd"):
        examples.text("../terms")


@pytest.mark.parametrize("name", NAMES)
def test_sound_fhir_r4(name: str) -> None:
    assert fhirkit.validate(examples.text(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_sound_fhir_r4b(name: str) -> None:
    assert Bundle.model_validate_json(examples.text(name)).entry


@pytest.mark.parametrize("name", NAMES)
def test_the_validators_object_to_a_broken_copy(name: str) -> None:
    broken = json.loads(examples.text(name))
    broken["entry"][1]["resource"]["subject"] = "Patient"
    assert fhirkit.validate(json.dumps(broken))
    with pytest.raises(ValueError, match="subject"):
        Bundle.model_validate(broken)


@pytest.mark.parametrize("name", NAMES)
def test_every_person_is_marked_as_invented(name: str) -> None:
    bundle = json.loads(examples.text(name))
    patient = bundle["entry"][0]["resource"]
    assert [label["code"] for label in bundle["meta"]["security"]] == ["HTEST"]
    assert [label["code"] for label in patient["meta"]["security"]] == ["HTEST"]
    assert patient["name"][0]["text"].endswith("(synthetic)")
    assert case_of(name).synthetic


@pytest.mark.parametrize("name", NAMES)
def test_nothing_lies_after_october_2026(name: str) -> None:
    assert not [message for message in map(str, case_of(name).assumed) if "later than the day" in message]
    assert intake.read(examples.text(name), on=date(2026, 10, 31)).facts == case_of(name).facts


@pytest.mark.parametrize("name", NAMES)
def test_the_safety_checklist_is_complete(name: str) -> None:
    case, variables = case_of(name), evidence.load().variables.values()
    flags = {one.name for one in variables if any(place.startswith("safety_flags.") for place in one.form)}
    asked = {one.name for one in variables if one.when == "assessment"}
    by_sex = {"pregnant", "breastfeeding"} if case.patient.sex is Sex.MALE else {"pregnant"}
    assert (flags & asked) - case.facts.keys() <= by_sex


def test_treatment_resistant_depression() -> None:
    case = case_of("treatment_resistant_depression")
    person = case.patient
    assert (person.name, person.birth_date, person.age_years) == ("Nora Halloran (synthetic)", date(1974, 3, 18), 52.0)
    assert (person.sex, person.ancestry, person.height_cm) == (Sex.FEMALE, Ancestry.CAUCASIAN, 166.0)
    assert person.weight_kg == 70.76040972  # 156 lb x 0.45359237 kg
    assert (case.region, case.product, case.diagnosis.icd10) == (Region.US, Product.ESKETAMINE_NASAL, "F33.2")
    assert values(case, "systolic_mmHg", "diastolic_mmHg", "spo2_percent", "MADRS") == [126.0, 78.0, 98.0, 34.0]
    assert values(case, "alt_x_uln", "CSSRS_ideation", "childbearing_potential") == [24 / 40, 1.0, False]
    assert case.facts["systolic_mmHg"].observed_on == date(2026, 10, 12)
    assert case.medications == (Medication("venlafaxine", "39786", None, "225 mg once daily"),)
    assert case.prior_treatments is not None
    # 6 October to 15 December 2025 is 70 days.
    assert case.prior_treatments[0] == PriorTreatment(
        "escitalopram", "321988", "20 mg once daily", 10.0, 10.0, "non-response", True
    )
    assert values(case, "PHQ9") == [21.0]


def test_bipolar_depression() -> None:
    case = case_of("bipolar_depression")
    person = case.patient
    assert (person.sex, person.age_years, person.weight_kg, person.ancestry) == (Sex.MALE, 38.0, 98.5, None)
    assert (case.region, case.product, case.diagnosis.icd10) == (Region.EU, Product.KETAMINE_IV, "F31.4")
    assert values(case, "bipolar_disorder", "current_mania_or_mixed", "YMRS", "MADRS") == [True, False, 3.0, 31.0]
    assert case.medications is not None
    assert [medicine.atc for medicine in case.medications] == ["N03AX09", "N05AN01"]
    assert case.medications[1].dose == "450 mg twice daily, level 0.8 mmol/L"


def test_suicidal_ideation() -> None:
    case = case_of("suicidal_ideation")
    person = case.patient
    assert (person.sex, person.age_years, person.ancestry) == (Sex.FEMALE, 26.0, Ancestry.OTHER)
    assert (case.region, case.product) == (Region.US, Product.ESKETAMINE_NASAL)
    assert values(case, "CSSRS_ideation", "crisis_assessment_documented", "setting") == [5.0, True, "inpatient"]
    assert values(case, "pregnancy_test", "pregnant", "suicidal_intent_or_plan") == ["negative", False, True]
    assert case.medications == (Medication("sertraline", "36437", None, "100 mg once daily"),)


def test_ocd() -> None:
    case = case_of("ocd")
    person = case.patient
    assert (person.sex, person.age_years, person.ancestry) == (Sex.MALE, 41.0, Ancestry.JAPANESE)
    assert person.height_cm == 170.18  # 67 in x 2.54 cm
    assert (case.region, case.product, case.diagnosis.icd10) == (Region.US, Product.KETAMINE_IV, "F42.2")
    assert case.psychotherapy == (Psychotherapy("ERP", 20, "completed"),)
    assert case.prior_treatments is not None
    # 9 January to 17 April 2023 is 98 days, 1 May to 31 July 2023 is 91.
    assert [trial.weeks for trial in case.prior_treatments[:2]] == [14.0, 13.0]
    assert [trial.drug for trial in case.prior_treatments] == ["sertraline", "fluvoxamine", "clomipramine"]
    assert "Y-BOCS total 31 (2026-10-19)" in case.history


def test_ptsd() -> None:
    case = case_of("ptsd")
    assert (case.patient.age_years, case.region, case.product) == (44.0, Region.EU, Product.KETAMINE_IV)
    assert case.psychotherapy == (Psychotherapy("PE", 0, "waiting"),)
    assert case.medications == (Medication("sertraline", None, "N06AB06", "200 mg once daily"),)
    assert values(case, "systolic_mmHg", "diastolic_mmHg", "hypersensitivity_ketamine") == [132.0, 84.0, False]


def test_social_anxiety() -> None:
    case = case_of("social_anxiety")
    person = case.patient
    assert (person.sex, person.age_years, person.weight_kg, person.height_cm) == (Sex.FEMALE, 31.0, 57.8, 163.0)
    assert (case.region, case.product, case.diagnosis.icd10) == (Region.EU, Product.KETAMINE_IV, "F40.1")
    assert values(case, "systolic_mmHg", "diastolic_mmHg", "alt_x_uln") == [148.0, 94.0, pytest.approx(0.42 / 0.75)]
    assert case.psychotherapy == (Psychotherapy("CBT", 16, "completed"),)
