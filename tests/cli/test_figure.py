"""The places of a figure, by hand: from 64 to 624 pixels across, from 300 up to 100."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from ketaminder.cli.figure import Panel, sheet, ticks

PANEL = Panel(across=[0, 1, 2], up=[0, 5, 10], head=100, foot=300)


@pytest.mark.parametrize(("time", "place"), [(0, 64), (1, 64 + 560 / 2), (2, 624)])
def test_times_go_across(time: float, place: float) -> None:
    assert PANEL.x(time) == place


@pytest.mark.parametrize(("value", "place"), [(0, 300), (2.5, 250), (10, 100), (-3, 300)])
def test_values_go_up_and_none_lies_below_zero(value: float, place: float) -> None:
    assert PANEL.y(value) == place


@pytest.mark.parametrize(("value", "place"), [(0.1, 300), (1, 200), (10, 100)])
def test_a_logarithmic_axis_gives_every_decade_the_same_room(value: float, place: float) -> None:
    assert replace(PANEL, up=[0.1, 1, 10], logarithmic=True).y(value) == pytest.approx(place, rel=1e-12)


def test_a_region_goes_out_along_the_high_line_and_back_along_the_low_one() -> None:
    found = ET.fromstring(PANEL.region("wide", [0, 2], [0, 2.5], [5, 10]))  # noqa: S314 (our own text)
    assert found.get("points") == "64.0,200.0 624.0,100.0 624.0,250.0 64.0,300.0"


@pytest.mark.parametrize(
    ("largest", "expected"),
    [
        (10, [0, 2, 4, 6, 8, 10]),
        (11, [0, 2.5, 5, 7.5, 10, 12.5]),
        (0.3, [0, 0.1, 0.2, 0.3]),
        (99, [0, 20, 40, 60, 80, 100]),
    ],
)
def test_ticks_are_round_and_six_at_most(largest: float, expected: list[float]) -> None:
    assert ticks(largest) == pytest.approx(expected)


def test_what_is_said_is_escaped_and_read_aloud() -> None:
    root = ET.fromstring(sheet("A < B", "Lines & dots", "", [], 100))  # noqa: S314 (our own text)
    assert [element.text for element in root if element.tag.endswith(("title", "text"))] == [
        "A < B. Lines & dots",
        "A < B",
        "Lines & dots",
    ]
