"""`ketaminder trial predict` as a shell sees it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ketaminder.cli import main
from ketaminder.evidence.trials import load_trials
from ketaminder.trials.published import document


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    file = tmp_path / "trial.json"
    file.write_text(json.dumps(document(load_trials()["daly2018_phase2"])), "utf-8")
    return file


def test_one_prediction_a_row_in_order(trial: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trial", "predict", str(trial), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    rows = json.loads(trial.read_text("utf-8"))["outcomes"]
    assert len(printed["predictions"]) == len(rows)
    for row, said in zip(rows, printed["predictions"], strict=True):
        assert set(said) == {"mean", "response_rate", "remission_rate", "reason", "assumed"}
        if row["value_type"] == "least-squares mean change from baseline":
            assert set(said["mean"]) == {"value", "low", "high", "low50", "high50"}
            assert said["mean"]["value"] < 0


def test_a_table_for_people(trial: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trial", "predict", str(trial)]) == 0
    printed = capsys.readouterr().out
    assert "MADRS" in printed
    assert "nothing about one person" in " ".join(printed.split())


@pytest.mark.parametrize(("content", "said"), [("{", "JSON"), ("[]", "one JSON object"), ('{"id": "a"}', "outcomes")])
def test_what_is_no_trial_exits_2(tmp_path: Path, content: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.json"
    file.write_text(content, "utf-8")
    assert main(["trial", "predict", str(file), "--json"]) == 2
    found = capsys.readouterr()
    assert said in found.err
    assert found.out == ""
