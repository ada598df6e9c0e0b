"""Whatever comes in: a Case or a Refused, the same twice, and never another weight or pressure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ketaminder import examples, intake
from ketaminder.terms import Case, Refused

ON = date(2026, 11, 2)
FORM: dict[str, Any] = {
    "age_years": 40,
    "sex": "M",
    "weight_kg": 80,
    "diagnosis": {"primary": "MDD", "icd10": "F33.2"},
    "indication_route": "TRD",
    "safety_flags": {"epilepsy": False, "child_pugh": None},
    "vitals": {"sbp": 120, "dbp": 70},
    "current_medications": [{"name": "sertraline", "dose": "50 mg daily"}],
    "prior_treatments": [{"drug": "escitalopram", "weeks": 8}],
    "psychotherapy": [{"type": "CBT", "sessions": 3}],
    "scales": {"MADRS": 30},
    "other": {"setting": "inpatient"},
}
DOCUMENTS = {name: json.loads(examples.text(name)) for name in examples.names()} | {"form": FORM}

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12)
)
anything = st.recursive(
    scalars | st.sampled_from(["Bundle", "Patient", "kg", "mm[Hg]", "final", "2026-01-01", -1, 0, 10**400]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def read(document: Any) -> Case | Refused:
    text = json.dumps(document)
    first, second = attempt(text), attempt(text)
    assert str(first) == str(second)
    assert isinstance(first, Case) or ("got " in str(first) and first.required)
    return first


def attempt(text: str) -> Case | Refused:
    try:
        return intake.read(text, on=ON)
    except Refused as refused:
        return refused


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield (*path, key)
        yield from places(child, (*path, key))


PLACES = {name: list(places(document)) for name, document in DOCUMENTS.items()}


def changed(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    key, rest = path[0], path[1:]
    copy = dict(document) if isinstance(document, dict) else list(document)
    copy[key] = changed(document[key], rest, value)
    return copy


@given(st.text(max_size=40))
def test_any_text(text: str) -> None:
    result = attempt(text)
    assert isinstance(result, Refused)
    assert result.required


@given(st.dictionaries(st.sampled_from([*FORM, "resourceType", "entry", "type"]), anything, max_size=6))
def test_any_object(document: dict[str, Any]) -> None:
    read(document)


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_one_value_replaced(name: str, proof: Any) -> None:
    became: Counter[str] = Counter()

    @settings(deadline=None, max_examples=proof.size(15, 3000), suppress_health_check=list(HealthCheck))
    @given(path=st.sampled_from(PLACES[name]), value=anything)
    def replace_one(path: tuple[Any, ...], value: Any) -> None:
        became[type(read(changed(DOCUMENTS[name], path, value))).__name__] += 1

    replace_one()
    assert set(became) <= {"Case", "Refused"}
    proof.record(f"fuzz-intake-{name}", tried=became.total(), became=dict(became))


UNITS = st.sampled_from(["kg", "g", "[lb_av]", "mm[Hg]", "kPa", "cm", "lb", "kgs", "mg", "%", "", "stone"])
SYSTEMS = st.sampled_from(["http://unitsofmeasure.org", "http://snomed.info/sct", None])
NUMBERS = st.integers(-10, 400) | st.decimals(min_value=-10, max_value=400, places=2).map(float)
KILOGRAMS = {"kg": 1.0, "g": 0.001, "mg": 1e-6, "[lb_av]": 0.45359237}


def quantity(number: Any, unit: str | None, code: str | None, system: str | None) -> dict[str, Any]:
    parts = {"value": number, "unit": unit, "code": code, "system": system}
    return {name: value for name, value in parts.items() if value is not None}


def observation(loinc: str, value: dict[str, Any]) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": loinc}]},
        "subject": {"reference": "Patient/p"},
        "valueQuantity": value,
    }


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    person = {"resourceType": "Patient", "id": "p"}
    entries = [{"resource": resource} for resource in (person, *resources)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


@given(NUMBERS, UNITS | st.none(), UNITS | st.none(), SYSTEMS)
def test_a_mass_is_converted_by_its_unit_or_refused(
    number: float, unit: str | None, code: str | None, system: str | None
) -> None:
    case = read(bundle(observation("29463-7", quantity(number, unit, code, system))))
    if isinstance(case, Case):
        meant = code or unit
        assert meant in KILOGRAMS
        assert not (code and system != "http://unitsofmeasure.org")
        assert case.patient.weight_kg == pytest.approx(number * KILOGRAMS[meant], rel=1e-12)


@given(NUMBERS, UNITS | st.none(), UNITS | st.none(), SYSTEMS)
def test_a_pressure_is_converted_by_its_unit_or_refused(
    number: float, unit: str | None, code: str | None, system: str | None
) -> None:
    case = read(bundle(observation("8480-6", quantity(number, unit, code, system))))
    if isinstance(case, Case):
        millimetres = {"mm[Hg]": 1.0, "kPa": 1 / 0.133322}[code or unit or ""]
        assert case.facts["systolic_mmHg"].value == pytest.approx(number * millimetres, rel=1e-12)
