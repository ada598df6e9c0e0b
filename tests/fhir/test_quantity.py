"""UCUM quantities. Conversions by hand from the definitions named in units.toml."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketaminder.fhir.coding import table
from ketaminder.fhir.document import Element, Number
from ketaminder.fhir.quantity import UCUM, measured
from ketaminder.terms import Refused


def quantity(value: Any, code: str | None = None, **more: Any) -> Element:
    coded = {"system": UCUM, "code": code} if code else {}
    return Element({"value": Number(value) if isinstance(value, str) else value, **coded, **more}, "valueQuantity")


CONVERTED = [
    (154, "[lb_av]", "mass", 69.85322498),  # 154 x 0.45359237
    (11, "[stone_av]", "mass", 69.85322498),  # 11 stone are 154 pounds
    (2464, "[oz_av]", "mass", 69.85322498),  # 2464 ounces are 154 pounds
    (70500, "g", "mass", 70.5),
    ("70.5", "kg", "mass", 70.5),
    (67, "[in_i]", "length", 170.18),
    ("1.75", "m", "length", 175.0),
    (16, "kPa", "pressure", 120.0102),  # 16 / 0.133322
    ("98.6", "[degF]", "temperature", 37.0),
    ("310.15", "K", "temperature", 37.0),
    (98, "%", "percent", 98.0),
    (72, "{beats}/min", "rate", 72.0),
    (140, "g/L", "haemoglobin", 14.0),
    (70_500_000, "mg", "mass", 70.5),
    (1700, "mm", "length", 170.0),
    (6, "[ft_i]", "length", 182.88),  # 6 feet are 72 inches
    (12, "cm[Hg]", "pressure", 120.0),
    (2, "ukat/L", "catalytic_activity", 120.0),  # 1 U is 1 umol/min, and 1 kat 1 mol/s
]
KEPT = {
    "mass": ["kg"],
    "length": ["cm"],
    "pressure": ["mm[Hg]"],
    "rate": ["/min", "1/min"],
    "percent": ["%"],
    "temperature": ["Cel"],
    "body_mass_index": ["kg/m2"],
    "filtration": ["mL/min/{1.73_m2}", "mL/min/1.73.m2", "mL/min/1.73m2"],
    "thyrotropin": ["m[IU]/L", "u[IU]/mL", "m[iU]/L", "u[iU]/mL"],
    "thyroxine": ["pmol/L"],
    "haemoglobin": ["g/dL"],
    "catalytic_activity": ["U/L", "[IU]/L", "[iU]/L"],
    "ratio": ["1", "{INR}", "{ratio}"],
    "score": ["{score}", "1"],
}
"""Units that are kept as they are, or are the same by another name."""


@pytest.mark.parametrize(("value", "code", "dimension", "expected"), CONVERTED)
def test_units_convert_because_the_unit_says_so(value: Any, code: str, dimension: str, expected: float) -> None:
    assert measured(quantity(value, code), dimension) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("dimension", "codes"), KEPT.items())
def test_units_that_are_kept_leave_a_number_as_it_is(dimension: str, codes: list[str]) -> None:
    assert [measured(quantity("12.5", code), dimension) for code in codes] == [12.5] * len(codes)


def test_every_unit_that_is_read_is_converted_here_by_hand() -> None:
    tried = {(dimension, code) for _, code, dimension, _ in CONVERTED}
    tried |= {(dimension, code) for dimension, codes in KEPT.items() for code in codes}
    assert {(dimension, code) for dimension, row in table("units").items() for code in row["factors"]} <= tried


def test_pounds_convert_to_the_last_digit() -> None:
    assert measured(quantity(1, "[lb_av]"), "mass") == 0.45359237


def test_a_unit_that_is_a_ucum_code_serves_without_code() -> None:
    assert measured(quantity(70, unit="kg"), "mass") == 70.0


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (quantity(70), "valueQuantity.unit: got None; required: a UCUM unit of mass, one of kg, g, mg, [lb_av]"),
        (quantity(154, unit="lbs"), "valueQuantity.unit: got 'lbs'; required: a UCUM unit of mass"),
        (quantity(154, unit="pounds"), "valueQuantity.unit: got 'pounds'; required: a UCUM unit of mass"),
        (quantity(70, "cm"), "valueQuantity.code: got 'cm'; required: a UCUM unit of mass"),
        (quantity(70, "KG"), "valueQuantity.code: got 'KG'; required: a UCUM unit of mass"),
        (
            Element({"value": 70, "code": "kg"}, "valueQuantity"),
            "valueQuantity.system: got None; required: http://unitsofmeasure.org beside the code 'kg'",
        ),
        (
            Element({"value": 70, "code": "kg", "system": "http://snomed.info/sct"}, "valueQuantity"),
            "valueQuantity.system: got 'http://snomed.info/sct'; required: http://unitsofmeasure.org",
        ),
        (
            quantity(154, "kg", unit="lbs"),
            "valueQuantity.unit: got 'lbs'; required: a unit that agrees with the code 'kg'",
        ),
        (quantity(0, "kg"), "valueQuantity.value: got 0; required: mass above zero."),
        (quantity("-70.5", "kg"), "valueQuantity.value: got -70.5; required: mass above zero."),
        (quantity("1e-400", "kg"), "valueQuantity.value: got 1E-400; required: a number that a computer can hold."),
        (quantity(70, "kg", comparator="<"), "valueQuantity.comparator: got '<'; required: an exact value"),
        (quantity(None, "kg"), "valueQuantity.value: got None; required: a number."),
        (quantity(True, "kg"), "valueQuantity.value: got True; required: a number."),
    ],
)
def test_a_mass_that_cannot_be_read_is_refused(given: Element, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        measured(given, "mass")
    assert str(refused.value).startswith(sentence)


def test_more_than_all_oxygen_is_refused() -> None:
    with pytest.raises(Refused, match="got 101; required: at most 100 %"):
        measured(quantity(101, "%"), "percent")


@given(
    st.decimals(min_value="0.001", max_value="700", places=3),
    st.sampled_from(sorted(table("units")["mass"]["factors"])),
)
def test_a_mass_is_the_number_times_the_definition_of_its_unit(number: Decimal, unit: str) -> None:
    grams = {
        "kg": Decimal(1000),
        "g": Decimal(1),
        "mg": Decimal("0.001"),
        "[lb_av]": Decimal("453.59237"),
        "[oz_av]": Decimal("453.59237") / 16,
        "[stone_av]": Decimal("453.59237") * 14,
    }
    assert measured(quantity(str(number), unit), "mass") == float(number * grams[unit] / 1000)
