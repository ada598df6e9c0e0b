"""A site signs its limits, may tighten what was read, and may not loosen it."""

from __future__ import annotations

import pytest

from ketaminder.evidence import load
from ketaminder.rules.gates import sign, starting_points
from ketaminder.terms import Grade, Product, Refused, Region

from .people import ON
from .visit import offered, signed

IV = Product.KETAMINE_IV


def test_a_starting_point_says_where_it_comes_from_and_how_it_was_read() -> None:
    points = {one.definition.name: one for one in starting_points(load(), Region.US, IV)}
    assert str(points["alarm_systolic_mmHg"].said) == "Starting point: 180 mmHg (from memory, unverified)."
    assert points["minutes_after_infusion"].grade is Grade.MEMORY
    assert str(points["observe_every_minutes"].said) == "No value was found in any source read."


def test_where_a_label_gives_the_time_it_is_the_starting_point() -> None:
    points = {one.definition.name: one for one in starting_points(load(), Region.US, Product.ESKETAMINE_NASAL)}
    criterion = points["observation_minutes"].criterion
    assert criterion is not None
    assert (criterion.id, criterion.value) == ("F-TIME-01.observation_minutes", 120)
    assert "minutes_after_infusion" not in points


@pytest.mark.parametrize(("minutes", "accepted"), [(119, False), (120, True), (121, True)])
def test_a_site_may_observe_longer_than_the_label_and_not_shorter(minutes: float, accepted: bool) -> None:
    if accepted:
        assert signed(observation_minutes=minutes).values["observation_minutes"] == minutes
        return
    with pytest.raises(Refused, match=r"119; required: nothing looser than F-TIME-01.observation_minutes"):
        signed(observation_minutes=minutes)


@pytest.mark.parametrize(("pressure", "accepted"), [(139, True), (140, True), (141, False)])
def test_a_site_may_lower_the_pressure_guide_and_not_raise_it(pressure: float, accepted: bool) -> None:
    if accepted:
        assert signed(pre_dose_systolic_mmHg=pressure).values["pre_dose_systolic_mmHg"] == pressure
        return
    with pytest.raises(Refused, match=r"B-BP-01.systolic_mmhg: systolic blood pressure > 140 mmHg"):
        signed(pre_dose_systolic_mmHg=pressure)


def test_the_nearest_guide_binds_where_it_stands_in() -> None:
    with pytest.raises(Refused, match="B-BP-01"):
        signed(IV, pre_dose_systolic_mmHg=145)


def test_in_the_eu_no_label_gives_a_time_and_the_site_decides() -> None:
    assert signed(region=Region.EU, observation_minutes=90).values["observation_minutes"] == 90


@pytest.mark.parametrize(
    ("change", "quoted"),
    [
        ({"alarm_systolic_mmHg": 0}, "above zero"),
        ({"alarm_systolic_mmHg": float("nan")}, "above zero"),
        ({"alarm_pulse": 120}, "'alarm_pulse'; required: one of"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused(change: dict[str, float], quoted: str) -> None:
    with pytest.raises(Refused, match=quoted):
        sign(load(), Region.US, Product.ESKETAMINE_NASAL, {**offered(), **change}, "Dr Example", ON)


def test_every_needed_value_is_signed_by_somebody() -> None:
    values = offered()
    with pytest.raises(Refused, match="name of the responsible physician"):
        sign(load(), Region.US, Product.ESKETAMINE_NASAL, values, " ", ON)
    del values["observe_every_minutes"]
    with pytest.raises(Refused, match="Time between observations"):
        sign(load(), Region.US, Product.ESKETAMINE_NASAL, values, "Dr Example", ON)


def test_every_starting_point_and_read_criterion_exists() -> None:
    library = load()
    for value in library.site_values.values():
        for id_ in (*value.read, *([value.starting_point] if value.starting_point else [])):
            assert library.criterion(id_).unit == value.unit
