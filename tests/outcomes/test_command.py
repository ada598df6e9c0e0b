"""`ketaminder score`: sheets in, answers out; a refused sheet is an answer, an unreadable file is not."""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path
from typing import Any

import pytest

from ketaminder.cli.score import read_sheet_file, score
from ketaminder.outcomes import scales
from ketaminder.terms import Refused


def run(folder: Path, scale: str, sheet: object, *, as_json: bool = True) -> int:
    file = folder / "sheet.json"
    file.write_text(sheet if isinstance(sheet, str) else json.dumps(sheet), encoding="utf-8")
    return score(argparse.Namespace(scale=scale, file=file, json=as_json))


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_a_scored_sheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "MOAA/S", {"answers": {"level": 3}, "context": {"predose": 5}}) == 0
    assert printed(capsys) == {"status": "scored", "total": 3, "flags": ["MOAAS_SEDATION"]}


def test_a_refused_sheet_is_an_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "GAD-7", {"answers": {"2": 4}}) == 0
    assert printed(capsys) == {
        "status": "refused",
        "total": None,
        "error": {"code": "OUT_OF_RANGE", "item": "2"},
        "reason": "Item 2: got 4; required: a whole number from 0 to 3.",
    }


def test_from_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = io.TextIOWrapper(io.BytesIO(b'{"answers": {"9": 0}}'))
    monkeypatch.setattr("sys.stdin", sheet)
    assert score(argparse.Namespace(scale="PHQ-9-ITEM-9", file=Path("-"), json=True)) == 0
    assert printed(capsys)["total"] == 0


@pytest.mark.parametrize(
    ("content", "required"),
    [
        ("", "a JSON document"),
        ("{", "a JSON document"),
        ("[" * 100_000, "a JSON document"),
        ('{"answers": {"1": ' + "9" * 5000 + "}}", "a JSON document"),
        ("[]", "an object"),
        ('{"answers": [1, 2]}', "an object"),
        ('{"answers": {}, "context": []}', "an object"),
        ("{}", "the answers by item number"),
        ('{"answers": {}, "contxt": {}}', '"answers" and "context" only'),
        ('{"answers": {"1": 0, "1": 3}}', "each name once"),
    ],
)
def test_an_unreadable_file_is_refused(tmp_path: Path, content: str, required: str) -> None:
    with pytest.raises(Refused) as refusal:
        run(tmp_path, "GAD-7", content)
    assert required in str(refusal.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="a file that can be read"):
        read_sheet_file(tmp_path / "none.json")


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "sheet.json"
    file.write_bytes(b'{"answers": {"1": "\xff"}}')
    with pytest.raises(Refused, match="text in UTF-8"):
        read_sheet_file(file)


def test_an_unknown_scale_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="got 'MOAAS'; required: one of"):
        run(tmp_path, "MOAAS", {"answers": {}})


def test_the_terminal_shows_answer_rule_and_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = {"answers": {str(item): 2 for item in range(1, 10)} | {"3": None}, "context": {"policy": "prorate"}}
    run(tmp_path, "PHQ-9", sheet, as_json=False)
    shown = capsys.readouterr().out
    assert shown.startswith("PHQ-9: 18 of 27, moderately severe (higher is worse)\n")
    assert "Missing: 3." in shown
    assert "Bands: Kroenke 2001\n    Kroenke, Spitzer and Williams" in shown
    assert "ITEM9_POSITIVE: Item 9 is above zero: ask about suicidal thoughts today." in shown
    assert "CamCOPS" in shown
    assert "Unverified: proration (from memory, unverified)" in shown


def test_the_terminal_shows_change_by_each_definition(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = {"answers": {str(item): 2 for item in range(1, 11)}, "context": {"baseline": 30}}
    run(tmp_path, "Y-BOCS", sheet, as_json=False)
    shown = capsys.readouterr().out
    assert "obsessions: 10 of 20" in shown
    assert "Fall from baseline, %: 33.3" in shown
    assert "Fall that counts as response (with CGI-I 2 or less) (>= 35 % fall from baseline): no" in shown
    assert "Fall that counts as partial response (>= 25 % fall from baseline): yes" in shown


def test_the_terminal_shows_risk_and_its_rule(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tmp_path, "C-SSRS-SCREENER", {"answers": {"q4": "yes"}}, as_json=False)
    shown = capsys.readouterr().out
    assert shown.startswith("C-SSRS-SCREENER: incomplete; risk high, highest ideation 4\n")
    assert "Risk high: Yes to question 4 or 5, or suicidal behaviour in the past 3 months." in shown


def test_the_terminal_shows_what_is_known_of_the_scale(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tmp_path, "PHQ-9-ITEM-9", {"answers": {"9": 0}}, as_json=False)
    shown = capsys.readouterr().out
    assert (
        "71.6% of those who died had answered not at all: a zero never clears risk.\n    Psychiatric Services" in shown
    )


def test_the_terminal_shows_why_a_sheet_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tmp_path, "HAM-D17", {"answers": {"16a": 1, "16b": 2}}, as_json=False)
    assert capsys.readouterr().out == (
        "HAM-D17: refused\nBOTH_16A_16B. Item 16: got 16a = 1 and 16b = 2; "
        "required: one weight rating, by history (16a) or as measured (16b).\n"
    )


@pytest.mark.parametrize("scale", scales())
def test_the_terminal_shows_every_scale(scale: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    context = {"WHODAS-2.0-12": {"coding": "0-4"}, "VAS-DISSOCIATION": {"coding": "0-10"}}.get(scale, {})
    assert run(tmp_path, scale, {"answers": {}, "context": context}, as_json=False) == 0
    assert capsys.readouterr().out.startswith(f"{scale}: {'no total' if scale == 'KSET' else 'incomplete'}\n")
