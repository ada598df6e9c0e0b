"""A protocol as dates, visits, hours and milligrams, counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketaminder.evidence import Protocol, load
from ketaminder.plan.timetable import timetable
from ketaminder.terms import Refused

MONDAY = date(2026, 11, 2)
PROTOCOLS = load().protocols


def test_the_us_label_course_is_twelve_visits_in_eight_weeks_and_goes_on_from_week_nine() -> None:
    course = timetable(PROTOCOLS["esketamine_trd_us"], MONDAY)
    # Weeks 1-4 twice a week: 8 visits; weeks 5-8 once a week: 4 visits.
    assert [visit.on for visit in course.visits] == [
        *(MONDAY + timedelta(days=days) for days in (0, 3, 7, 10, 14, 17, 21, 24)),
        *(MONDAY + timedelta(days=days) for days in (28, 35, 42, 49)),
    ]
    assert [visit.phase for visit in course.visits] == ["induction"] * 8 + ["optimisation"] * 4
    (maintenance,) = course.continuations
    assert maintenance.from_date == date(2026, 12, 28)  # 8 weeks after 2 November
    assert maintenance.every_days == (7, 14)


def test_the_us_label_course_totals_by_hand() -> None:
    course = timetable(PROTOCOLS["esketamine_trd_us"], MONDAY)
    # Least: 12 x 56 = 672 mg. Most: 56 on day 1, then 11 x 84 = 924; together 980 mg.
    assert (course.lowest_total, course.highest_total, course.unit) == (672, 980, "mg")
    assert course.hours == 24  # 12 visits of at least 2 h
    assert str(course.time) == "At least 2 h of observation a visit, 24 h over 12 visits."


def test_from_65_the_eu_dose_rises_by_one_device_a_session() -> None:
    course = timetable(PROTOCOLS["esketamine_trd_eu_from_65"], MONDAY)
    assert [visit.highest for visit in course.visits[:4]] == [28, 56, 84, 84]
    assert {visit.lowest for visit in course.visits} == {28}
    # Most: 28 + 56 + 10 x 84 = 924 mg.
    assert course.highest_total == 924


def test_where_no_observation_time_was_read_none_is_counted() -> None:
    course = timetable(PROTOCOLS["esketamine_trd_eu_under_65"], MONDAY)
    assert course.hours is None
    assert str(course.time) == "The observation time is not given by any read source: the site sets it."
    infusion = timetable(PROTOCOLS["ketamine_iv_trd"], MONDAY)
    assert str(infusion.time).startswith("Infusion of 40 min; the observation time is not given")


def test_six_infusions_of_half_a_milligram_per_kilogram() -> None:
    protocol = PROTOCOLS["ketamine_iv_trd"]
    course = timetable(protocol, MONDAY, 70)
    # 6 x 0.5 mg/kg x 70 kg = 210 mg.
    assert len(course.visits) == 6
    assert (course.lowest_total, course.highest_total, course.unit) == (210, 210, "mg")
    unweighed = timetable(protocol, MONDAY)
    assert (unweighed.highest_total, unweighed.unit) == (3, "mg/kg")
    assert course.continuations[0].every_days == ()


@pytest.mark.parametrize(
    ("id_", "visits", "highest_per_kg"),
    [
        ("ketamine_iv_trd_three_a_week", 12, 6.0),  # 3 a week x 4 weeks x 0.5
        ("ketamine_iv_ptsd", 6, 3.0),  # 3 a week x 2 weeks x 0.5
        ("ketamine_iv_bipolar_depression", 8, 4.0),  # 2 a week x 4 weeks x 0.5
        ("ketamine_iv_ocd", 1, 0.5),
        ("ketamine_sc_trd", 8, 6.35),  # 0.5 + 0.6 + 0.75 + 5 x 0.9, one step a session
        ("ketamine_sc_anxiety", 3, 1.75),  # 0.25 + 0.5 + 1.0
        ("ketamine_sc_anxiety_maintenance", 26, 26.0),  # 2 a week x 13 weeks x 1.0
        ("ketamine_im_ptsd", 1, 1.0),
    ],
)
def test_visits_and_totals_of_the_off_label_schedules(id_: str, visits: int, highest_per_kg: float) -> None:
    course = timetable(PROTOCOLS[id_], MONDAY)
    assert len(course.visits) == visits
    assert course.highest_total == pytest.approx(highest_per_kg)


@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS)
def test_every_published_course_rises_in_time_and_never_leaves_the_permitted_doses(protocol: Protocol) -> None:
    course = timetable(protocol, MONDAY)
    permitted = {dose.amount for dose in protocol.doses}
    dates = [visit.on for visit in course.visits]
    assert dates == sorted(set(dates))
    assert [visit.number for visit in course.visits] == list(range(1, len(dates) + 1))
    assert {visit.lowest for visit in course.visits} | {visit.highest for visit in course.visits} <= permitted
    assert "convention" in str(course.placing)


@given(start=st.dates(max_value=date(2500, 1, 1)), weight_kg=st.floats(1, 400))
def test_a_course_moves_with_its_start_and_grows_with_the_weight(start: date, weight_kg: float) -> None:
    course = timetable(PROTOCOLS["ketamine_iv_trd"], start, weight_kg)
    assert (course.visits[-1].on - start).days == 17  # week 3, day 4
    assert course.highest_total == pytest.approx(3 * weight_kg)


@pytest.mark.parametrize("weight_kg", [0, -70, float("nan"), float("inf")])
def test_a_weight_that_cannot_be_is_refused(weight_kg: float) -> None:
    with pytest.raises(Refused, match="a body weight above zero"):
        timetable(PROTOCOLS["ketamine_iv_trd"], MONDAY, weight_kg)


def test_a_course_past_the_calendar_is_refused() -> None:
    with pytest.raises(Refused, match="9999-12-30"):
        timetable(PROTOCOLS["esketamine_trd_us"], date(9999, 12, 30))


def test_a_frequency_without_a_placing_is_refused() -> None:
    protocol = PROTOCOLS["ketamine_iv_ocd"]
    hourly = replace(protocol, phases=(replace(protocol.phases[0], sessions_per_week=(4.0,)),))
    with pytest.raises(Refused, match="sessions a week of acute series: got 4"):
        timetable(hourly, MONDAY)
