"""`ketaminder trial run`, `design` and `designs` as a shell sees them."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from xml.etree import ElementTree

import distributed
import pyarrow.parquet as pq
import pytest

from ketaminder.cli import main
from ketaminder.cli.figure import LEFT

DESIGN = """
id = "small"
title = "Small"
condition = "treatment-resistant depression"
scale = "MADRS"
visits_h = [24, 168]
[[arms]]
id = "ketamine"
n = 30
doses = [{ drug = "ketamine", route = "intravenous", dose = 0.5, unit = "mg/kg", minutes = 40 }]
[[arms]]
id = "midazolam"
n = 30
doses = [{ drug = "midazolam", route = "intravenous" }]
[primary]
measure = "change"
arm = "ketamine"
against = "midazolam"
hour = 24
"""


@pytest.fixture
def given(tmp_path: Path) -> Path:
    file = tmp_path / "small.toml"
    file.write_text(DESIGN, "utf-8")
    return file


def test_run_writes_everything_and_prints_one_document(
    given: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    command = ["trial", "run", str(given), "--replicates", "20", "--out", str(out), "--parquet", "--json"]
    assert main(command) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((out / "summary.json").read_text("utf-8"))
    assert {one.name for one in out.iterdir()} == {
        "report.md",
        "scores.svg",
        "summary.json",
        "people.parquet",
        "visits.parquet",
    }
    assert pq.read_table(out / "people.parquet").num_rows == 20 * 60
    visits = pq.read_table(out / "visits.parquet").to_pydict()
    assert len(visits["score"]) == 20 * 60 * 2
    mean = sum(
        score for score, arm, hour in zip(visits["score"], visits["arm"], visits["hour"], strict=True)
        if (arm, hour) == ("ketamine", 24.0)
    ) / (20 * 30)  # fmt: skip
    said = next(
        one for one in printed["numbers"] if (one["measure"], one["arm"], one["hour"]) == ("score", "ketamine", 24.0)
    )
    assert said["value"] == pytest.approx(mean, abs=1e-3)
    assert ElementTree.parse(out / "scores.svg").getroot().tag.endswith("svg")  # noqa: S314 (our own file)
    assert "virtual" in (out / "report.md").read_text("utf-8").lower()


def test_the_same_seed_prints_the_same_for_any_workers(given: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = []
    for workers in ("1", "2"):
        assert main(["trial", "run", str(given), "--replicates", "10", "--workers", workers, "--json"]) == 0
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1]


def test_a_dask_scheduler_prints_the_same(given: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--dask` with the address of a real scheduler on loopback, against one process."""
    command = ["trial", "run", str(given), "--replicates", "10", "--json"]
    assert main(command) == 0
    alone = capsys.readouterr().out
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
        ) as cluster:
            assert main([*command, "--dask", cluster.scheduler_address]) == 0
    assert capsys.readouterr().out == alone


def test_plots_begin_at_hour_0(given: Path, tmp_path: Path) -> None:
    """Each arm has a point at the first dose, at the left edge, and one at each of the two visits."""
    out = tmp_path / "out"
    out.mkdir()
    assert main(["trial", "run", str(given), "--replicates", "5", "--out", str(out)]) == 0
    root = ElementTree.parse(out / "scores.svg").getroot()  # noqa: S314 (our own file)
    lines = [one.get("points", "").split() for one in root.iter("{http://www.w3.org/2000/svg}polyline")]
    assert [len(points) for points in lines] == [3, 3]
    assert {points[0].split(",")[0] for points in lines} == {f"{LEFT:.1f}"}


def test_a_table_for_people(given: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trial", "run", str(given), "--replicates", "5"]) == 0
    printed = capsys.readouterr().out
    assert "Power of the primary comparison" in printed
    assert "nothing about one person" in " ".join(printed.split())
    assert "baseline not stated" in printed


def test_power_at_several_sizes(given: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trial", "design", str(given), "--n", "10,200", "--replicates", "40", "--fixed", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["power"]
    assert [one["people_an_arm"] for one in found] == [10, 200]
    assert found[0]["share"] < found[1]["share"]


def test_designs_are_listed_and_printed_as_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trial", "designs"]) == 0
    listed = capsys.readouterr().out
    assert "withdrawal" in listed
    assert "transform1_2019" in listed
    assert main(["trial", "designs", "single_infusion"]) == 0
    file = tmp_path / "again.toml"
    file.write_text(capsys.readouterr().out, "utf-8")
    assert main(["trial", "run", str(file), "--replicates", "2", "--json"]) == 0


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["run", "nowhere"], "nowhere"),
        (["run", "single_infusion", "--replicates", "0"], "--replicates"),
        (["run", "single_infusion", "--seed", "-1"], "--seed"),
        (["run", "single_infusion", "--workers", "0"], "--workers"),
        (["run", "single_infusion", "--people", "-3"], "people an arm"),
        (["run", "single_infusion", "--out", "/nowhere/at/all"], "--out"),
        (["design", "six_infusions"], "primary"),
    ],
)
def test_what_cannot_be_done_exits_2(command: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trial", *command, "--json"]) == 2
    found = capsys.readouterr()
    assert said in found.err
    assert found.out == ""


def test_a_design_that_is_not_there_is_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trial", "designs", "nowhere"]) == 2
    assert "single_infusion" in capsys.readouterr().err
