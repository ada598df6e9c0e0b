"""Strict JSON."""

from __future__ import annotations

import pytest

from ketaminder.fhir.document import DEEPEST_LEVELS, Element, parse
from ketaminder.terms import Refused


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "got ''; required: JSON (Expecting value: line 1 column 1 (char 0))."),
        ("weight 70 kg", "got 'weight 70 kg'; required: JSON (Expecting value: line 1 column 1 (char 0))."),
        ('{"a": 1} {"a": 1}', "required: JSON (Extra data"),
        ('{"weight_kg": 70, "weight_kg": 7}', "got 'weight_kg'; required: each name once in an object"),
        ('{"weight_kg": NaN}', "got 'NaN'; required: finite numbers; JSON has no NaN and no Infinity."),
        ('{"weight_kg": -Infinity}', "got '-Infinity'; required: finite numbers"),
        ('{"weight_kg": 1e99999999999999999999}', "required: JSON whose numbers can be held."),
        ('{"name": "\\ud800"}', "required: Unicode text without lone surrogates."),
        ("[" * 100_000, "required: at most 64 levels of nesting."),
        ("[" * (DEEPEST_LEVELS + 1) + "]" * (DEEPEST_LEVELS + 1), "required: at most 64 levels of nesting."),
        ("[" + "9" * 5000 + "]", "required: JSON (Exceeds the limit"),
    ],
)
def test_what_is_not_strict_json_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(text)
    assert sentence in str(refused.value)


def test_as_deep_as_allowed_is_read() -> None:
    depth = DEEPEST_LEVELS - 1
    assert parse("[" * depth + "]" * depth)


def test_a_byte_order_mark_is_no_obstacle() -> None:
    assert parse('\ufeff{"a": 1}')["a"].value == 1


def test_decimals_are_kept_as_written() -> None:
    number = parse('{"a": 0.1000}')["a"].number()
    assert str(number) == "0.1000"


def test_every_value_knows_its_place() -> None:
    element = next(iter(Element({"entry": [{"resource": {}}]}, "Bundle")["entry"]))["resource"]["valueQuantity"]
    assert element.where == "Bundle.entry[0].resource.valueQuantity"
    assert not element


@pytest.mark.parametrize("value", ["70", True, [], {}])
def test_a_number_is_a_number(value: object) -> None:
    with pytest.raises(Refused, match="required: a number"):
        Element(value, "weight").number()


def test_a_number_too_large_to_hold_is_refused() -> None:
    with pytest.raises(Refused, match=r"weight: got 1E\+400; required: a finite number"):
        parse('{"weight": 1e400}')["weight"].number()
