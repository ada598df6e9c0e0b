"""What follows from a record, and what may not be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ketaminder.evidence import load
from ketaminder.rules.derive import situation_of
from ketaminder.rules.situation import NotRecorded
from ketaminder.terms import Diagnosis, Indication, Medication, Patient, Refused, Sex

from .people import candidate, recording, without


def value(case: object, name: str) -> object:
    return situation_of(case, load()).fact(name).value  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("born", "years"),
    [(date(1961, 11, 22), 65), (date(1961, 11, 23), 64), (date(2008, 11, 22), 18), (date(2008, 2, 29), 18)],
)
def test_age_in_completed_years_on_2026_11_22(born: date, years: int) -> None:
    assert value(candidate(patient=Patient("invented", birth_date=born)), "age_years") == years


def test_body_mass_index() -> None:
    # 81 kg / (1.80 m)^2 = 25.0
    patient = Patient("invented", weight_kg=81, height_cm=180)
    assert value(candidate(patient=patient), "bmi_kg_per_m2") == pytest.approx(25.0)


def test_body_mass_index_refuses_no_height() -> None:
    with pytest.raises(Refused, match="above zero"):
        situation_of(candidate(patient=Patient("invented", weight_kg=81, height_cm=0)), load())


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("F31.4", "bipolar_disorder", True),
        ("F33.2", "bipolar_disorder", False),
        ("F33.3", "psychotic_features", True),
        ("F25.1", "primary_psychotic_disorder", True),
        ("F31.6", "current_mania_or_mixed", True),
        ("F20.0", "psychosis_history", True),
    ],
)
def test_diagnosis_code(code: str, name: str, expected: bool) -> None:
    case = replace(candidate(), diagnosis=Diagnosis("as coded", code))
    assert value(case, name) is expected


def test_an_anxiety_code_says_nothing_of_bipolar_disorder() -> None:
    case = candidate(diagnosis=Diagnosis("generalised anxiety", "F41.1"), indication=Indication.GAD)
    with pytest.raises(NotRecorded, match="bipolar_disorder"):
        value(case, "bipolar_disorder")


def test_a_truth_that_permits_is_not_overruled_by_the_list() -> None:
    assert value(recording(candidate(), on_ssri_or_snri=False), "on_ssri_or_snri") is False
    assert value(recording(candidate(medications=()), on_ssri_or_snri=True), "on_ssri_or_snri") is True


def test_a_truth_that_cautions_stands_whoever_says_it() -> None:
    listed = candidate(medications=(Medication("tranylcypromine"),))
    assert value(recording(listed, on_maoi=False), "on_maoi") is True
    assert value(recording(candidate(), on_maoi=True), "on_maoi") is True


def test_null_is_unknown_unless_null_means_something() -> None:
    with pytest.raises(NotRecorded, match="systolic_mmHg"):
        value(recording(candidate(), systolic_mmHg=None), "systolic_mmHg")
    assert (
        value(recording(candidate(), days_since_cardiovascular_event=None), "days_since_cardiovascular_event") is None
    )


def test_a_class_is_asked_for_as_the_list() -> None:
    with pytest.raises(NotRecorded, match="current_medications"):
        value(candidate(medications=None), "on_maoi")


def test_an_event_in_days_counts_in_months() -> None:
    # 365.25 days are 12 months
    case = recording(candidate(), days_since_cardiovascular_event=365.25)
    assert value(case, "months_since_mi_ua_revascularisation") == pytest.approx(12)


def test_a_woman_without_a_test_may_be_pregnant() -> None:
    woman = recording(candidate(patient=Patient("invented", sex=Sex.FEMALE)), pregnant=False)
    with pytest.raises(NotRecorded, match="pregnancy_test"):
        value(woman, "pregnant")
    assert value(recording(woman, pregnancy_test="negative"), "pregnant") is False
    assert value(recording(woman, childbearing_potential=False), "pregnant") is False


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("systolic_mmHg", "152", "'152'.*a number"),
        ("systolic_mmHg", True, "True.*a number"),
        ("systolic_mmHg", float("nan"), "nan.*a number"),
        ("systolic_mmHg", -1, "-1.*a number of zero or more in mmHg"),
        ("epilepsy", "no", "'no'.*true or false"),
        ("child_pugh", "D", "'D'.*one of A, B, C"),
        ("favourite_colour", "blue", "'favourite_colour'.*a variable"),
    ],
)
def test_refuses_what_it_cannot_read(name: str, given: object, said: str) -> None:
    with pytest.raises(Refused, match=said):
        situation_of(recording(candidate(), **{name: given}), load())  # type: ignore[arg-type]


def test_refuses_a_case_without_a_product() -> None:
    with pytest.raises(Refused, match="the product to assess"):
        situation_of(candidate(product=None), load())


def test_what_is_not_recorded_is_unknown() -> None:
    with pytest.raises(NotRecorded, match="epilepsy"):
        value(without(candidate(), "epilepsy"), "epilepsy")
