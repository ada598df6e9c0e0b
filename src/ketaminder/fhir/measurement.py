"""One value of an Observation, or of one of its components."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ketaminder.evidence import Variable
from ketaminder.fhir.coding import table
from ketaminder.fhir.document import Element
from ketaminder.fhir.quantity import measured, same_unit
from ketaminder.fhir.vocabulary import check_possible, checked_number, value_of

Value = bool | float | str | None

_ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_UCUM_NAMES = {
    "mmHg": "mm[Hg]",
    "years": "a",
    "months": "mo",
    "weeks": "wk",
    "days": "d",
    "h": "h",
    "min": "min",
    "mg/day": "mg/d",
    "x ULN": "{ULN}",
    "%": "%",
    "kg/m2": "kg/m2",
}
"""The unit of a variable -> its UCUM code."""


def value_at(holder: Element, variable: str, row: Mapping[str, Any]) -> Iterator[Value]:
    """The number that `holder` records for a LOINC code, in the unit of `row`; nothing where it says "absent".

    Raises:
        Refused: there is a value, but no quantity in a unit of the dimension.
    """
    if holder["dataAbsentReason"] or _has_no_value(holder):
        return
    if row["dimension"] == "score" and holder["valueInteger"]:
        value = checked_number(variable, "", holder["valueInteger"])
    elif not holder["valueQuantity"]:
        raise holder.refused("a valueQuantity with its unit")
    else:
        value = measured(holder["valueQuantity"], row["dimension"])
        check_possible(variable, "", value, holder["valueQuantity"]["value"])
    if not row.get("times_upper_limit"):
        yield value
    elif value is not None and (limit := _upper_limit(holder, row)):
        yield value / limit


def _has_no_value(holder: Element) -> bool:
    return not any(name.startswith("value") for name in holder.value)


def _upper_limit(holder: Element, row: Mapping[str, Any]) -> float | None:
    """The upper limit of normal beside the value; None where the record gives none."""
    for limit in holder["referenceRange"]:
        if limit["high"]:
            if not same_unit(limit["high"], holder["valueQuantity"]):
                raise limit["high"].refused("an upper limit of normal in the unit of the value")
            high = measured(limit["high"], row["dimension"])
            if high <= 0:
                raise limit["high"]["value"].refused("an upper limit of normal above zero")
            return high
    return None


def value_of_own_code(name: str, holder: Element, variables: Mapping[str, Variable]) -> Iterator[Value]:
    """The value recorded under one of our own variable codes; "not applicable" is known not to apply.

    Raises:
        Refused: no such variable, or a value that it cannot have.
    """
    variable = variables.get(name) or _scale(name)
    if variable is None or variable.kind == "list":
        raise Element(name, holder["code"].where).refused("a variable of evidence/variables.toml or a scale")
    reasons = [(coding["system"].text(), coding["code"].text()) for coding in holder["dataAbsentReason"]["coding"]]
    if reasons:
        if (_ABSENT, "not-applicable") in reasons:
            yield False if variable.kind == "flag" else None
        return
    if not _has_no_value(holder):
        yield value_of(variable, _plain_value(holder, variable))


def _scale(name: str) -> Variable | None:
    """A scale whose total no rule reads yet: checked and shown."""
    return Variable(name=name, label=name, ask="", kind="number") if name in table("codes")["scale"] else None


def _plain_value(holder: Element, variable: Variable) -> Element:
    names = {"flag": ("valueBoolean",), "number": ("valueQuantity", "valueInteger")}
    for name in names.get(variable.kind, ("valueString",)):
        if holder[name]:
            return _number(holder[name], variable) if name == "valueQuantity" else holder[name]
    raise holder.refused(f"a {names.get(variable.kind, ('valueString',))[0]} for {variable.label}")


def _number(quantity: Element, variable: Variable) -> Element:
    unit = quantity["code"].text() or quantity["unit"].text()
    code = _UCUM_NAMES.get(variable.unit, "{score}")
    if unit != code:
        raise quantity["code" if quantity["code"] else "unit"].refused(f"the UCUM unit {code} for {variable.label}")
    if quantity["comparator"]:
        raise quantity["comparator"].refused("an exact value, without a comparator")
    return quantity["value"]
