"""Doses of recorded medicines."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketaminder.fhir.document import Element
from ketaminder.fhir.dosage import dosage_text, dose_text
from ketaminder.terms import Refused

UCUM = "http://unitsofmeasure.org"


@pytest.mark.parametrize(
    "text",
    [
        "225 mg daily",
        "0.5 mg twice daily",
        "0,5 mg",
        ".5 mg",
        "900 mg daily, level 0.8",
        "10mg",
        "1,000 mg",
        "1-2 mg at night",
        "2 x 50 mg",
        "1/2 tablet",
        "½ tablet",
        "25 mcg/h patch",
        "5 mL",
        "100 units",
        "20 mmol",
        "5 % twice daily",
        "2 {puff} in the morning",
        "as needed",
        "infusion on Mondays",
        "",
    ],
)
def test_doses_that_people_write(text: str) -> None:
    assert dose_text(Element(text, "dose")) == text


@pytest.mark.parametrize(
    "text",
    [
        "-5 mg",
        "−5 mg",
        "0 mg",
        "0.0 mg daily",
        "NaN mg",
        "nan mg",
        "Infinity mg",
        "inf mg",
        "1e400 mg",
        "50",
        "50 daily",
        "5 cm",
        "80 kg",
        "120 mmHg",
        "3 days",
        "0-50 mg",
        "2 x 0 mg",
        "0/5 tablet",
        "1..5 mg",
    ],
)
def test_what_no_dose_can_be_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        dose_text(Element(text, "current_medications[2].dose"))
    said = str(refused.value)
    assert said.startswith(f"current_medications[2].dose: got {text!r}; required: a dose above zero with a unit")


def dosage(quantity: dict[str, Any], **more: Any) -> Element:
    return Element({"doseAndRate": [{"doseQuantity": quantity}], **more}, "dosage[0]")


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (dosage({"value": 225, "unit": "mg", "system": UCUM, "code": "mg"}), "225 mg"),
        (
            dosage({"value": 225, "unit": "mg", "system": UCUM, "code": "mg"}, text="225 mg once daily"),
            "225 mg once daily",
        ),
        (dosage({"value": 150, "unit": "mg", "system": UCUM, "code": "mg"}, text="at night"), "at night (150 mg)"),
        (dosage({"value": 2, "unit": "tablets"}), "2 tablets"),
        (dosage({"value": 10, "unit": "mL"}), "10 mL"),
        (dosage({"value": 1, "system": UCUM, "code": "{tbl}"}), "1 {tbl}"),
        (Element({"text": "as needed"}, "dosage[0]"), "as needed"),
    ],
)
def test_a_fhir_dosage_in_words(given: Element, text: str) -> None:
    assert dosage_text(given) == text


@pytest.mark.parametrize(
    ("quantity", "given"),
    [
        ({"value": -50, "unit": "mg", "system": UCUM, "code": "mg"}, "value: got -50"),
        ({"value": 0, "unit": "mg", "system": UCUM, "code": "mg"}, "value: got 0"),
        ({"unit": "mg", "system": UCUM, "code": "mg"}, "value: got None"),
        ({"value": 50, "system": UCUM, "code": "cm"}, "code: got 'cm'"),
        ({"value": 50, "system": UCUM, "code": "kg"}, "code: got 'kg'"),
        ({"value": 50, "system": UCUM, "code": "mm[Hg]"}, "code: got 'mm[Hg]'"),
        ({"value": 50, "unit": "stone"}, "unit: got 'stone'"),
        ({"value": 50, "code": "mg"}, "code: got 'mg'"),
    ],
)
def test_a_fhir_dose_that_none_can_be_is_refused(quantity: dict[str, Any], given: str) -> None:
    with pytest.raises(Refused) as refused:
        dosage_text(dosage(quantity))
    assert str(refused.value).startswith(f"dosage[0].doseAndRate[0].doseQuantity.{given}; required: a dose above zero")


def test_a_count_without_a_unit_is_kept_and_said() -> None:
    assert dosage_text(dosage({"value": 50})) == "50 (unit not recorded)"


def test_a_unit_system_without_a_unit_is_refused() -> None:
    with pytest.raises(Refused, match="required: a dose above zero with a unit"):
        dosage_text(dosage({"value": 50, "system": "http://unitsofmeasure.org"}))


@given(st.text(alphabet="0123456789.,-+/x½ mgkcdaily", max_size=14))
def test_a_text_is_kept_as_it_is_or_refused(text: str) -> None:
    try:
        assert dose_text(Element(text, "dose")) == text.strip()
    except Refused:
        assert any(character in "0123456789½" for character in text)
