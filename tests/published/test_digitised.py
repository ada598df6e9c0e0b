"""Digitised curves, each model scored alone. Expected errors are those of an independent implementation."""

from __future__ import annotations

import json
import re
from argparse import Namespace
from pathlib import Path

import pytest

from ketaminder.cli.curves import show, svg
from ketaminder.pharmacology.digitised import Curve, Line, curves
from ketaminder.pharmacology.truth import Standing, log_rms

FIGURE = Path(__file__).parents[2] / "docs" / "reference" / "digitised.svg"
NUMBER = re.compile(r"-?\d+\.?\d*")


def found(paper: str, arm: str, analyte: str) -> Curve:
    (one,) = (
        curve
        for curve in curves()
        if curve.study.source.id == paper and curve.arm.id.startswith(arm) and curve.analyte == analyte
    )
    return one


def line(curve: Curve, model: str) -> Line:
    (one,) = (line for line in curve.lines if line.model.id == model)
    return one


def test_the_curves_are_those_of_kamp_hasan_and_otto() -> None:
    held = [(curve.study.source.id, curve.analyte, len(curve.answered)) for curve in curves()]
    assert held == [
        ("hasan-2021", "esketamine", 6),
        ("kamp-2020-bja", "esketamine", 8),
        ("kamp-2020-bja", "noresketamine", 8),
        ("kamp-2020-bja", "esketamine", 8),
        ("otto-2021", "esketamine", 8),
        ("otto-2021", "noresketamine", 8),
        ("hasan-2021", "arketamine", 6),
        ("kamp-2020-bja", "arketamine", 8),
        ("kamp-2020-bja", "noresketamine", 8),
        ("kamp-2020-bja", "norarketamine", 8),
    ]


@pytest.mark.parametrize(
    ("paper", "arm", "analyte", "model", "error"),
    [
        ("kamp-2020-bja", "esketamine", "esketamine", "noppers_2011", 0.07),
        ("kamp-2020-bja", "esketamine", "esketamine", "kamp_2020_meta", 0.12),
        ("kamp-2020-bja", "racemate", "esketamine", "noppers_2011", 0.07),
        ("kamp-2020-bja", "racemate", "esketamine", "kamp_2020_meta", 0.12),
        ("otto-2021", "S-ketamine", "esketamine", "otto_2021", 0.14),
        ("otto-2021", "S-ketamine", "esketamine", "kamp_2020_meta", 0.19),
        ("otto-2021", "S-ketamine", "esketamine", "bridge_venous", 0.19),
        ("otto-2021", "S-ketamine", "esketamine", "ashraf_2018", 0.27),
        ("otto-2021", "S-ketamine", "noresketamine", "bridge_venous", 0.29),
        ("otto-2021", "S-ketamine", "noresketamine", "ashraf_2018", 0.35),
    ],
)
def test_each_model_alone_by_an_independent_implementation(
    paper: str, arm: str, analyte: str, model: str, error: float
) -> None:
    assert log_rms(line(found(paper, arm, analyte), model).counted) == pytest.approx(error, abs=0.0051)


def test_points_fitted_or_on_a_change_of_rate_are_drawn_and_not_counted() -> None:
    """Ketaminder's own set was fitted to Kamp's S-ketamine; rates change at 1, 2 and 3 h of eight points."""
    kamp = found("kamp-2020-bja", "esketamine", "esketamine")
    assert not line(kamp, "bridge_arterial").counted
    assert len(line(kamp, "bridge_arterial").scored) == 8
    changing = [one.point.hour for one in line(kamp, "noppers_2011").scored if one.standing is Standing.RATE_CHANGE]
    assert changing == [1.0, 2.0, 3.0]


def test_a_line_ends_where_the_data_behind_its_model_end() -> None:
    """Simons 2022 sampled to 2 h after an infusion."""
    simons = line(found("kamp-2020-bja", "esketamine", "esketamine"), "simons_2022")
    assert simons.times_h[-1] == 2.0
    assert [one.point.hour for one in simons.scored] == [0.5, 1.0, 2.0]


def test_the_figure_is_what_the_models_say_today() -> None:
    drawn, kept = svg(curves()), FIGURE.read_text(encoding="utf-8")
    stale = "stale: ketaminder models curves --plot docs/reference/digitised.svg"
    assert NUMBER.sub("", drawn) == NUMBER.sub("", kept), stale
    places = [[float(one) for one in NUMBER.findall(text)] for text in (drawn, kept)]
    assert places[0] == pytest.approx(places[1], abs=0.11), stale
    assert drawn.count("<circle") == 6 + 8 + 8 + 8 + 8 + 8 + 6 + 8 + 8 + 8


def test_the_command_prints_every_point_with_its_fold(capsys: pytest.CaptureFixture[str]) -> None:
    show(Namespace(plot=None, json=True))
    document = json.loads(capsys.readouterr().out)
    hasan = document["curves"][0]
    assert (hasan["arm"], hasan["analyte"]) == ("racemic 5 mg over 30 min", "esketamine")
    first = hasan["models"][0]["points"][0]
    assert (first["time_h"], first["published"]) == (1.0, 6.52)
    assert first["fold"] == pytest.approx(first["simulated"] / 6.52, rel=1e-3)
    show(Namespace(plot=None, json=False))
    assert "otto-2021, S-ketamine 10 mg over 30 min: esketamine" in capsys.readouterr().out
