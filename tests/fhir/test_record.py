"""The Bundle: one person, whole, each resource once, and each about that person."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ketaminder import intake
from ketaminder.terms import Case, Refused

ON = date(2026, 11, 2)
PERSON = {"resourceType": "Patient", "id": "p"}
Build = Callable[..., dict[str, Any]]


def with_entries(*entries: dict[str, Any], **more: Any) -> Case:
    return intake.read(
        json.dumps({"resourceType": "Bundle", "type": "collection", "entry": list(entries), **more}), on=ON
    )


@pytest.mark.parametrize("kind", ["collection", "searchset", "document", "transaction", "batch"])
def test_every_way_of_exporting(read: Callable[..., Case], pressure: Build, kind: str) -> None:
    assert read(pressure(120, 70), type=kind).facts["systolic_mmHg"].value == 120.0


@pytest.mark.parametrize("kind", ["history", "message", "batch-response", None])
def test_other_bundles_are_refused(read: Callable[..., Case], kind: str | None) -> None:
    with pytest.raises(Refused, match=f"Bundle.type: got {kind!r}; required: a Bundle of type collection"):
        read(type=kind)


def test_two_patients_are_refused() -> None:
    with pytest.raises(Refused) as refused:
        with_entries({"resource": PERSON}, {"resource": {"resourceType": "Patient", "id": "q"}})
    assert str(refused.value) == "Bundle.entry: got 'Patient/p, Patient/q'; required: exactly one Patient."


@pytest.mark.parametrize("entries", [[], [{"resource": {"resourceType": "Condition"}}]])
def test_no_patient_is_refused(entries: list[dict[str, Any]]) -> None:
    with pytest.raises(Refused) as refused:
        with_entries(*entries)
    assert str(refused.value) == "Bundle.entry: got 'no Patient'; required: exactly one Patient."


def test_one_page_of_a_search_is_refused(read: Callable[..., Case]) -> None:
    with pytest.raises(Refused, match="required: the whole search result"):
        read(type="searchset", link=[{"relation": "next", "url": "https://ehr.example.org/?page=2"}])


def test_a_resource_that_stands_twice_is_refused(read: Callable[..., Case], pressure: Build) -> None:
    with pytest.raises(Refused, match="each resource once; Observation/bp stands twice"):
        read(pressure(120, 70), pressure(130, 80))


@pytest.mark.parametrize(
    "reference",
    [
        "Patient/p",
        "Patient/p/_history/3",
        "https://ehr.example.org/fhir/Patient/p",
        "https://ehr.example.org/fhir/Patient/p/_history/1",
    ],
)
def test_the_ways_to_name_the_patient(pressure: Build, reference: str) -> None:
    case = with_entries(
        {"fullUrl": "https://ehr.example.org/fhir/Patient/p", "resource": PERSON},
        {"resource": pressure(120, 70, subject={"reference": reference})},
    )
    assert case.facts["systolic_mmHg"].value == 120.0


def test_a_patient_named_by_uuid_or_identifier(pressure: Build) -> None:
    uuid = "urn:uuid:0f3c2a52-6a6b-4c25-9c55-4a0c1d5d3a11"
    identifier = {"system": "urn:x", "value": "17"}
    for subject in ({"reference": uuid}, {"identifier": identifier}):
        case = with_entries(
            {"fullUrl": uuid, "resource": {"resourceType": "Patient", "identifier": [identifier]}},
            {"resource": pressure(120, 70, subject=subject)},
        )
        assert case.facts["systolic_mmHg"].value == 120.0
        assert case.patient.identifier == uuid


@pytest.mark.parametrize(
    "subject",
    [
        {"reference": "Patient/q"},
        {"reference": "Group/p"},
        {"reference": "https://other.example.org/fhir/Patient/p"},
        {"reference": "urn:uuid:0f3c2a52-6a6b-4c25-9c55-4a0c1d5d3a11"},
        {"reference": "#p"},
        {"identifier": {"value": "17"}},
    ],
)
def test_a_resource_about_somebody_else_is_refused(pressure: Build, subject: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        with_entries(
            {"fullUrl": "https://ehr.example.org/fhir/Patient/p", "resource": PERSON},
            {"resource": pressure(120, 70, subject=subject)},
        )
    said = str(refused.value)
    assert said.startswith("Bundle.entry[1].resource.subject: got {")
    assert said.endswith("required: the one Patient of the Bundle, Patient/p, as the subject.")


def test_a_resource_about_nobody_is_not_read(read: Callable[..., Case], pressure: Build) -> None:
    case = read(pressure(120, 70, subject=None))
    assert not case.facts
    assert "Observation/bp is not read: it does not say whose it is." in map(str, case.assumed)


def test_a_modifier_that_we_do_not_know_leaves_the_resource_unread(read: Callable[..., Case], pressure: Build) -> None:
    reading = pressure(120, 70)
    reading["component"][0]["modifierExtension"] = [{"url": "urn:x-estimated", "valueBoolean": True}]
    case = read(reading)
    assert not case.facts
    said = "Observation/bp is not read: it carries a modifier extension that Ketaminder does not know."
    assert said in map(str, case.assumed)


def test_a_bundle_under_unknown_rules_is_refused(read: Callable[..., Case]) -> None:
    with pytest.raises(Refused, match="a Bundle without implicitRules"):
        read(implicitRules="https://example.org/rules")


def test_what_is_not_read_is_listed(read: Callable[..., Case]) -> None:
    case = read({"resourceType": "Encounter"}, {"resourceType": "CarePlan"}, {"resourceType": "Encounter"})
    said = "Resources that Ketaminder does not read: CarePlan (1), Encounter (2)."
    assert said in map(str, case.assumed)


def test_the_order_of_entries_changes_nothing(read: Callable[..., Case], pressure: Build, condition: Build) -> None:
    parts = [pressure(120, 70), condition("http://hl7.org/fhir/sid/icd-10", "F33.2"), {"resourceType": "Encounter"}]
    assert read(*parts).facts == read(*reversed(parts)).facts
