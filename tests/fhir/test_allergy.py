"""AllergyIntolerance: ketamine, none known, or silence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ketaminder.terms import Case

SNOMED = "http://snomed.info/sct"


def allergy(code: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"resourceType": "AllergyIntolerance", "id": "a", "code": code, **more}


def verified(status: str) -> dict[str, Any]:
    return {"verificationStatus": {"coding": [{"code": status}]}}


@pytest.mark.parametrize(
    ("resources", "value"),
    [
        ([allergy({"text": "Ketamine (Ketalar)"})], True),
        ([allergy({"coding": [{"system": "http://www.whocc.no/atc", "code": "N06AX27"}]})], True),
        ([allergy({"text": "Esketamine"}, **verified("unconfirmed"))], True),
        ([allergy({"text": "Ketamine"}, **verified("refuted"))], False),
        ([allergy({"coding": [{"system": SNOMED, "code": "716186003"}]})], False),
        ([allergy({"coding": [{"system": SNOMED, "code": "409137002"}]})], False),
        (
            [
                allergy({"coding": [{"system": SNOMED, "code": "409137002"}]}, id="n"),
                allergy({"text": "ketamine"}, id="k"),
            ],
            True,
        ),
    ],
)
def test_hypersensitivity(read: Callable[..., Case], resources: list[dict[str, Any]], value: bool) -> None:
    assert read(*resources).facts["hypersensitivity_ketamine"].value is value


@pytest.mark.parametrize(
    "resources",
    [
        [],
        [allergy({"text": "Penicillin"})],
        [allergy({"text": "Ketamine"}, **verified("entered-in-error"))],
        [allergy({"coding": [{"system": SNOMED, "code": "716186003"}]}, **verified("refuted"))],
        [allergy({"coding": [{"system": SNOMED, "code": "716186003"}]}, **verified("unconfirmed"))],
    ],
)
def test_silence_about_ketamine_is_unknown(read: Callable[..., Case], resources: list[dict[str, Any]]) -> None:
    assert "hypersensitivity_ketamine" not in read(*resources).facts
