"""Ideal body weight, by the published formula that ships as data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ketaminder.evidence.entry import Entry
from ketaminder.terms import Citation, Grade, Sex, Source

CM_PER_INCH = 2.54


@dataclass(frozen=True, slots=True)
class IdealWeight:
    """A base in kg at `from_inches`, by sex, and `step_kg_per_inch` for each inch of height above it."""

    from_inches: float
    step_kg_per_inch: float
    base_kg: Mapping[str, float]
    citation: Citation

    def of(self, sex: Sex | None, height_cm: float) -> float | None:
        """Ideal weight in kg; None for a sex or a height of which the formula says nothing."""
        above = height_cm / CM_PER_INCH - self.from_inches
        base = self.base_kg.get(sex or "")
        return None if base is None or above < 0 else base + self.step_kg_per_inch * above


@cache
def ideal_weight() -> IdealWeight:
    """The formula that ships with Ketaminder, read once.

    Raises:
        Refused: the file lacks an entry, holds an unknown one, or a value of the wrong kind.
    """
    text = (files("ketaminder.evidence") / "body_weight.toml").read_text(encoding="utf-8")
    return read_ideal_weight(tomllib.loads(text))


def read_ideal_weight(document: Mapping[str, Any]) -> IdealWeight:
    """The formula of one document; see `ideal_weight`."""
    with Entry("body weight", document) as row:
        source = Source(row.text("id"), row.text("citation"), row.count("year"), {}, row.text("kind"))
        return IdealWeight(
            from_inches=_amount(row, "from_inches"),
            step_kg_per_inch=_amount(row, "step_kg_per_inch"),
            base_kg=row.by_name("base_kg"),
            citation=Citation(source, row.text("locator"), row.word("grade", Grade)),
        )


def _amount(row: Entry, key: str) -> float:
    number = row.number(key)
    if number is None or number <= 0:
        raise row.refused(key, number, "a number above zero")
    return number
