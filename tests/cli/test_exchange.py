"""`ketaminder models export` and `simulate --parquet`, by their functions."""

from __future__ import annotations

import argparse
import html
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from ketaminder.cli.models import models
from ketaminder.cli.simulate import simulate
from ketaminder.pharmacology import discover
from ketaminder.pharmacology.exchange import sbml
from ketaminder.pharmacology.model import Model
from ketaminder.terms import Refused


def run(action: str, what: str, **options: Any) -> int:
    usual = {"json": False, "sbml": None, "scenario": None}
    return models(argparse.Namespace(action=action, what=what, **(usual | options)))


@pytest.mark.parametrize("model", discover(), ids=lambda model: model.id)
def test_every_model_is_exported_without_a_fault(model: Model, tmp_path: Path) -> None:
    assert run("export", model.id, sbml=tmp_path / "out.xml") == 0
    text = (tmp_path / "out.xml").read_text(encoding="utf-8")
    assert model.source.citation.split(".")[0] in html.unescape(text)
    assert sbml.faults(text) == []


def test_a_scenario_gives_the_doses(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text(
        json.dumps({"drug": "esketamine", "route": "nasal", "dose_mg": 84, "repeat": [72]}), encoding="utf-8"
    )
    run("export", "perez_ruixo_2021", sbml=tmp_path / "out.xml", scenario=tmp_path / "s.json")
    assert "72.08333" in (tmp_path / "out.xml").read_text(encoding="utf-8")


def test_what_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"models export --sbml OUT: got None"):
        run("export", "otto_2021")
    with pytest.raises(Refused, match=r"models ID: got 'otto'; required: one of ashraf_2018"):
        run("export", "otto", sbml=tmp_path / "out.xml")


def test_simulate_writes_parquet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario = tmp_path / "s.json"
    scenario.write_text(json.dumps({"drug": "esketamine", "route": "nasal", "dose_mg": 56, "population": 40}))
    options = argparse.Namespace(file=scenario, json=True, plot=None, parquet=tmp_path / "out.parquet")
    assert simulate(options) == 0
    bands = json.loads(capsys.readouterr().out)["bands"]["analytes"]["esketamine"]
    rows = pq.read_table(tmp_path / "out.parquet").to_pylist()
    for statistic in ("typical", "p05", "p95"):
        wanted = [row for row in rows if (row["analyte"], row["statistic"]) == ("esketamine", statistic)]
        assert [row["concentration_ng_per_mL"] for row in wanted] == pytest.approx(bands[statistic], rel=1e-3, abs=1e-3)
