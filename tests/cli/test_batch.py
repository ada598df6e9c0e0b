"""Many records at once, and what a change of evidence would change."""

from __future__ import annotations

import json
import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from ketaminder import examples
from ketaminder.cli import main

ON = ["--on", "2026-11-01"]


@pytest.fixture
def records(tmp_path: Path) -> Path:
    folder = tmp_path / "records"
    folder.mkdir()
    for name in examples.names():
        (folder / f"{name}.json").write_text(examples.text(name), encoding="utf-8")
    return folder


def test_the_six_examples_in_one_batch(records: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["batch", str(records), "--json", *ON]) == 0
    document = json.loads(capsys.readouterr().out)
    # Each example's own test says why: one eligible, three with precautions, two deferred.
    assert document["results"] == {"defer": 2, "eligible with precautions": 3, "eligible": 1}
    assert document["refused"] == {}


def test_one_bad_record_is_named_and_stops_no_other(records: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (records / "broken.json").write_text("{", encoding="utf-8")
    assert main(["batch", str(records), "--json", *ON]) == 1
    document = json.loads(capsys.readouterr().out)
    assert list(document["refused"]) == ["broken.json"]
    assert len(document["answers"]) == len(examples.names())


def test_json_lines_and_the_summary_of_a_terminal(
    records: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = tmp_path / "records.jsonl"
    texts = (json.dumps(json.loads(path.read_text(encoding="utf-8"))) for path in sorted(records.iterdir()))
    lines.write_text("\n".join(texts), encoding="utf-8")
    assert main(["batch", str(lines), *ON]) == 0
    assert "eligible with precautions" in capsys.readouterr().out


def test_an_empty_folder_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["batch", str(tmp_path), *ON]) == 2
    assert str(tmp_path) in capsys.readouterr().err


def test_a_changed_criterion_lists_whose_result_changes(
    records: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tmp_path / "old"
    with as_file(files("ketaminder.evidence")) as current:
        shutil.copytree(current, old)
    guide = old / "criteria" / "blood_pressure.toml"
    # Elin Sundberg, 148/94 under the EU guide of 140/90: at 160/100 nothing would have deferred her.
    loosened = (
        guide.read_text(encoding="utf-8").replace("value = 140", "value = 160").replace("value = 90", "value = 100")
    )
    guide.write_text(loosened, encoding="utf-8")
    assert main(["evidence", "changes", str(old), str(records), "--json", *ON]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {"record": "social_anxiety.json", "before": "eligible with precautions", "after": "defer"}
    ]


def test_a_folder_without_evidence_is_refused(
    records: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evidence", "changes", str(tmp_path), str(records), *ON]) == 2
    assert "a folder of evidence" in capsys.readouterr().err
