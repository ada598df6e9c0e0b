"""Medicines: what is taken, what was tried, and what nobody recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ketaminder.terms import Case, Medication, PriorTreatment, Refused

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC = "http://www.whocc.no/atc"
IPS = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
UCUM = "http://unitsofmeasure.org"
Build = Callable[..., dict[str, Any]]


def empty_list(**more: Any) -> dict[str, Any]:
    reason = {"system": "http://terminology.hl7.org/CodeSystem/list-empty-reason", "code": "nilknown"}
    return {
        "resourceType": "List",
        "status": "current",
        "mode": "snapshot",
        "code": {"coding": [{"system": "http://loinc.org", "code": "10160-0"}]},
        "emptyReason": {"coding": [reason]},
        **more,
    }


def outcome(text: str, percent: float | None = None, episode: bool | None = None) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [{"url": "outcome", "valueString": text}]
    if percent is not None:
        parts.append({"url": "improvement-percent", "valueDecimal": percent})
    if episode is not None:
        parts.append({"url": "in-current-episode", "valueBoolean": episode})
    return {"extension": [{"url": "urn:x-ketaminder:treatment-outcome", "extension": parts}]}


def test_a_current_medicine_with_code_and_dose(read: Callable[..., Case], statement: Build) -> None:
    codings = [{"system": RXNORM, "code": "39786", "display": "venlafaxine"}, {"system": ATC, "code": "N06AX16"}]
    dosage = {
        "text": "225 mg once daily",
        "doseAndRate": [{"doseQuantity": {"value": 225, "system": UCUM, "code": "mg", "unit": "mg"}}],
    }
    case = read(statement(medicationCodeableConcept={"coding": codings}, dosage=[dosage]))
    assert case.medications == (Medication("venlafaxine", "39786", "N06AX16", "225 mg once daily"),)


@pytest.mark.parametrize("contained", [True, False])
def test_a_medicine_by_reference(read: Callable[..., Case], statement: Build, contained: bool) -> None:
    """The one that is named, and not the one that stands before it."""
    other = {"resourceType": "Medication", "id": "other", "code": {"text": "aspirin"}}
    medication = {"resourceType": "Medication", "id": "m", "code": {"text": "lithium carbonate"}}
    taken = statement(medicationReference={"reference": "#m" if contained else "Medication/m"})
    del taken["medicationCodeableConcept"]
    case = read(taken | {"contained": [other, medication]}) if contained else read(taken, other, medication)
    assert case.medications == (Medication("lithium carbonate"),)


@pytest.mark.parametrize("nothing", [{}, {"text": ""}, {"coding": [{"system": RXNORM}]}])
def test_a_medicine_without_code_or_name_is_refused(
    read: Callable[..., Case], statement: Build, nothing: dict[str, Any]
) -> None:
    with pytest.raises(Refused) as refused:
        read(statement(medicationCodeableConcept=nothing))
    assert str(refused.value).startswith("Bundle.entry[1].resource.medicationCodeableConcept: got ")
    assert str(refused.value).endswith("required: the code or name of the medicine.")


def test_a_medicine_that_the_bundle_does_not_hold_is_refused(read: Callable[..., Case], statement: Build) -> None:
    missing = statement(medicationCodeableConcept=None, medicationReference={"reference": "Medication/gone"})
    with pytest.raises(Refused, match="required: a Medication that the Bundle contains"):
        read(missing)


@pytest.mark.parametrize(
    ("value", "code"), [(-50, "mg"), (0, "mg"), (50, "cm"), (50, "mm[Hg]"), (50, "kg"), (50, "lb")]
)
def test_a_dose_that_none_can_be_is_refused(
    read: Callable[..., Case], statement: Build, value: float, code: str
) -> None:
    dose = {"doseAndRate": [{"doseQuantity": {"value": value, "system": UCUM, "code": code}}]}
    with pytest.raises(Refused) as refused:
        read(statement(dosage=[dose]))
    assert str(refused.value).startswith("Bundle.entry[1].resource.dosage[0].doseAndRate[0].doseQuantity")
    assert repr(value if code == "mg" else code) in str(refused.value)


def test_a_stated_empty_list_is_empty_and_silence_is_not(read: Callable[..., Case], statement: Build) -> None:
    none_known = statement(medicationCodeableConcept={"coding": [{"system": IPS, "code": "no-known-medications"}]})
    assert read(empty_list()).medications == ()
    assert read(none_known).medications == ()
    assert read().medications is None


@pytest.mark.parametrize(
    "more",
    [
        {"status": "retired"},
        {"emptyReason": {"coding": [{"code": "unavailable"}]}},
        {"date": "2026-12-01"},
        {"code": {"coding": [{"system": "http://loinc.org", "code": "48765-2"}]}},
    ],
)
def test_other_lists_do_not_say_that_there_are_none(read: Callable[..., Case], more: dict[str, Any]) -> None:
    assert read(empty_list(**more)).medications is None


def test_no_information_is_no_list(read: Callable[..., Case], statement: Build) -> None:
    unknown = statement(medicationCodeableConcept={"coding": [{"system": IPS, "code": "no-medication-info"}]})
    assert read(unknown).medications is None


def test_a_listed_medicine_outweighs_an_empty_list(read: Callable[..., Case], statement: Build) -> None:
    case = read(statement(), empty_list())
    assert case.medications == (Medication("sertraline"),)
    assert "The record lists medicines and also states that there are none: the medicines count." in map(
        str, case.assumed
    )


@pytest.mark.parametrize(
    ("status", "note"),
    [
        ("active", ""),
        ("on-hold", "recorded as on-hold"),
        ("unknown", "recorded as unknown"),
        ("intended", "recorded as intended"),
    ],
)
def test_what_may_be_taken_counts_as_taken(read: Callable[..., Case], statement: Build, status: str, note: str) -> None:
    case = read(statement(status=status))
    assert case.medications == (Medication("sertraline", note=note),)
    said = f"sertraline is recorded as {status}: it counts as taken."
    assert (said in map(str, case.assumed)) is bool(note)


def test_an_active_medicine_that_has_ended_counts_and_is_said(read: Callable[..., Case], statement: Build) -> None:
    case = read(statement(effectivePeriod={"start": "2024-01-01", "end": "2024-06-30"}))
    assert case.medications == (Medication("sertraline"),)
    said = "sertraline is recorded as active, and as ended on 2024-06-30: it counts as taken."
    assert said in map(str, case.assumed)


@pytest.mark.parametrize("status", ["completed", "stopped", "not-taken"])
def test_what_is_over_is_not_taken(read: Callable[..., Case], statement: Build, status: str) -> None:
    assert read(statement(status=status)).medications is None


def test_an_order_is_taken(read: Callable[..., Case]) -> None:
    order = {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": "lithium"},
        "dosageInstruction": [{"text": "450 mg twice daily"}],
    }
    assert read(order).medications == (Medication("lithium", dose="450 mg twice daily"),)
    assert read(order | {"doNotPerform": True}).medications is None


def test_an_earlier_trial(read: Callable[..., Case], statement: Build) -> None:
    trial = statement(
        status="completed",
        effectivePeriod={"start": "2026-01-05", "end": "2026-03-16"},
        dosage=[{"text": "200 mg daily"}],
        **outcome("non-response", 10, True),
    )
    case = read(trial)
    assert case.prior_treatments == (
        PriorTreatment("sertraline", None, "200 mg daily", 10.0, 10.0, "non-response", True),
    )


def test_what_a_trial_does_not_say_is_unknown(read: Callable[..., Case], statement: Build) -> None:
    assert read(statement(status="stopped")).prior_treatments == (PriorTreatment("sertraline"),)


def test_a_trial_between_two_months_has_its_shortest_length(read: Callable[..., Case], statement: Build) -> None:
    case = read(statement(status="stopped", effectivePeriod={"start": "2026-01", "end": "2026-04"}))
    assert case.prior_treatments is not None
    assert case.prior_treatments[0].weeks == pytest.approx(60 / 7)  # 31 January to 1 April


def test_a_reason_for_stopping_is_the_outcome(read: Callable[..., Case], statement: Build) -> None:
    case = read(statement(status="stopped", statusReason=[{"text": "intolerance: tremor"}]))
    assert case.prior_treatments == (PriorTreatment("sertraline", outcome="intolerance: tremor"),)


@pytest.mark.parametrize("percent", [101, -101])
def test_an_impossible_improvement_is_refused(read: Callable[..., Case], statement: Build, percent: int) -> None:
    with pytest.raises(Refused, match=f"got {percent}; required: an improvement from -100 to 100 percent"):
        read(statement(status="stopped", **outcome("non-response", percent)))


def test_an_antibiotic_is_history_and_no_trial(read: Callable[..., Case], statement: Build) -> None:
    case = read(statement(status="completed", medicationCodeableConcept={"text": "amoxicillin"}))
    assert case.prior_treatments is None
    assert "Past medicine: amoxicillin" in case.history


def test_an_earlier_day_is_read_as_it_was(read: Callable[..., Case], statement: Build) -> None:
    trial = statement(status="completed", effectivePeriod={"start": "2026-01-05", "end": "2026-03-16"})
    assert read(trial, on=date(2026, 2, 1)).medications == (Medication("sertraline", note="recorded as completed"),)
    assert read(trial, on=date(2025, 12, 1)).medications is None


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"status": "eaten"}, "status: got 'eaten'; required: one of active, intended"),
        ({"subject": None}, "required: medicines that can be read whole: here it does not say whose it is"),
        ({"modifierExtension": [{"url": "urn:x"}]}, "medicines that can be read whole: here it carries a modifier"),
    ],
)
def test_a_medicine_is_never_left_out_silently(
    read: Callable[..., Case], statement: Build, more: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused) as refused:
        read(statement(**more))
    assert sentence in str(refused.value)
