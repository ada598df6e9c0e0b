"""Codes and concepts: what a CodeableConcept says, in systems that Ketaminder knows."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ketaminder.fhir.document import Element


@cache
def table(name: str) -> Mapping[str, Any]:
    """The data file `name`.toml of this folder: "codes" or "units"."""
    return tomllib.loads((files("ketaminder.fhir") / f"{name}.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Concept:
    """A CodeableConcept: its text, and its codes as (short name of the system, code) pairs."""

    label: str
    codes: tuple[tuple[str, str], ...]
    where: str

    def __bool__(self) -> bool:
        return bool(self.label or self.codes)

    def code(self, system: str) -> str | None:
        """The first code of `system`, as "icd10"."""
        return next((code for name, code in self.codes if name == system), None)

    def among(self, row: Mapping[str, Any]) -> bool:
        """Whether any code, or any of the row's words in the text, stands in `row` of codes.toml."""
        return any(_listed(system, code, row) for system, code in self.codes) or self.says(row.get("words", ()))

    def says(self, words: list[str] | tuple[str, ...]) -> bool:
        return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", self.label, re.IGNORECASE) for word in words)


def _listed(system: str, code: str, row: Mapping[str, Any]) -> bool:
    if system in ("icd10", "atc"):
        return any(plain(code).startswith(plain(prefix)) for prefix in row.get(system, ()))
    return code in row.get(system, ())


def plain(code: str) -> str:
    """An ICD-10 or ATC code without its dot, as some records write it."""
    return code.replace(".", "").upper()


def concept(element: Element) -> Concept:
    """The CodeableConcept at `element`; what it is called is its text, else a display, else a code."""
    codings = list(element["coding"])
    codes = tuple(
        (table("codes")["systems"].get(coding["system"].text(), coding["system"].text()), coding["code"].text())
        for coding in codings
        if coding["code"].text()
    )
    names = [element["text"].text(), *(coding["display"].text() for coding in codings), *(code for _, code in codes)]
    return Concept(next((name for name in names if name), ""), codes, element.where)


def status(element: Element) -> str:
    """The code of a status, whether FHIR writes it as a code or as a CodeableConcept; "" where there is none."""
    if isinstance(element.value, dict):
        return next((code for _, code in concept(element).codes), "")
    return element.text()
