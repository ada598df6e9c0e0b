"""`ketaminder simulate` with what changes exposure."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from ketaminder.cli.simulate import simulate
from ketaminder.terms import Refused

ORAL = {"drug": "esketamine", "route": "oral", "dose_mg": 14, "weight_kg": 70}


def _said(folder: Path, printed: pytest.CaptureFixture[str], scenario: dict[str, Any], *, as_json: bool = True) -> str:
    path = folder / "scenario.json"
    path.write_text(json.dumps(scenario), encoding="utf-8")
    assert simulate(argparse.Namespace(file=path, json=as_json, plot=None, parquet=None)) == 0
    return printed.readouterr().out


def test_clarithromycin_multiplies_oral_exposure_as_published(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Hagelberg 2010: Cmax 3.6-fold, AUC 2.6-fold."""
    plain = json.loads(_said(tmp_path, capsys, ORAL))
    document = json.loads(_said(tmp_path, capsys, {**ORAL, "influences": ["Clarithromycin"]}))
    (found,) = [one for one in document["influences"] if one["applied"]]
    before = document["exposures"]["esketamine"]
    assert found["exposure"]["cmax"] == pytest.approx(3.6 * before["cmax"], rel=1e-3)
    assert found["exposure"]["auc_24h"] == pytest.approx(2.6 * before["auc_24h"], rel=1e-3)
    assert found["grade"] == "read in source"
    assert document["scenario"] == {**plain["scenario"], "influences": ["clarithromycin"]}
    assert {name: document[name] for name in plain if name != "scenario"} == {
        name: value for name, value in plain.items() if name != "scenario"
    }


def test_the_screen_names_what_was_not_carried_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nasal = {"drug": "esketamine", "route": "nasal", "dose_mg": 56, "influences": ["itraconazole"]}
    screen = " ".join(_said(tmp_path, capsys, nasal, as_json=False).split())
    assert "not carried over to esketamine by the nasal route" in screen


def test_an_unknown_influence_is_refused_where_it_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Refused, match=r"scenario\.influences\[0\]: got 'aspirin'"):
        _said(tmp_path, capsys, {**ORAL, "influences": ["aspirin"]})


def test_a_genotype_is_followed_through_clearance(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Li 2015: clearance times 0.317 in *6/*6, so at least the first hours' area rises, and at most 1 / 0.317-fold."""
    scenario = {"drug": "ketamine", "route": "subcutaneous", "dose_mg": 35, "weight_kg": 70}
    document = json.loads(_said(tmp_path, capsys, {**scenario, "influences": ["cyp2b6 *6/*6"]}))
    found = next(one for one in document["influences"] if one["followed"])
    assert found["clearance_ratio"] == 0.317
    assert found["flows"] == ["CL"]
    assert set(found["followed"]) == {"esketamine", "arketamine", "ketamine"}
    fold = found["followed"]["ketamine"]["auc_24h"] / document["exposures"]["ketamine"]["auc_24h"]
    assert 1 < fold < 1 / 0.317
    screen = " ".join(_said(tmp_path, capsys, {**scenario, "influences": ["cyp2b6 *6/*6"]}, as_json=False).split())
    assert "Followed with CL of Ketaminder's own set, venous times 0.317" in screen
