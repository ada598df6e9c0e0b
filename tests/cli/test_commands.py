"""The commands as a shell sees them: streams, exit codes, files."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from ketaminder import examples
from ketaminder.cli import main

ON = ["--on", "2026-11-01"]
TRD = "treatment_resistant_depression"


def ketaminder(*arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """A fresh process, as a shell starts it."""
    command = [sys.executable, "-m", "ketaminder.cli", *arguments]
    environment = os.environ | {"PYTHONHASHSEED": "random"}
    return subprocess.run(
        command, input=stdin, capture_output=True, text=True, timeout=120, check=False, env=environment
    )


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    path = tmp_path / "bundle.json"
    path.write_text(examples.text(TRD), encoding="utf-8")
    return path


def changed(path: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """The Bundle at `path` with `change` applied to it."""
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def resources(document: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in document["entry"] if entry["resource"]["resourceType"] == kind]


def observation(document: dict[str, Any], loinc: str) -> dict[str, Any]:
    codes = ((one, {coding["code"] for coding in one["code"]["coding"]}) for one in resources(document, "Observation"))
    return next(one for one, found in codes if loinc in found)


@pytest.mark.parametrize("name", examples.names())
def test_json_is_one_document_and_nothing_else(name: str, tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    path.write_text(examples.text(name), encoding="utf-8")
    run = ketaminder("assess", str(path), "--json", *ON)
    assert run.returncode == 0
    assert run.stderr == ""
    document = json.loads(run.stdout)
    assert {"result", "findings", "missing", "lifted_by"} <= set(document)
    for finding in document["findings"]:
        assert finding["rule"]
        assert finding["reason"]
        assert finding["sources"]
        assert finding["grade"]


def test_the_same_person_twice_gives_the_same_bytes(bundle: Path) -> None:
    first, second = (ketaminder("plan", str(bundle), "--json", *ON) for _ in range(2))
    assert first.returncode == 0
    assert first.stdout == second.stdout
    assert len(first.stdout) > 100_000


def test_plan_json_carries_protocols_with_bands_on_one_axis(bundle: Path) -> None:
    document = json.loads(ketaminder("plan", str(bundle), "--json", *ON).stdout)
    drawn = [dose["curves"] for protocol in document["protocols"] for dose in protocol["doses"] if dose["curves"]]
    assert len(drawn) == 8  # two doses of the label, two infusion schedules, four subcutaneous steps
    for curves in drawn:
        assert curves["virtual_people"] == (1 if curves["model"]["id"] == "bridge_venous" else 1000)
        assert curves["times_h"] == drawn[0]["times_h"]
        for analyte in curves["analytes"].values():
            assert len(analyte["p05"]) == len(analyte["p95"]) == len(analyte["typical"]) == len(curves["times_h"])
            assert all(low <= high for low, high in zip(analyte["p05"], analyte["p95"], strict=True))
        assert {one["affinity"].split(",")[0] for one in curves["nmda_occupancy"]} == {"Shaffer 2014", "Ebert 1997"}


def test_standard_input_and_overrides(bundle: Path) -> None:
    run = ketaminder("assess", "-", "--json", "--region", "EU", *ON, stdin=bundle.read_text(encoding="utf-8"))
    assert json.loads(run.stdout)["region"] == "EU"
    product = ketaminder("assess", str(bundle), "--json", "--product", "ketamine_iv", *ON)
    assert json.loads(product.stdout)["product"] == "ketamine_iv"


def test_html_is_one_self_contained_page(bundle: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    run = ketaminder("plan", str(bundle), "--html", str(out), *ON)
    assert run.returncode == 0
    page = out.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "<svg" in page
    assert "<script" not in page
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["bundle.json", "page.html"]


def test_html_into_a_missing_folder_is_refused_and_prints_no_answer(bundle: Path, tmp_path: Path) -> None:
    run = ketaminder("plan", str(bundle), "--html", str(tmp_path / "absent" / "page.html"), *ON)
    assert run.returncode == 2
    assert run.stdout == ""
    assert "a file that can be written" in run.stderr


@pytest.mark.parametrize("colour", [{"NO_COLOR": "1"}, {"FORCE_COLOR": "1"}])
def test_the_terminal_says_the_verdict_in_a_sign_and_a_word(bundle: Path, colour: dict[str, str]) -> None:
    command = [sys.executable, "-m", "ketaminder.cli", "assess", str(bundle), *ON]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, env=os.environ | colour)
    assert "✓ Eligible" in run.stdout
    assert ("\x1b[" in run.stdout) is ("FORCE_COLOR" in colour)


def missing_blood_pressure(document: dict[str, Any]) -> None:
    def measures_it(resource: dict[str, Any]) -> bool:
        return any(coding.get("code") == "85354-9" for coding in resource.get("code", {}).get("coding", []))

    document["entry"] = [one for one in document["entry"] if not measures_it(one["resource"])]


def test_a_missing_blood_pressure_defers_and_names_what_to_record(bundle: Path) -> None:
    run = ketaminder("assess", str(changed(bundle, missing_blood_pressure)), "--json", *ON)
    document = json.loads(run.stdout)
    assert run.returncode == 0
    assert document["result"] == "defer"
    assert any("blood pressure" in item["ask"].lower() for item in document["missing"])
    assert any("blood pressure" in sentence.lower() for sentence in document["lifted_by"])


def weight(value: object, unit: str, **quantity: object) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        coded = {"system": "http://unitsofmeasure.org", "code": unit, "unit": unit}
        observation(document, "29463-7")["valueQuantity"] = {"value": value, **coded, **quantity}

    return change


def dose(**quantity: object) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        statement = resources(document, "MedicationStatement")[0]
        statement["dosage"] = [{"doseAndRate": [{"doseQuantity": quantity}]}]

    return change


def second_patient(document: dict[str, Any]) -> None:
    second = copy.deepcopy(resources(document, "Patient")[0])
    second["id"] = "second"
    document["entry"].append({"fullUrl": "urn:uuid:9b1c0c1e-6a3b-4a57-9c53-000000000002", "resource": second})


def born_in_the_future(document: dict[str, Any]) -> None:
    resources(document, "Patient")[0]["birthDate"] = "2031-05-06"


def nameless_medication(document: dict[str, Any]) -> None:
    resources(document, "MedicationStatement")[0]["medicationCodeableConcept"] = {}


UCUM = {"system": "http://unitsofmeasure.org"}
BAD = {
    "two Patients": (second_patient, "second", "one Patient"),
    "weight in a length": (weight(71, "cm"), "'cm'", "mass"),
    "weight in no UCUM unit": (weight(71, "lbs"), "'lbs'", "mass"),
    "weight zero": (weight(0, "kg"), "0", "above zero"),
    "dose negative": (dose(value=-50, unit="mg", code="mg", **UCUM), "-50", "above zero"),
    "dose zero": (dose(value=0, unit="mg", code="mg", **UCUM), "0", "above zero"),
    "dose NaN": (dose(value=float("nan"), unit="mg", code="mg", **UCUM), "NaN", "number"),
    "dose in millimetres of mercury": (dose(value=50, unit="mm[Hg]", code="mm[Hg]", **UCUM), "mm[Hg]", "dose"),
    "born in the future": (born_in_the_future, "2031-05-06", "birth"),
    "a medication without code or name": (nameless_medication, "{}", "code"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_bundles_are_refused_with_the_input_quoted(name: str, bundle: Path, tmp_path: Path) -> None:
    change, given, required = BAD[name]
    out = tmp_path / "page.html"
    run = ketaminder("plan", str(changed(bundle, change)), "--json", "--html", str(out), *ON)
    assert run.returncode == 2, run.stdout[:200]
    assert run.stdout == ""
    assert run.stderr.startswith("ketaminder: ")
    assert "Traceback" not in run.stderr
    assert given in run.stderr
    assert required.lower() in run.stderr.lower()
    assert not out.exists()


@pytest.mark.parametrize(
    ("content", "given"),
    [
        (b"", "''"),
        (b"not json at all", "not json"),
        (b"[1, 2", "[1, 2"),
        (b'{"a": 1}', "a"),
        (b"[]", "[]"),
        (b"null", "None"),
        (b"\xff\xfe\x00", "bundle.json"),
        (b'{"resourceType": "Patient"}', "Patient"),
    ],
)
def test_what_is_neither_a_bundle_nor_a_case_is_refused(
    content: bytes, given: str, bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle.write_bytes(content)
    assert main(["assess", str(bundle), *ON]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert given in printed.err
    assert "required" in printed.err


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", str(tmp_path / "absent.json")]) == 2
    assert "absent.json" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--on", "yesterday"], ["--region", "Atlantis"], ["--product", "aspirin"]])
def test_a_wrong_option_is_refused_with_what_was_given(
    wrong: list[str], bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["assess", str(bundle), *wrong])
    assert stopped.value.code == 2
    assert wrong[1] in capsys.readouterr().err


def test_pounds_convert_because_the_unit_says_so(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", str(changed(bundle, weight(150, "[lb_av]"))), "--json", *ON]) == 0
    # 150 lb x 0.45359237 kg/lb = 68.0388555 kg
    assert json.loads(capsys.readouterr().out)["patient"]["weight_kg"] == pytest.approx(68.0388555, rel=1e-12)


def test_the_examples_ship_with_the_package() -> None:
    assert files("ketaminder.examples").joinpath(f"{TRD}.json").is_file()
