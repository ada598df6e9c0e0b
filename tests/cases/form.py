"""Case files read straight into terms, so that what they show of the rules rests on no door."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ketaminder.evidence import Library
from ketaminder.terms import (
    Case,
    Diagnosis,
    Fact,
    Indication,
    Medication,
    Patient,
    Phase,
    PriorTreatment,
    Product,
    Psychotherapy,
    Region,
    Sex,
    Value,
)

FOLDER = Path(__file__).parent
ON = date(2026, 11, 22)
SEXES = {"F": Sex.FEMALE, "M": Sex.MALE, None: None}
OFF_LABEL = {"bipolar I, current episode depressed": "bipolar depression", "social anxiety disorder": "social_anxiety"}


def situations() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every situation of every case file, named."""
    for path in sorted(FOLDER.glob("*.json")):
        for entry in json.loads(path.read_text(encoding="utf-8")):
            yield f"{path.stem}: {entry['situation']}", entry


def form(person: str, change: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The case form of one of `people/`, changed."""
    return changed(json.loads((FOLDER / "people" / f"{person}.json").read_text(encoding="utf-8")), change or {})


def changed(form: dict[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """`form` with `change` laid over it, group by group."""
    merged = dict(form)
    for key, value in change.items():
        group = merged.get(key)
        merged[key] = {**group, **value} if isinstance(group, dict) and isinstance(value, dict) else value
    return merged


def case_of(form: dict[str, Any], library: Library) -> Case:
    """A closed case form as a case: a safety flag that is not listed is known to be absent."""
    diagnosis = form["diagnosis"]
    return Case(
        on=ON,
        patient=Patient(
            "invented",
            age_years=form["age_years"],
            sex=SEXES[form["sex"]],
            weight_kg=form["weight_kg"],
            height_cm=form["height_cm"],
        ),
        indication=_indication(form["indication_route"], diagnosis["primary"]),
        diagnosis=Diagnosis(diagnosis["primary"], diagnosis["icd10"]),
        region=Region(form["region"]) if form["region"] else None,
        product=Product(form["product"]),
        phase=Phase(form["phase"]),
        facts={**_closed_flags(form, library), **_recorded(form, library)},
        medications=_each(form["current_medications"], Medication),
        prior_treatments=_each(form["prior_treatments"], PriorTreatment),
        psychotherapy=_each(form["psychotherapy"], Psychotherapy),
        synthetic=True,
    )


def _indication(route: str | None, diagnosis: str) -> Indication | None:
    if route is None:
        return None
    return Indication(OFF_LABEL.get(diagnosis, diagnosis) if route == "off-label" else route)


def _closed_flags(form: dict[str, Any], library: Library) -> dict[str, Fact]:
    if form["safety_flags"] is None:
        return {}
    flags = [variable for variable in library.variables.values() if variable.form[0].startswith("safety_flags.")]
    return {variable.name: Fact(False if variable.kind == "flag" else None) for variable in flags}


def _recorded(form: dict[str, Any], library: Library) -> dict[str, Fact]:
    """What stands at the place of a variable."""
    facts = {}
    for variable in library.variables.values():
        if variable.kind == "list" or variable.name in {"region", "indication", "age_years", "bmi_kg_per_m2"}:
            continue
        value = next((found for place in variable.form if (found := _at(form, place)) is not None), None)
        if value is not None:
            facts[variable.name] = Fact(value)
    return facts


def _at(form: Mapping[str, Any], place: str) -> Value | None:
    found: Any = form
    for key in place.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    value: Value | None = found
    return value


def _each(rows: list[dict[str, Any]] | None, noun: Any) -> tuple[Any, ...] | None:
    return None if rows is None else tuple(noun(**row) for row in rows)
