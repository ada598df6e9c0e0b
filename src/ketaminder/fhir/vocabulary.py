"""Values of the variables that rules read: of the right kind, and possible."""

from __future__ import annotations

from ketaminder.evidence import Variable
from ketaminder.fhir.coding import table
from ketaminder.fhir.document import Element
from ketaminder.terms import Value


def value_of(variable: Variable, element: Element) -> Value | None:
    """The value at `element`, as the kind of `variable` demands; None where nothing is recorded.

    Raises:
        Refused: it is of another kind, no listed choice, or impossible.
    """
    if variable.kind == "flag":
        return element.flag()
    if variable.kind == "number":
        return checked_number(variable.name, variable.unit, element)
    text = element.text()
    if text and variable.choices and text not in variable.choices:
        raise element.refused(f"{variable.label}: one of {', '.join(variable.choices)}")
    return text or None


def checked_number(name: str, unit: str, element: Element) -> float | None:
    """The number at `element`, if the variable `name`, in `unit`, can have it."""
    number = element.number()
    if number is None:
        return None
    check_possible(name, unit, float(number), element)
    return float(number)


def check_possible(name: str, unit: str, value: float, given: Element) -> None:
    """Refuse what `given` says, if no person can have `value` for `name`."""
    lowest, highest = bounds(name, unit)
    if value < lowest or (value == 0 and positive(name)) or (highest is not None and value > highest):
        above = "above" if positive(name) else "not below"
        upper = f" and at most {highest}" if highest is not None else ""
        raise given.refused(f"a number {above} {lowest}{upper}{f' {unit}' if unit else ''}")


def bounds(name: str, unit: str) -> tuple[int, int | None]:
    codes = table("codes")
    pair = codes["scale"].get(name) or codes["limits"].get(name) or ([0, 100] if unit == "%" else None)
    return (pair[0], pair[1]) if pair else (0, None)


def positive(name: str) -> bool:
    """Whether zero is impossible: a weight, a pressure, a rate."""
    row = table("codes")["observation"].get(name)
    return bool(row and table("units")[row["dimension"]].get("positive"))


def is_pressure_pair(systolic: object, diastolic: object) -> bool:
    """Whether two pressures can belong to one reading; what is unknown is not judged."""
    if not (isinstance(systolic, float) and isinstance(diastolic, float)):
        return True
    return systolic > diastolic
