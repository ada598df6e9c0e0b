"""Quantities in UCUM units, converted exactly. There is no default unit, and none is guessed from a number.

FHIR R4 Quantity: http://hl7.org/fhir/R4/datatypes.html#Quantity
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ketaminder.fhir.coding import table
from ketaminder.fhir.document import Element, is_finite

UCUM = "http://unitsofmeasure.org"
_ANNOTATION = re.compile(r"\{[^}]*\}")
"""UCUM: what stands in braces annotates a unit and does not change it."""


def measured(quantity: Element, dimension: str) -> float:
    """The value of `quantity` in the unit of `dimension`, a table of units.toml.

    Raises:
        Refused: no number, no UCUM unit of this dimension, or a value that nothing can have.
    """
    row = table("units")[dimension]
    number = quantity["value"].number()
    if number is None:
        raise quantity["value"].refused("a number")
    if quantity["comparator"]:
        raise quantity["comparator"].refused("an exact value, without a comparator")
    unit = _unit(quantity, dimension, row)
    if number < 0 or (number == 0 and row.get("positive", False)):
        raise quantity["value"].refused(f"{dimension} {'above' if row.get('positive') else 'not below'} zero")
    return _kept(quantity, number, unit, row)


def _kept(quantity: Element, number: Decimal, unit: str, row: Mapping[str, Any]) -> float:
    kept = (number - Decimal(row.get("zeros", {}).get(unit, "0"))) * Decimal(row["factors"][unit])
    if not is_finite(kept) or (number != 0 and float(kept) == 0 and unit not in row.get("zeros", {})):
        raise quantity["value"].refused("a number that a computer can hold")
    if "at_most" in row and kept > Decimal(row["at_most"]):
        raise quantity["value"].refused(f"at most {row['at_most']} {row['unit']}")
    return float(kept)


def _unit(quantity: Element, dimension: str, row: Mapping[str, Any]) -> str:
    system, code, printed = (quantity[name].text() for name in ("system", "code", "unit"))
    required = f"a UCUM unit of {dimension.replace('_', ' ')}, one of {', '.join(row['factors'])}"
    if code and system != UCUM:
        raise quantity["system"].refused(f"{UCUM} beside the code {code!r}, and {required}")
    unit = code or printed
    if unit not in row["factors"]:
        unit = _ANNOTATION.sub("", unit)
    if unit not in row["factors"]:
        raise quantity["code" if code else "unit"].refused(required)
    meant = row.get("printed", {}).get(printed.lower(), printed if printed in row["factors"] else unit)
    if meant != unit:
        raise quantity["unit"].refused(f"a unit that agrees with the code {unit!r}")
    return unit


def same_unit(one: Element, other: Element) -> bool:
    """Whether two quantities name one unit."""
    return (one["code"].text() or one["unit"].text()) == (other["code"].text() or other["unit"].text())
