"""`ketaminder score`: an answer sheet in, one JSON document out; a refused sheet is an answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ketaminder.cli import main


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    return tmp_path / "sheet.json"


def test_a_complete_sheet_has_its_total_and_band(sheet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = {str(item): 1 for item in range(1, 10)}
    sheet.write_text(json.dumps({"answers": answers, "context": {}}), encoding="utf-8")
    assert main(["score", "PHQ-9", str(sheet), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    # Nine items at 1 make 9; Kroenke 2001 calls 5 to 9 mild.
    assert (document["status"], document["total"], document["band"]) == ("scored", 9, "mild")


def test_an_incomplete_sheet_is_an_answer_without_a_total(sheet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet.write_text(json.dumps({"answers": {"1": 7}, "context": {}}), encoding="utf-8")
    assert main(["score", "PHQ-9", str(sheet), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["status"] == "refused"
    assert document["total"] is None
    assert document["error"]["item"] == "1"


@pytest.mark.parametrize(
    ("scale", "content", "given"),
    [("PHQ-10", '{"answers": {}, "context": {}}', "PHQ-10"), ("PHQ-9", "answers", "answers"), ("PHQ-9", "[]", "[]")],
)
def test_an_unknown_scale_or_file_is_refused(
    scale: str, content: str, given: str, sheet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet.write_text(content, encoding="utf-8")
    assert main(["score", scale, str(sheet), "--json"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert given in printed.err
