"""Small records: a Bundle of one patient and the resources that a test is about."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ketaminder import intake
from ketaminder.terms import Case

Resource = dict[str, Any]
Bundle = dict[str, Any]

ON = date(2026, 11, 2)
PATIENT: Resource = {
    "resourceType": "Patient",
    "id": "p",
    "gender": "female",
    "birthDate": "1980-05-17",
    "address": [{"country": "US"}],
}


@pytest.fixture
def bundle() -> Callable[..., Bundle]:
    """A collection Bundle of the patient (or `patient`) and `resources`, each told whose it is."""

    def build(*resources: Resource, patient: Resource = PATIENT, **more: Any) -> Bundle:
        return {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [{"resource": resource} for resource in (patient, *map(_owned, resources))],
            **more,
        }

    return build


def _owned(resource: Resource) -> Resource:
    element = "patient" if resource["resourceType"] == "AllergyIntolerance" else "subject"
    return {element: {"reference": "Patient/p"}, **resource}


@pytest.fixture
def read(bundle: Callable[..., Bundle]) -> Callable[..., Case]:
    """The case that the Bundle of `resources` records on 2 November 2026, or on `on`."""

    def reading(*resources: Resource, on: date = ON, **more: Any) -> Case:
        return intake.read(json.dumps(bundle(*resources, **more)), on=on)

    return reading


@pytest.fixture
def weight() -> Callable[..., Resource]:
    """A weight Observation with `quantity` as its value."""

    def build(quantity: Any, **more: Any) -> Resource:
        return {
            "resourceType": "Observation",
            "id": "w",
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
            "effectiveDateTime": "2026-10-01",
            "valueQuantity": quantity,
            **more,
        }

    return build


@pytest.fixture
def pressure() -> Callable[..., Resource]:
    """A blood pressure panel in mmHg."""

    def build(systolic: Any, diastolic: Any, **more: Any) -> Resource:
        unit = {"unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]"}
        parts = [("8480-6", systolic), ("8462-4", diastolic)]
        return {
            "resourceType": "Observation",
            "id": "bp",
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]},
            "effectiveDateTime": "2026-10-01",
            "component": [
                {
                    "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
                    "valueQuantity": {"value": value, **unit},
                }
                for code, value in parts
            ],
            **more,
        }

    return build


@pytest.fixture
def condition() -> Callable[..., Resource]:
    """A confirmed, active condition with one code."""

    def build(system: str, code: str, text: str = "a condition", **more: Any) -> Resource:
        return {
            "resourceType": "Condition",
            "clinicalStatus": {"coding": [{"code": "active"}]},
            "verificationStatus": {"coding": [{"code": "confirmed"}]},
            "code": {"coding": [{"system": system, "code": code}], "text": text},
            **more,
        }

    return build


@pytest.fixture
def statement() -> Callable[..., Resource]:
    """A MedicationStatement of sertraline."""

    def build(**more: Any) -> Resource:
        return {
            "resourceType": "MedicationStatement",
            "status": "active",
            "medicationCodeableConcept": {"text": "sertraline"},
            **more,
        }

    return build
