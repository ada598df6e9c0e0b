"""The case form: closed, strict, and read by the places of evidence/variables.toml."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ketaminder import evidence, intake
from ketaminder.fhir.coding import table
from ketaminder.intake.schema import case_form_schema
from ketaminder.terms import (
    Ancestry,
    Case,
    Fact,
    Indication,
    Medication,
    Phase,
    PriorTreatment,
    Product,
    Psychotherapy,
    Refused,
    Region,
    Sex,
)

ON = date(2026, 11, 2)
FORM: dict[str, Any] = {
    "id": "T1",
    "title": "never read",
    "expected": {"category": ["never", "read"]},
    "synthetic": True,
    "region": "EU",
    "product": "ketamine_iv",
    "phase": "induction",
    "age_years": 38,
    "sex": "F",
    "weight_kg": 61.5,
    "height_cm": 170,
    "ancestry": "japanese",
    "diagnosis": {"primary": "OCD", "icd10": "F42.2", "severity": "severe", "psychotic_features": False},
    "indication_route": "off-label",
    "history": ["ERP 20 sessions"],
    "prior_treatments": [
        {
            "drug": "sertraline",
            "dose": "200 mg",
            "weeks": 14,
            "improvement_percent": -5,
            "outcome": "non-response",
            "in_current_episode": True,
        }
    ],
    "psychotherapy": [{"type": "ERP", "sessions": 20, "status": "completed"}],
    "current_medications": [{"name": "clomipramine", "rxcui": "2597", "dose": "200 mg daily", "note": "at night"}],
    "safety_flags": {"epilepsy": True, "child_pugh": "B", "osa_untreated": None},
    "vitals": {"sbp": 124, "dbp": 79, "hr": 88},
    "labs": {"alt_x_uln": 0.8},
    "urine_drug_screen": {"result": "negative", "unexplained_positive": False},
    "pregnancy_test": "negative",
    "ecg": "normal",
    "scales": {"MADRS": 12, "YBOCS": 31},
    "session_day": {"hours_since_food": 3},
    "other": {"lorazepam_equiv_mg_day": 1, "setting": "outpatient"},
}


def read(**changed: Any) -> Case:
    return intake.read(json.dumps(FORM | changed), on=ON)


def read_changed(section: str, **changed: Any) -> Case:
    return read(**{section: FORM[section] | changed})


def test_who_and_what() -> None:
    case = read()
    assert (case.region, case.product, case.phase) == (Region.EU, Product.KETAMINE_IV, Phase.INDUCTION)
    assert (case.indication, case.diagnosis.text, case.diagnosis.icd10) == (Indication.OCD, "OCD", "F42.2")
    person = case.patient
    assert (person.identifier, person.age_years, person.sex) == ("T1", 38.0, Sex.FEMALE)
    assert (person.weight_kg, person.height_cm, person.ancestry) == (61.5, 170.0, Ancestry.JAPANESE)
    assert case.synthetic


def test_lists() -> None:
    case = read()
    assert case.medications == (Medication("clomipramine", "2597", None, "200 mg daily", "at night"),)
    assert case.prior_treatments == (PriorTreatment("sertraline", None, "200 mg", 14.0, -5.0, "non-response", True),)
    assert case.psychotherapy == (Psychotherapy("ERP", 20, "completed"),)


def test_facts_say_their_place() -> None:
    facts = read().facts
    assert facts["systolic_mmHg"] == Fact(124.0, None, "vitals.sbp")
    assert facts["MADRS"] == Fact(12.0, None, "scales.MADRS")
    assert facts["pregnancy_test"] == Fact("negative", None, "pregnancy_test")
    assert facts["lorazepam_equivalent_mg_per_day"] == Fact(1.0, None, "other.lorazepam_equiv_mg_day")
    assert facts["child_pugh"] == Fact("B", None, "safety_flags.child_pugh")


def test_a_flag_that_is_not_listed_or_null_is_known_absent() -> None:
    facts = read().facts
    assert facts["epilepsy"].value is True
    assert facts["osa_untreated"].value is False
    assert facts["aneurysmal_vascular_disease"].value is False
    assert facts["days_since_cardiovascular_event"].value is None


def test_without_any_flags_nothing_is_known_absent() -> None:
    silent: tuple[dict[str, Any], ...] = ({"safety_flags": None}, {"other": {}})
    for changed in silent:
        form = {name: value for name, value in (FORM | changed).items() if value is not None and name != "safety_flags"}
        facts = intake.read(json.dumps(form), on=ON).facts
        assert not {"epilepsy", "aneurysmal_vascular_disease", "days_since_cardiovascular_event"} & facts.keys()


def test_empty_flags_are_all_known_absent() -> None:
    assert read(safety_flags={}).facts["epilepsy"].value is False


@pytest.mark.parametrize("vitals", [None, {}, {"sbp": None, "dbp": None}])
def test_a_blood_pressure_that_is_not_recorded_is_unknown(vitals: Any) -> None:
    assert not {"systolic_mmHg", "diastolic_mmHg"} & read(vitals=vitals).facts.keys()


@pytest.mark.parametrize("said", ["none", "None.", "nil", "N/A", "no medications", "None known", "No  meds", "denies"])
def test_a_list_that_says_none_is_an_empty_list(said: str) -> None:
    assert read(current_medications=[{"name": said}]).medications == ()
    assert [one.name for one in read(current_medications=[{"name": said}, {"name": "lithium"}]).medications or ()] == [
        "lithium"
    ]


@pytest.mark.parametrize("code", [{"rxcui": "6448"}, {"atc": "N05AN01"}])
def test_an_entry_with_a_code_is_a_medicine_whatever_its_name_says(code: dict[str, str]) -> None:
    """RxNorm 6448 and ATC N05AN01 are lithium."""
    assert len(read(current_medications=[{"name": "none", **code}]).medications or ()) == 1


def test_an_entry_on_allergies_says_nothing_of_medicines() -> None:
    listed = read(current_medications=[{"name": "NKDA"}, {"name": "lithium"}]).medications or ()
    assert [one.name for one in listed] == ["lithium"]
    assert read(current_medications=[{"name": "NKDA"}, {"name": "none"}]).medications == ()
    assert read(current_medications=[{"name": "No known drug allergies"}]).medications is None


def test_a_list_that_is_not_recorded_is_unknown_and_an_empty_one_is_empty() -> None:
    silent = read(current_medications=None, prior_treatments=None, psychotherapy=None)
    assert (silent.medications, silent.prior_treatments, silent.psychotherapy) == (None, None, None)
    empty = read(current_medications=[], prior_treatments=[], psychotherapy=[])
    assert (empty.medications, empty.prior_treatments, empty.psychotherapy) == ((), (), ())


@pytest.mark.parametrize("test", ["pregnancy_test"])
def test_a_pregnancy_test_that_is_null_is_unknown(test: str) -> None:
    assert test not in read(**{test: None}).facts


def test_other_may_carry_every_variable() -> None:
    for variable in evidence.load().variables.values():
        if variable.kind == "list" or not any(place.startswith("other.") for place in variable.form):
            continue
        value = {"flag": True, "number": 1}.get(variable.kind, variable.choices[0] if variable.choices else "words")
        form = {"diagnosis": {"primary": "PTSD"}, "other": {variable.name: value}}
        facts = intake.read(json.dumps(form), on=ON).facts
        assert facts[variable.name].value == value, variable.name
        assert facts[variable.name].origin == f"other.{variable.name}"


def test_a_noun_that_stands_only_under_other_is_read_there() -> None:
    noun = {"age_years": 17, "weight_kg": 48.5, "ancestry": "other", "region": "CH", "indication": "PTSD"}
    case = read(age_years=None, weight_kg=None, ancestry=None, region=None, indication_route=None, other=noun)
    assert (case.patient.age_years, case.patient.weight_kg, case.patient.ancestry) == (17, 48.5, Ancestry.OTHER)
    assert (case.region, case.indication) == (Region.CH, Indication.PTSD)


def test_what_no_rule_reads_is_shown() -> None:
    shown = "Recorded, read by no rule: severity severe, hr 88, YBOCS 31, result negative, ecg normal"
    assert read().history == ("ERP 20 sessions", shown)
    assert "favourite colour blue" in read(**{"favourite colour": "blue"}).history[-1]


def test_what_a_medicine_says_beside_the_schema_is_shown() -> None:
    history = read(current_medications=[{"name": "lithium", "dosage": "450 mg"}]).history
    assert history[-1].endswith("dosage 450 mg, ecg normal")


@pytest.mark.parametrize(
    ("route", "diagnosis", "indication"),
    [
        ("TRD", {"icd10": "F33.2"}, Indication.TRD),
        ("MDD with acute suicidality", {"icd10": "F32.2"}, Indication.ACUTE_SUICIDALITY),
        ("off-label", {"icd10": "F33.2"}, Indication.DEPRESSION),
        ("TRD", {"icd10": "F31.8"}, Indication.BIPOLAR_DEPRESSION),
        ("off-label", {"icd10": "F31.8"}, Indication.BIPOLAR_DEPRESSION),
        ("off-label", {"icd10": "F41.0"}, Indication.PANIC),
        ("off-label", {"primary": "panic disorder with agoraphobia", "icd10": "F40.01"}, Indication.PANIC),
        ("off-label", {"icd10": "F41.1"}, Indication.GAD),
        ("off-label", {"icd10": "F40.10"}, Indication.SOCIAL_ANXIETY),
        ("off-label", {"icd10": "F42.2"}, Indication.OCD),
        ("off-label", {"icd10": "F43.12"}, Indication.PTSD),
        ("off-label", {"primary": "bipolar II, depressive with mixed features"}, Indication.BIPOLAR_DEPRESSION),
        ("off-label", {"primary": "social anxiety disorder"}, Indication.SOCIAL_ANXIETY),
        ("off-label", {"primary": "chronic pain", "icd10": "G89.4"}, Indication.OTHER),
        (None, {"icd10": "F33.2"}, Indication.TRD),
        (None, {}, None),
    ],
)
def test_what_the_treatment_is_for(route: str | None, diagnosis: dict[str, str], indication: Indication | None) -> None:
    assert read(indication_route=route, diagnosis=diagnosis).indication is indication


def test_what_the_form_leaves_out_is_assumed_aloud() -> None:
    case = read(product=None, phase=None, region=None, indication_route=None, diagnosis={"icd10": "F33.2"})
    assert (case.product, case.phase, case.region) == (Product.ESKETAMINE_NASAL, Phase.START, None)
    assert list(map(str, case.assumed)) == [
        "The depression is examined as treatment-resistant: the form gives no indication route.",
        "The product examined is esketamine_nasal: the form names none.",
        "The phase of treatment is taken to be start.",
    ]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"age_years": -1}, "age_years: got -1; required: not below 0 (Age in years)."),
        ({"age_years": 126}, "age_years: got 126; required: not above 125 (Age in years)."),
        ({"age_years": "38"}, "age_years: got '38'; required: number or null (Age in years)."),
        ({"age_years": True}, "age_years: got True; required: number or null (Age in years)."),
        ({"weight_kg": 0}, "weight_kg: got 0; required: above 0 (Weight in kg)."),
        ({"weight_kg": "61 kg"}, "weight_kg: got '61 kg'; required: number or null (Weight in kg)."),
        ({"height_cm": -170}, "height_cm: got -170; required: above 0 (Height in cm)."),
        ({"sex": "W"}, "sex: got 'W'; required: one of "),
        ({"region": "Mars"}, "region: got 'Mars'; required: one of "),
        ({"product": "ketamine"}, "product: got 'ketamine'; required: one of "),
        ({"phase": "later"}, "phase: got 'later'; required: one of "),
        ({"indication_route": "sadness"}, "indication_route: got 'sadness'; required: one of "),
        ({"pregnancy_test": "perhaps"}, "pregnancy_test: got 'perhaps'; required: one of "),
        ({"vitals": {"sbp": 0, "dbp": 70}}, "vitals.sbp: got 0; required: above 0 (Systolic blood pressure in mmHg)."),
        ({"vitals": {"sbp": "120", "dbp": 70}}, "vitals.sbp: got '120'; required: number or null"),
        ({"vitals": {"sbp": 80, "dbp": 120}}, "vitals: got '80/120 mmHg'; required: a systolic pressure above"),
        ({"vitals": {"spo2": 101}}, "vitals.spo2: got 101; required: not above 100"),
        ({"vitals": "120/80"}, "vitals: got '120/80'; required: object or null (Vital signs)."),
        ({"labs": {"alt_x_uln": -1}}, "labs.alt_x_uln: got -1; required: not below 0"),
        ({"scales": {"MADRS": 61}}, "scales.MADRS: got 61; required: a number not below 0 and at most 60."),
        ({"scales": {"MADRS": -1}}, "scales.MADRS: got -1; required: a number not below 0 and at most 60."),
        ({"scales": {"YBOCS": 41}}, "scales.YBOCS: got 41; required: a number not below 0 and at most 40."),
        ({"scales": {"MADRS": "severe"}}, "scales.MADRS: got 'severe'; required: number or null."),
        ({"safety_flags": {"epilepsy": "yes"}}, "safety_flags.epilepsy: got 'yes'; required: true or false."),
        ({"safety_flags": {"epilepsy": 1}}, "safety_flags.epilepsy: got 1; required: true or false."),
        (
            {"safety_flags": {"child_pugh": "D"}},
            "safety_flags.child_pugh: got 'D'; required: Child-Pugh class: one of A",
        ),
        (
            {"safety_flags": {"days_since_cardiovascular_event": -3}},
            "safety_flags.days_since_cardiovascular_event: got -3; required: a number not below 0 days.",
        ),
        ({"safety_flags": []}, "safety_flags: got []; required: object or null"),
        ({"other": {"sbp": 160}}, "other.sbp: got 160; required: the same Systolic blood pressure as at vitals.sbp"),
        ({"other": {"age_years": 17}}, "other.age_years: got 17; required: the same as at age_years, 38"),
        ({"other": {"indication": "TRD"}}, "other.indication: got 'TRD'; required: the same as at indication_route"),
        ({"region": None, "other": {"region": "Mars"}}, "other.region: got 'Mars'; required: "),
        (
            {"other": {"setting": ["home"]}},
            "other.setting: got ['home']; required: boolean or number or string or null.",
        ),
        ({"current_medications": [{}]}, "current_medications[0]: got {}; required: the code or name of the medicine."),
        (
            {"current_medications": [{"name": " ", "dose": "5 mg"}]},
            "current_medications[0]: got {'name': ' ', 'dose': '5 mg'}; required: the code or name of the medicine.",
        ),
        (
            {"current_medications": [{"name": "a"}, {"name": "b", "dose": "-5 mg"}]},
            "current_medications[1].dose: got '-5 mg'; required: a dose above zero with a unit",
        ),
        ({"current_medications": "none"}, "current_medications: got 'none'; required: array or null"),
        (
            {"prior_treatments": [{"dose": "5 mg"}]},
            "prior_treatments[0]: got {'dose': '5 mg'}; required: the entries drug",
        ),
        ({"prior_treatments": [{"drug": ""}]}, "prior_treatments[0].drug: got ''; required: some text (The medicine)."),
        (
            {"prior_treatments": [{"drug": " "}]},
            "prior_treatments[0].drug: got ' '; required: the name of the medicine.",
        ),
        (
            {"prior_treatments": [{"drug": "a", "weeks": -8}]},
            "prior_treatments[0].weeks: got -8; required: not below 0 (Length of the trial in weeks).",
        ),
        (
            {"prior_treatments": [{"drug": "a", "improvement_percent": 110}]},
            "prior_treatments[0].improvement_percent: got 110; required: not above 100",
        ),
        (
            {"prior_treatments": [{"drug": "a", "dose": "50 cm"}]},
            "prior_treatments[0].dose: got '50 cm'; required: a dose",
        ),
        (
            {"psychotherapy": [{"type": "CBT", "sessions": 2.5}]},
            "psychotherapy[0].sessions: got 2.5; required: integer",
        ),
        ({"psychotherapy": [{"sessions": 2}]}, "psychotherapy[0]: got {'sessions': 2}; required: the entries type"),
        ({"history": "ERP"}, "history: got 'ERP'; required: array or null"),
        ({"diagnosis": "OCD"}, "diagnosis: got 'OCD'; required: object or null (The diagnosis to be treated)."),
    ],
)
def test_what_cannot_be_read_safely_is_refused(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        read(**changed)
    assert str(refused.value).startswith(sentence)


def test_a_flag_that_no_rule_reads_is_kept_unless_it_says_no() -> None:
    case = read(safety_flags={"epilepsie": True, "latex_allergy": False, "gout": None, "pacemaker": "2019"})
    assert case.facts["unread_flags"] == Fact("epilepsie, pacemaker", None, "safety_flags")
    assert "epilepsie True, latex_allergy False, pacemaker 2019" in case.history[-1]
    assert "unread_flags" not in read(safety_flags={"latex_allergy": False}).facts


def test_numbers_that_json_does_not_have_are_refused() -> None:
    for word in ("NaN", "Infinity", "-Infinity"):
        text = json.dumps(FORM).replace('"weight_kg": 61.5', f'"weight_kg": {word}')
        with pytest.raises(Refused, match=f"got '{word}'; required: finite numbers"):
            intake.read(text, on=ON)


def test_a_number_too_large_is_refused() -> None:
    text = json.dumps(FORM).replace('"hours_since_food": 3', '"hours_since_food": 1e400')
    with pytest.raises(Refused, match=r"session_day\.hours_since_food: got 1E\+400; required: a finite number"):
        intake.read(text, on=ON)


def test_the_same_form_gives_the_same_case() -> None:
    assert read() == read()
    backwards = dict(reversed(FORM.items()))
    assert intake.read(json.dumps(backwards), on=ON).facts == read().facts


def test_the_schema_is_a_schema_and_describes_every_property() -> None:
    schema = case_form_schema()
    Draft202012Validator.check_schema(schema)
    assert all("description" in row for row in schema["properties"].values())
    nested = [schema["properties"][name] for name in ("diagnosis", "vitals", "labs", "urine_drug_screen")]
    nested += [
        schema["properties"][name]["items"] for name in ("prior_treatments", "psychotherapy", "current_medications")
    ]
    assert all("description" in row for holder in nested for row in holder["properties"].values())


def test_the_schema_has_a_place_for_every_variable() -> None:
    properties = case_form_schema()["properties"]
    sections = {place.split(".")[0] for variable in evidence.load().variables.values() for place in variable.form}
    assert sections <= properties.keys()


def test_both_forms_of_record_have_the_same_limits() -> None:
    properties, limits = case_form_schema()["properties"], table("codes")["limits"]
    assert {name: properties[name]["maximum"] for name in limits} == {name: pair[1] for name, pair in limits.items()}
