"""The one entry point: which form of record it is, what overrides it, and what is refused at the door."""

from __future__ import annotations

import ast
import json
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from ketaminder import examples, fhir, intake
from ketaminder.terms import Phase, Product, Refused, Region

ON = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("[]", "document: got []"),
        ("12", "document: got 12"),
        ("null", "document: got None"),
        ('"Bundle"', "document: got 'Bundle'"),
        ("{}", "document: got []"),
        ('{"cases": []}', "document: got ['cases']"),
        ('{"resourceType": "Patient"}', "resourceType: got 'Patient'"),
        ('{"resourceType": 5}', "resourceType: got 5"),
        ('{"resourceType": "bundle", "diagnosis": {}}', "resourceType: got 'bundle'"),
    ],
)
def test_neither_bundle_nor_case_form(text: str, given: str) -> None:
    with pytest.raises(Refused) as refused:
        intake.read(text, on=ON)
    said = str(refused.value)
    assert said.startswith(
        f"{given}; required: a FHIR R4 Bundle (resourceType Bundle), or one case form (an object with"
    )


def test_not_json() -> None:
    with pytest.raises(Refused, match=r"document: got 'PID\|1\|\|555'; required: JSON"):
        intake.read("PID|1||555", on=ON)


@pytest.mark.parametrize("text", [examples.text("ptsd"), '{"diagnosis": {"icd10": "F43.1"}, "region": "EU"}'])
def test_options_override_the_record(text: str) -> None:
    recorded = intake.read(text, on=ON)
    assert (recorded.region, recorded.product, recorded.phase) == (Region.EU, Product.KETAMINE_IV, Phase.START)
    chosen = intake.read(text, on=ON, region=Region.CH, product=Product.KETAMINE_SC, phase=Phase.MAINTENANCE)
    assert (chosen.region, chosen.product, chosen.phase) == (Region.CH, Product.KETAMINE_SC, Phase.MAINTENANCE)
    assert not chosen.assumed


def test_the_day_is_the_day_that_was_asked_for() -> None:
    assert intake.read(examples.text("ptsd"), on=date(2026, 10, 1)).on == date(2026, 10, 1)


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text(json.dumps({"diagnosis": {"primary": "PTSD"}}), encoding="utf-8")
    assert intake.read_file(path, on=ON).diagnosis.text == "PTSD"
    assert [one.name for one in tmp_path.iterdir()] == ["case.json"]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="required: a file that can be read"):
        intake.read_file(tmp_path / "missing.json", on=ON)
    with pytest.raises(Refused, match="required: a file that can be read"):
        intake.read_file(tmp_path, on=ON)
    latin = tmp_path / "latin.json"
    latin.write_bytes('{"diagnosis": {"primary": "Ärger"}}'.encode("latin-1"))
    with pytest.raises(Refused, match="required: text in UTF-8"):
        intake.read_file(latin, on=ON)


@pytest.mark.parametrize("package", [fhir, intake, examples])
def test_no_clock_is_read(package: ModuleType) -> None:
    sources = list(Path(str(package.__file__)).parent.glob("*.py"))
    assert sources
    calls = [
        (source.name, node.attr)
        for source in sources
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    ]
    assert not [call for call in calls if call[1] in ("today", "now", "utcnow", "time")]
