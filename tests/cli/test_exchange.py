"""`ketaminder models export` and `simulate --parquet`, by their functions."""

from __future__ import annotations

import argparse
import html
import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from ketaminder.cli import main
from ketaminder.cli.models import models
from ketaminder.cli.simulate import simulate
from ketaminder.pharmacology import discover
from ketaminder.pharmacology.exchange import sbml
from ketaminder.pharmacology.model import Model
from ketaminder.pharmacology.truth import scored, scored_later, tally
from ketaminder.terms import Refused


def run(action: str, what: str, **options: Any) -> int:
    return models(argparse.Namespace(action=action, what=what, **({"json": False, "scenario": None} | options)))


def shell(*arguments: str) -> int:
    return main(["models", *arguments])


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
        run("export", "otto_2021", sbml=None)
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


def test_a_table_says_what_the_answer_says_beside_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Otto 2021 is printed for 70 kg; venous blood and 500 people stand in where nothing is said."""
    scenario, table = tmp_path / "s.json", tmp_path / "out.parquet"
    scenario.write_text('{"drug": "esketamine", "route": "intravenous", "dose_mg": 100, "duration_min": 40}')
    assert simulate(argparse.Namespace(file=scenario, json=True, plot=None, parquet=table)) == 0
    document = json.loads(capsys.readouterr().out)
    beside = json.loads(pq.read_schema(table).metadata[b"ketaminder"])
    assert beside["virtual_people"] == 500
    for part in ("sampling site is not given: venous", "70 kg assumed", "the bands of 500 virtual people"):
        assert any(part in one for one in beside["assumed"])
    assert any("A dose of 100 mg is outside" in one for one in beside["warnings"])
    assert (beside["assumed"], beside["warnings"]) == (document["assumed"], document["warnings"])


def test_an_export_says_who_stands_in_and_refuses_what_it_cannot_hold(tmp_path: Path) -> None:
    run("export", "otto_2021", sbml=tmp_path / "out.xml")
    assert "Body weight is not given: 70 kg assumed" in (tmp_path / "out.xml").read_text(encoding="utf-8")
    infusion = {"drug": "esketamine", "route": "intravenous", "dose_mg": 20, "duration_min": 40}
    for more, said in (
        (
            {"measured": [{"time_h": 24, "weight_kg": 80}]},
            r"scenario.measured: got \[24.0\]; required: nothing measured",
        ),
        (
            {"sampling": "arterial"},
            r"scenario.sampling: got 'arterial'; required: the blood that Otto 2021 claims: ven",
        ),
    ):
        (tmp_path / "s.json").write_text(json.dumps(infusion | more), encoding="utf-8")
        with pytest.raises(Refused, match=said):
            run("export", "otto_2021", sbml=tmp_path / "no.xml", scenario=tmp_path / "s.json")
    assert not (tmp_path / "no.xml").exists()


DATA = """ID,TIME,EVID,AMT,RATE,DV,BLQ,LLOQ,WT,SITE
1,0,1,40,60,.,.,.,70,a
1,0.7,0,.,.,240,0,5,70,a
1,1.5,0,.,.,110,0,5,70,a
1,3,0,.,.,60,0,5,70,a
1,24,0,.,.,.,1,5,70,a
2,0,1,30,45,.,.,.,60,a
2,0.7,0,.,.,200,0,5,60,a
2,1.5,0,.,.,90,0,5,60,a
2,3,0,.,.,48,0,5,60,a
2,24,0,.,.,.,1,5,60,a
"""
OWN = ("--drug", "esketamine", "--route", "intravenous", "--drop", "SITE")


@pytest.fixture
def data(tmp_path: Path) -> str:
    (tmp_path / "data.csv").write_text(DATA, encoding="utf-8")
    return str(tmp_path / "data.csv")


def test_a_predictive_check_is_printed_and_drawn(data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plot = tmp_path / "vpc.svg"
    assert shell("vpc", "otto_2021", "--data", data, *OWN, "--replicates", "50", "--json", "--plot", str(plot)) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["analyte"], document["below_limit"], document["replicates"]) == ("esketamine", "M3", 50)
    first, last = document["bins"][0], document["bins"][-1]
    assert (first["observations"], first["percentiles"]["p05"]["observed"]) == (2, 200)
    assert (last["below_limit"]["observed"], last["percentiles"]["p50"]["observed"]) == (1, None)
    tags = [element.tag.rpartition("}")[2] for element in ET.parse(plot).iter()]  # noqa: S314  # our own file
    assert (tags.count("circle"), tags.count("polyline")) == (8, 3)


def test_a_fit_is_printed_pooled_and_each(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert shell("fit", "otto_2021", "--data", data, *OWN, "--estimate", "CL", "--json") == 0
    pooled = json.loads(capsys.readouterr().out)
    assert [one["people"] for one in pooled["fits"]] == [["1", "2"]]
    low, high = pooled["fits"][0]["estimates"]["CL"]["interval_95"]
    assert low < pooled["fits"][0]["estimates"]["CL"]["value"] < high
    assert "not a mixed-effects one" in pooled["notice"][0]
    assert shell("fit", "otto_2021", "--data", data, *OWN, "--estimate", "CL", "--each") == 0
    assert "Otto 2021, 2: 4 observations" in capsys.readouterr().out


def test_data_that_cannot_be_read_exit_2(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert shell("vpc", "otto_2021", "--data", data, "--route", "intravenous", "--drop", "SITE") == 2
    assert "--drug: got None; required: what the doses hold: ketamine or esketamine" in capsys.readouterr().err
    assert shell("vpc", "otto_2021", "--data", data, *OWN[:4]) == 2
    assert "row 1: got 'SITE'" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        shell("fit", "otto_2021", *OWN)
    assert "the following arguments are required: --data, --estimate" in capsys.readouterr().err
    assert shell("vpc", "otto_2021", "--data", data, *OWN, "--drop", "DOSE") == 2
    assert "--drop: got 'DOSE'; required: a column of the header: ID, TIME" in capsys.readouterr().err
    assert shell("fit", "otto_2021", "--data", data, *OWN, "--drop", "TIME", "--estimate", "CL") == 2
    assert "--drop: got 'TIME'; required: another column: ID, TIME, EVID are read" in capsys.readouterr().err


def test_an_answer_is_never_written_over_what_was_asked(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = Path(data).read_bytes()
    assert shell("vpc", "otto_2021", "--data", data, *OWN, "--plot", data) == 2
    assert "required: another file than the file that is read" in capsys.readouterr().err
    assert Path(data).read_bytes() == before


@pytest.mark.parametrize("words", [["list", "otto_2021"], ["influences", "--json"], ["show", "otto_2021", "--each"]])
def test_an_option_that_an_action_does_not_have_is_refused(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        shell(*words)
    assert "unrecognized arguments" in capsys.readouterr().err


def test_a_fit_to_values_that_all_lie_below_the_limit_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"1,{hour},0,.,.,1,5,70" for hour in range(1, 9)]
    (tmp_path / "low.csv").write_text("\n".join(["ID,TIME,EVID,AMT,DV,BLQ,LLOQ,WT", "1,0,1,40,.,.,.,70", *rows]))
    asked = ("fit", "otto_2021", "--data", str(tmp_path / "low.csv"), *OWN[:4], "--estimate", "CL")
    assert shell(*asked) == 2
    assert "data: got '0 measured values and 8 below the limit'; required: 2 measured" in capsys.readouterr().err


def test_the_truth_report_is_a_document_too(capsys: pytest.CaptureFixture[str]) -> None:
    """As many values as the page counts: see `tests/published/test_truth.py`."""
    assert shell("truth", "--json") == 0
    values = json.loads(capsys.readouterr().out)["values"]
    for tried, several in (("when chosen", scored()), ("later", scored_later())):
        found = [one for one in values if one["tried"] == tried and one["standing"] == "counted"]
        assert len(found) == tally(several).values > 10
        assert sum(0.8 <= one["simulated"] / one["published"] <= 1.25 for one in found) == tally(several).values_within
