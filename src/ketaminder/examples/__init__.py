"""Six invented people, one a condition, each as the FHIR R4 Bundle that a record system would export.

`infusions.csv` holds sixteen more as records of doses and concentrations, drawn from Otto 2021 with its residual error.
"""

from __future__ import annotations

from importlib.resources import files

from ketaminder.terms import Refused


def names() -> tuple[str, ...]:
    """The names of the examples, in alphabetical order."""
    stems = (path.name for path in files("ketaminder.examples").iterdir() if path.name.endswith(".json"))
    return tuple(sorted(name.removesuffix(".json") for name in stems))


def text(name: str) -> str:
    """The Bundle of the example `name`, as JSON.

    Raises:
        Refused: there is no such example.
    """
    if name not in names():
        raise Refused("example", name, f"one of {', '.join(names())}")
    return (files("ketaminder.examples") / f"{name}.json").read_text(encoding="utf-8")
