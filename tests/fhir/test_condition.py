"""Condition: present, past, excluded, unsure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ketaminder.terms import Case, Refused

CM = "http://hl7.org/fhir/sid/icd-10-cm"
WHO = "http://hl7.org/fhir/sid/icd-10"
SNOMED = "http://snomed.info/sct"
OWN = "urn:x-ketaminder:variable"
REFUTED = {"verificationStatus": {"coding": [{"code": "refuted"}]}}
RESOLVED = {"clinicalStatus": {"coding": [{"code": "resolved"}]}}
Build = Callable[..., dict[str, Any]]


def values(case: Case) -> dict[str, Any]:
    return {name: fact.value for name, fact in case.facts.items()}


@pytest.mark.parametrize(
    ("system", "code", "variable"),
    [
        (CM, "I71.40", "aneurysmal_vascular_disease"),
        (CM, "I7140", "aneurysmal_vascular_disease"),
        (WHO, "Q28.2", "arteriovenous_malformation"),
        (WHO, "I61.9", "history_intracerebral_haemorrhage"),
        (WHO, "F20.0", "primary_psychotic_disorder"),
        (CM, "F33.3", "psychotic_features"),
        (WHO, "F31.6", "current_mania_or_mixed"),
        (CM, "Z33.1", "pregnant"),
        (SNOMED, "84757009", "epilepsy"),
        (CM, "N30.10", "interstitial_cystitis_or_luts"),
        (CM, "G47.33", "osa_untreated"),
        (OWN, "raised_intracranial_pressure", "raised_intracranial_pressure"),
    ],
)
def test_a_present_condition_is_a_fact(
    read: Callable[..., Case], condition: Build, system: str, code: str, variable: str
) -> None:
    assert values(read(condition(system, code)))[variable] is True


def test_silence_is_unknown(read: Callable[..., Case], condition: Build) -> None:
    assert "epilepsy" not in read(condition(CM, "F33.2")).facts


def test_schizotypal_disorder_is_no_psychosis(read: Callable[..., Case], condition: Build) -> None:
    assert not {"psychosis_history", "primary_psychotic_disorder"} & read(condition(WHO, "F21")).facts.keys()


def test_a_refuted_condition_is_known_absent(read: Callable[..., Case], condition: Build) -> None:
    case = read(condition(SNOMED, "432119003", "Aneurysm", **REFUTED))
    assert values(case)["aneurysmal_vascular_disease"] is False
    assert "Aneurysm: excluded" in case.history


def test_excluding_one_kind_does_not_exclude_all(read: Callable[..., Case], condition: Build) -> None:
    case = read(condition(CM, "I71.40", "Abdominal aortic aneurysm", **REFUTED))
    assert "aneurysmal_vascular_disease" not in case.facts
    assert "Abdominal aortic aneurysm: excluded" in case.history


def test_an_excluded_event_never_happened(read: Callable[..., Case], condition: Build) -> None:
    case = read(condition(OWN, "days_since_cardiovascular_event", **REFUTED))
    assert case.facts["days_since_cardiovascular_event"].value is None


def test_presence_outweighs_exclusion(read: Callable[..., Case], condition: Build) -> None:
    excluded, present = condition(SNOMED, "84757009", **REFUTED), condition(CM, "G40.909")
    assert values(read(excluded, present))["epilepsy"] is values(read(present, excluded))["epilepsy"] is True


@pytest.mark.parametrize("doubt", ["provisional", "differential", "unconfirmed"])
def test_an_unconfirmed_condition_counts_and_is_said(read: Callable[..., Case], condition: Build, doubt: str) -> None:
    case = read(condition(CM, "G40.909", "Epilepsy", verificationStatus={"coding": [{"code": doubt}]}))
    assert values(case)["epilepsy"] is True
    assert "Epilepsy is not confirmed; it counts as present." in map(str, case.assumed)


@pytest.mark.parametrize(("code", "variable"), [("F33.2", "psychotic_features"), ("Z98.51", "childbearing_potential")])
def test_what_is_not_confirmed_never_reassures(
    read: Callable[..., Case], condition: Build, code: str, variable: str
) -> None:
    assert values(read(condition(CM, code)))[variable] is False
    assert variable not in read(condition(CM, code, verificationStatus={"coding": [{"code": "provisional"}]})).facts


def test_a_past_condition_is_history_only(read: Callable[..., Case], condition: Build) -> None:
    case = read(condition(CM, "G40.909", "Epilepsy", **RESOLVED))
    assert "epilepsy" not in case.facts
    assert "Epilepsy: past" in case.history


def test_a_haemorrhage_stays_history_for_life(read: Callable[..., Case], condition: Build) -> None:
    case = read(condition(CM, "I61.9", **RESOLVED, onsetDateTime="2001-04-02", abatementDateTime="2001-06-01"))
    assert values(case)["history_intracerebral_haemorrhage"] is True


def test_a_stated_treatment_outweighs_what_a_code_leaves_open(read: Callable[..., Case], condition: Build) -> None:
    apnoea = condition(CM, "G47.33")
    treated = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": OWN, "code": "osa_untreated"}]},
        "valueBoolean": False,
    }
    assert values(read(apnoea))["osa_untreated"] is True
    assert values(read(apnoea, treated))["osa_untreated"] is False


@pytest.mark.parametrize(
    ("onset", "days", "months"),
    [("2026-10-03", 30.0, 0.0), ("2025-11-02", 365.0, 12.0), ("2025-11-03", 364.0, 11.0), ("2026-10", 2.0, 0.0)],
)
def test_time_since_an_infarction(
    read: Callable[..., Case], condition: Build, onset: str, days: float, months: float
) -> None:
    found = values(read(condition(CM, "I21.4", onsetDateTime=onset)))
    assert found["days_since_cardiovascular_event"] == days
    assert found["months_since_mi_ua_revascularisation"] == months


def test_the_most_recent_event_counts(read: Callable[..., Case], condition: Build) -> None:
    old, new = (condition(CM, "I21.4", onsetDateTime=day) for day in ("2020-01-01", "2026-10-03"))
    assert values(read(new, old))["days_since_cardiovascular_event"] == 30.0


def test_an_infarction_without_a_date_leaves_the_time_open(read: Callable[..., Case], condition: Build) -> None:
    case = read(condition(CM, "I21.4", "NSTEMI"))
    assert "days_since_cardiovascular_event" not in case.facts
    assert "NSTEMI carries no date: the time since is open." in map(str, case.assumed)


def test_time_since_a_use_disorder(read: Callable[..., Case], condition: Build) -> None:
    active = condition(CM, "F10.20")
    past = condition(CM, "F10.20", **RESOLVED, abatementDateTime="2026-08-02")
    assert values(read(active))["months_since_moderate_severe_sud"] == 0.0
    assert values(read(past))["months_since_moderate_severe_sud"] == 3.0


def test_nicotine_is_no_such_disorder(read: Callable[..., Case], condition: Build) -> None:
    assert "months_since_moderate_severe_sud" not in read(condition(CM, "F17.20")).facts


def test_a_condition_that_begins_later_is_not_read(read: Callable[..., Case], condition: Build) -> None:
    case = read(condition(CM, "Z33.1", "Pregnancy", id="c", onsetDateTime="2026-10-20"), on=date(2026, 10, 1))
    assert "pregnant" not in case.facts
    said = "Condition/c (Pregnancy) begins on 2026-10-20, later than the day of reading: not read."
    assert said in map(str, case.assumed)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"clinicalStatus": {"coding": [{"code": "asleep"}]}}, "required: one of active, recurrence"),
        ({"verificationStatus": {"coding": [{"code": "maybe"}]}}, "required: one of confirmed, refuted"),
        ({"code": {}}, "code: got {}; required: the code or name of the condition"),
        ({"onsetDateTime": "last year"}, "got 'last year'; required: a FHIR date"),
    ],
)
def test_a_condition_that_cannot_be_read_is_refused(
    read: Callable[..., Case], condition: Build, more: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused) as refused:
        read({**condition(CM, "F33.2"), **more})
    assert sentence in str(refused.value)


def test_a_checklist_entry_that_no_variable_names_is_refused(read: Callable[..., Case], condition: Build) -> None:
    with pytest.raises(Refused, match=r"got 'epilepsie'; required: a variable of evidence/variables\.toml"):
        read(condition(OWN, "epilepsie", **REFUTED))
