"""The geometry of a chart, against positions worked out by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from ketaminder.clinic.pages.charts import Band, Chart, Curve, Mark, Marks, Scale, log_scale_for, scale_for
from ketaminder.clinic.pages.drawing import drawn


@pytest.mark.parametrize(
    ("largest", "top", "ticks"),
    [
        (0.0, 1.0, (0, 1)),
        (7.0, 8.0, (0, 2, 4, 6, 8)),
        (96.0, 100.0, (0, 20, 40, 60, 80, 100)),
        (100.0, 100.0, (0, 20, 40, 60, 80, 100)),
        (101.0, 125.0, (0, 25, 50, 75, 100, 125)),
        (208.0, 250.0, (0, 50, 100, 150, 200, 250)),
        (0.3, 0.3, (0, 0.1, 0.2, 0.3)),
    ],
)
def test_a_scale_has_round_ticks_and_holds_the_largest_value(
    largest: float, top: float, ticks: tuple[float, ...]
) -> None:
    scale = scale_for(largest)
    assert scale.top == pytest.approx(top)
    assert scale.ticks == pytest.approx(ticks)


def chart() -> Chart:
    return Chart(
        id="c",
        title="Ketamine in plasma",
        description="",
        unit="ng/mL",
        times_h=np.array([0.0, 12.0, 24.0]),
        hours=Scale(24.0, (0.0, 12.0, 24.0)),
        vertical=Scale(100.0, (0.0, 50.0, 100.0)),
        bands=(Band("5% to 95% of people", np.array([0.0, 25.0, 0.0]), np.array([0.0, 75.0, 10.0])),),
        curves=(Curve("typical", "typical person", np.array([0.0, 50.0, 5.0])),),
        table_hours=(6.0, 24.0),
    )


def points(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"([\d.]+),([\d.]+)", path)]


def test_a_line_runs_through_its_values() -> None:
    # Plot area: x from 42 to 328 over 24 h, y from 190 (zero) up to 26 (100): 12 h -> 185, 50 -> 108, 5 -> 181.8.
    ((style, path),) = chart().lines
    assert style == "typical"
    assert points(path) == [(42.0, 190.0), (185.0, 108.0), (328.0, 181.8)]


def test_a_logarithmic_axis_has_whole_decades_and_draws_nothing_under_them() -> None:
    """208 lies under 1000; from 0.1 to 1000, 1 stands a quarter up, 10 halfway; what is less than 0.1 on the axis."""
    scale = log_scale_for(208.0, 0.02)
    assert (scale.top, scale.floor, *scale.ticks) == pytest.approx((1000, 0.1, 0.1, 1, 10, 100, 1000))
    assert scale.share(np.array([0.0, 0.1, 1.0, 10.0, 1000.0])) == pytest.approx([0, 0, 0.25, 0.5, 1])
    assert log_scale_for(100.0, 1.0).ticks == pytest.approx((1, 10, 100))
    assert log_scale_for(90.0, 0.9).ticks == pytest.approx((0.1, 1, 10, 100))
    assert log_scale_for(90.0, 80.0).ticks == pytest.approx((1, 10, 100))  # two decades at least
    assert log_scale_for(90.0, 0.0).ticks == scale_for(90.0).ticks
    levels = Marks("level", "levels", (Mark(12.0, 10.0, "A"), Mark(12.0, 0.09, "A")))
    shown = replace(chart(), vertical=scale, published=(levels,))
    assert shown.signs == [("level", 185.0, 108.0)]  # as 50 on the linear axis to 100; 0.09 is in the table only
    assert points(shown.lines[0][1])[0] == (42.0, 190.0)


def test_the_lines_of_other_models_lie_beneath_and_span_a_column() -> None:
    """At 12 h 25 and 75 -> 149 and 67; at 6 h half of them, at 24 h 0 and 10."""
    beside = (np.array([0.0, 25.0, 10.0]), np.array([0.0, 75.0, 0.0]))
    shown = replace(chart(), others=beside)
    assert [style for style, _ in shown.lines] == ["other", "other", "typical"]
    assert [points(path)[1] for _, path in shown.lines[:2]] == [(185.0, 149.0), (185.0, 67.0)]
    assert shown.others_table == [(12.5, 37.5), (0.0, 10.0)]
    assert [words for _, _, words in shown.keys][:2] == ["typical person", "other models, typical person"]
    figure = ElementTree.fromstring(str(drawn(shown, demo=False)))  # noqa: S314 (our own figure)
    rows = [["".join(cell.itertext()) for cell in row] for row in figure.iter("tr")]
    assert rows[0] == ["Hours", "typical person", "other models", "5% to 95% of people"]
    assert rows[1] == ["6", "25", "12.5–37.5", "12.5–37.5"]


def test_a_band_goes_out_along_its_top_and_back_along_its_bottom() -> None:
    # 75 -> 190 - 164 x 0.75 = 67; 25 -> 149; 10 -> 173.6.
    there_and_back = [(42, 190), (185, 67), (328, 173.6), (328, 190), (185, 149), (42, 190)]
    ((style, path),) = chart().regions
    assert style == "band"
    assert points(path) == there_and_back
    assert path.endswith("Z")


def test_the_table_says_what_the_lines_say() -> None:
    # Halfway from 0 to 12 h: half of 50, 25 and 75.
    assert chart().table == [(6.0, [25.0], [(12.5, 37.5)]), (24.0, [5.0], [(0.0, 10.0)])]


def test_published_values_stand_where_they_were_read() -> None:
    """50 ng/mL at 12 h -> (185, 108); what lies beyond the hours of the panel is in the table only."""
    late, early, last = Mark(36.0, 10.0, "A"), Mark(12.0, 50.0, "B"), Mark(40.0, 5.0, "B")
    shown = replace(chart(), published=(Marks("level", "published levels", (late, early, last)),))
    assert shown.signs == [("level", 185.0, 108.0)]
    assert shown.published_table == {"B": [early, last], "A": [late]}
    assert shown.keys[-1][1:] == ("level", "published levels")


def test_the_key_shows_each_sign_as_it_stands_in_the_plot() -> None:
    """A cross 8 across for levels, a diamond 10 across for peaks; a line only for what is a line."""
    levels = Marks("level", "levels", (Mark(12.0, 50.0, "A"),))
    peaks = Marks("peak", "peaks", (Mark(12.0, 50.0, "A", peak=True),))
    figure = ElementTree.fromstring(str(drawn(replace(chart(), published=(levels, peaks)), demo=False)))  # noqa: S314
    for style, shape, row in (("level", "m-4,0h8m-4,-4v8", "76.0"), ("peak", "m0,-5l5,5l-5,5l-5,-5z", "94.0")):
        in_plot, in_key = (path.get("d", "") for path in figure.iter("path") if path.get("class") == f"sign {style}")
        assert in_plot == f"M185.0,108.0{shape}"
        assert in_key == f"M123.0,{row}{shape}"  # by hand: in the middle of 112 to 134; third and fourth row
    rows = [["".join(cell.itertext()) for cell in row] for row in figure.iter("tr")]
    assert rows[-3:] == [["A"], ["12", "50"], ["peak", "50"]]


def test_a_key_under_the_plot_lengthens_the_figure_by_its_rows() -> None:
    """Two entries, 18 each, and a margin of 4: 232 -> 272. In the plot they stand at 40 and 58, under it 202 lower."""
    under = replace(chart(), key_under=True)
    assert (chart().height, under.height) == (232.0, 272.0)
    assert [y for y, _, _ in chart().keys] == [40.0, 58.0]
    assert [y for y, _, _ in under.keys] == [242.0, 260.0]


def test_the_key_names_every_line_and_the_band() -> None:
    assert [(style, words) for _, style, words in chart().keys] == [
        ("typical", "typical person"),
        ("band", "5% to 95% of people"),
    ]


def test_the_figure_holds_every_path_and_escapes_every_word() -> None:
    bold = "<b>&"
    marks = (Marks("level", bold, (Mark(6.0, 25.0, bold),)),)
    curves = (Curve("typical", bold, chart().curves[0].values),)
    shown = replace(chart(), title=bold, description=bold, unit=bold, note=bold, curves=curves, published=marks)
    figure = drawn(shown, demo=True)
    assert "<b>" not in figure
    assert figure.count("&lt;b&gt;&amp;") == 12
    for path in (*(path for _, path in shown.regions), *shown.edges, *(path for _, path in shown.lines)):
        assert f'd="{path}"' in figure
    assert '<path class="sign level" d="M113.5,149.0m-4,0h8m-4,-4v8"/>' in figure  # by hand: 42 + 286/4, 190 - 164/4
    assert "Demonstration data" in figure
    assert "Demonstration data" not in drawn(shown, demo=False)


def test_the_figure_is_whole_xml_and_says_the_same_as_numbers() -> None:
    for shown in (chart(), replace(chart(), bands=()), replace(chart(), note="x")):
        root = ElementTree.fromstring(str(drawn(shown, demo=True)))  # noqa: S314 (our own figure)
        rows = [["".join(cell.itertext()) for cell in row] for row in root.iter("tr")]
        banded = bool(shown.bands)
        assert rows[0] == ["Hours", "typical person", *(["5% to 95% of people"] * banded)]
        # By hand, between the points at 0, 12 and 24 h.
        assert rows[1:] == [["6", "25", *(["12.5–37.5"] * banded)], ["24", "5", *(["0–10"] * banded)]]


def test_what_is_below_a_thousandth_is_written_so_that_html_reads_it() -> None:
    low = replace(chart(), bands=(), curves=(Curve("typical", "x", np.array([0.0, 0.0005, 0.0005])),))
    assert "<td>&lt; 0.001</td>" in drawn(low, demo=False)
