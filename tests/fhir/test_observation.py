"""Observation: the latest value not after the day, or none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ketaminder.terms import Case, Fact, Refused

UCUM = "http://unitsofmeasure.org"
KG = {"unit": "kg", "system": UCUM, "code": "kg"}
Build = Callable[..., dict[str, Any]]


def observation(code: str, system: str = "http://loinc.org", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": system, "code": code}], "text": code},
        "effectiveDateTime": "2026-10-01",
        **more,
    }


def own(variable: str, **more: Any) -> dict[str, Any]:
    return observation(variable, "urn:x-ketaminder:variable", **more)


def test_pounds_convert_because_the_unit_says_so(read: Callable[..., Case], weight: Build) -> None:
    pounds = {"value": 156, "unit": "lb", "system": UCUM, "code": "[lb_av]"}
    assert read(weight(pounds)).patient.weight_kg == 70.76040972  # 156 x 0.45359237


def test_a_weight_in_centimetres_is_refused(read: Callable[..., Case], weight: Build) -> None:
    with pytest.raises(Refused) as refused:
        read(weight({"value": 70, "unit": "cm", "system": UCUM, "code": "cm"}))
    said = "Bundle.entry[1].resource.valueQuantity.code: got 'cm'; required: a UCUM unit of mass, one of kg, g, mg"
    assert str(refused.value).startswith(said)


def test_a_weight_in_words_is_refused(read: Callable[..., Case], weight: Build) -> None:
    with pytest.raises(Refused, match="required: a valueQuantity with its unit"):
        read(weight(None, valueString="70 kg"))


@pytest.mark.parametrize("value", [701, 0, -3])
def test_no_person_weighs_that(read: Callable[..., Case], weight: Build, value: int) -> None:
    with pytest.raises(Refused, match=rf"valueQuantity.value: got {value}; required: "):
        read(weight({"value": value, **KG}))


def test_the_latest_weight_counts(read: Callable[..., Case], weight: Build) -> None:
    old = weight({"value": 90, **KG}, id="old", effectiveDateTime="2025-01-01")
    new = weight({"value": 70, **KG}, id="new", effectiveDateTime="2026-10-01")
    assert read(old, new).patient.weight_kg == read(new, old).patient.weight_kg == 70.0


def test_a_later_observation_is_ignored_and_said(read: Callable[..., Case], weight: Build) -> None:
    old = weight({"value": 90, **KG}, id="old", effectiveDateTime="2025-01-01")
    new = weight({"value": 70, **KG}, id="new", effectiveDateTime="2026-10-01")
    case = read(old, new, on=date(2026, 9, 30))
    assert case.patient.weight_kg == 90.0
    said = "Observation/new (29463-7) is not read: dated 2026-10-01, later than the day of reading."
    assert said in map(str, case.assumed)


def test_what_was_measured_on_the_day_itself_counts(read: Callable[..., Case], weight: Build) -> None:
    today = weight({"value": 70, **KG}, effectiveDateTime="2026-09-30")
    assert read(today, on=date(2026, 9, 30)).patient.weight_kg == 70.0
    assert read(today, on=date(2026, 9, 29)).patient.weight_kg is None


def test_two_values_at_one_time_leave_it_open(read: Callable[..., Case], weight: Build) -> None:
    case = read(weight({"value": 90, **KG}, id="a"), weight({"value": 70, **KG}, id="b"))
    assert case.patient.weight_kg is None
    said = "weight_kg is open: Observation/a and Observation/b give different values at one time."
    assert said in map(str, case.assumed)


@pytest.mark.parametrize("status", ["preliminary", "cancelled", "registered", "unknown"])
def test_an_unfinished_observation_is_not_read(read: Callable[..., Case], weight: Build, status: str) -> None:
    case = read(weight({"value": 70, **KG}, status=status))
    assert case.patient.weight_kg is None
    assert f"Observation/w (29463-7) is not read: its status is {status}." in map(str, case.assumed)


def test_an_error_is_not_read(read: Callable[..., Case], weight: Build) -> None:
    case = read(weight({"value": 70, **KG}, status="entered-in-error"))
    assert case.patient.weight_kg is None
    assert "Observation/w is not read: it was entered in error." in map(str, case.assumed)


def test_an_unknown_status_is_refused(read: Callable[..., Case], weight: Build) -> None:
    with pytest.raises(Refused, match="status: got 'finished'; required: one of final, amended, corrected"):
        read(weight({"value": 70, **KG}, status="finished"))


def test_a_missing_value_is_unknown(read: Callable[..., Case], weight: Build) -> None:
    absent = {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "not-performed"}]
    }
    reading = weight(None, dataAbsentReason=absent)
    del reading["valueQuantity"]
    assert read(reading).patient.weight_kg is None


def test_blood_pressure_says_when_and_where(read: Callable[..., Case], pressure: Build) -> None:
    facts = read(pressure(141, 88)).facts
    assert facts["systolic_mmHg"] == Fact(141.0, date(2026, 10, 1), "Observation/bp")
    assert facts["diastolic_mmHg"] == Fact(88.0, date(2026, 10, 1), "Observation/bp")


def test_an_older_half_never_completes_a_newer_pressure(read: Callable[..., Case], pressure: Build) -> None:
    newer = pressure(120, 70, id="new", effectiveDateTime="2026-10-02")
    newer["component"] = newer["component"][:1]
    facts = read(pressure(150, 95), newer).facts
    assert facts["systolic_mmHg"].value == 120.0
    assert "diastolic_mmHg" not in facts


def test_single_codes_make_a_pair(read: Callable[..., Case]) -> None:
    kpa = {"unit": "kPa", "system": UCUM, "code": "kPa"}
    systolic = observation("8480-6", valueQuantity={"value": 18, **kpa})
    diastolic = observation("8462-4", valueQuantity={"value": 12, **kpa})
    facts = read(systolic, diastolic).facts
    assert facts["systolic_mmHg"].value == pytest.approx(135.01, abs=0.01)  # 18 / 0.133322
    assert facts["diastolic_mmHg"].value == pytest.approx(90.01, abs=0.01)  # 12 / 0.133322


@pytest.mark.parametrize(("systolic", "diastolic"), [(80, 120), (90, 90)])
def test_a_systolic_pressure_not_above_the_diastolic_is_refused(
    read: Callable[..., Case], pressure: Build, systolic: int, diastolic: int
) -> None:
    with pytest.raises(Refused, match=f"got '{systolic}/{diastolic} mmHg'; required: a systolic pressure above"):
        read(pressure(systolic, diastolic))


def test_a_liver_enzyme_counts_in_upper_limits_of_normal(read: Callable[..., Case]) -> None:
    unit = {"unit": "U/L", "system": UCUM, "code": "U/L"}
    alt = observation("1742-6", valueQuantity={"value": 120, **unit}, referenceRange=[{"high": {"value": 40, **unit}}])
    assert read(alt).facts["alt_x_uln"].value == 3.0


def test_a_liver_enzyme_without_its_upper_limit_is_shown_and_unknown(read: Callable[..., Case]) -> None:
    case = read(observation("1742-6", valueQuantity={"value": 120, "unit": "U/L", "system": UCUM, "code": "U/L"}))
    assert "alt_x_uln" not in case.facts
    assert "1742-6 120 U/L (2026-10-01)" in case.history


@pytest.mark.parametrize(
    ("high", "sentence"),
    [
        ({"value": 0.7, "system": UCUM, "code": "ukat/L"}, "an upper limit of normal in the unit of the value"),
        ({"value": 0, "system": UCUM, "code": "U/L"}, "an upper limit of normal above zero"),
    ],
)
def test_an_upper_limit_that_cannot_be_one_is_refused(
    read: Callable[..., Case], high: dict[str, Any], sentence: str
) -> None:
    value = {"value": 120, "system": UCUM, "code": "U/L"}
    with pytest.raises(Refused, match=sentence):
        read(observation("1742-6", valueQuantity=value, referenceRange=[{"high": high}]))


@pytest.mark.parametrize(
    ("answer", "test", "pregnant"),
    [
        ({"coding": [{"system": "http://snomed.info/sct", "code": "260385009"}]}, "negative", False),
        ({"coding": [{"system": "http://loinc.org", "code": "LA6576-8"}]}, "positive", True),
        ({"text": "Positive"}, "positive", True),
    ],
)
def test_a_pregnancy_test(read: Callable[..., Case], answer: dict[str, Any], test: str, pregnant: bool) -> None:
    facts = read(observation("2106-3", valueCodeableConcept=answer)).facts
    assert (facts["pregnancy_test"].value, facts["pregnant"].value) == (test, pregnant)


def test_an_unclear_pregnancy_test_says_nothing(read: Callable[..., Case]) -> None:
    assert "pregnancy_test" not in read(observation("2106-3", valueCodeableConcept={"text": "not positive"})).facts


def test_a_pregnancy_status_is_no_test(read: Callable[..., Case]) -> None:
    not_pregnant = {"coding": [{"system": "http://snomed.info/sct", "code": "60001007"}]}
    facts = read(observation("82810-3", valueCodeableConcept=not_pregnant)).facts
    assert facts["pregnant"].value is False
    assert "pregnancy_test" not in facts


def test_any_variable_can_be_recorded_under_our_own_code(read: Callable[..., Case]) -> None:
    facts = read(
        own("MADRS", valueInteger=34),
        own("safe_transport_arranged", valueBoolean=True),
        own("setting", valueString="inpatient"),
        own("hours_since_food", valueQuantity={"value": 3, "system": UCUM, "code": "h"}),
    ).facts
    named = {name: facts[name].value for name in ("MADRS", "safe_transport_arranged", "setting", "hours_since_food")}
    assert named == {"MADRS": 34.0, "safe_transport_arranged": True, "setting": "inpatient", "hours_since_food": 3.0}


@pytest.mark.parametrize(
    ("resource", "sentence"),
    [
        (own("MADRS", valueInteger=61), "valueInteger: got 61; required: a number not below 0 and at most 60"),
        (own("MADRS", valueInteger=-1), "valueInteger: got -1; required: a number not below 0 and at most 60"),
        (own("MADRS", valueString="34"), "required: a valueQuantity for MADRS total"),
        (own("epilepsy", valueInteger=1), "required: a valueBoolean for Epilepsy"),
        (own("setting", valueString="at home"), "got 'at home'; required: Setting of treatment: one of inpatient"),
        (own("hair_colour", valueString="red"), "got 'hair_colour'; required: a variable of evidence/variables.toml"),
        (
            own("hours_since_food", valueQuantity={"value": 180, "system": UCUM, "code": "min"}),
            "got 'min'; required: the UCUM unit h for Hours since food",
        ),
    ],
)
def test_a_value_that_the_variable_cannot_have_is_refused(
    read: Callable[..., Case], resource: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused) as refused:
        read(resource)
    assert sentence in str(refused.value)


def test_not_applicable_is_known_not_to_apply(read: Callable[..., Case]) -> None:
    reason = {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "not-applicable"}]
    }
    facts = read(own("child_pugh", dataAbsentReason=reason)).facts
    assert facts["child_pugh"].value is None


def test_what_no_rule_reads_is_shown(read: Callable[..., Case]) -> None:
    cholesterol = observation("2093-3", valueQuantity={"value": 5.2, "unit": "mmol/L"})
    cholesterol["code"]["text"] = "Cholesterol"
    assert "Cholesterol 5.2 mmol/L (2026-10-01)" in read(cholesterol).history
