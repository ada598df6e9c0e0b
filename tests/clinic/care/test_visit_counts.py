"""How visits went, in counts that were added up by hand; days and months are the clinic's own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ketaminder.clinic.care import appointments, patients
from ketaminder.clinic.care.chart import standing
from ketaminder.clinic.care.visit_counts import Counts, by_day, by_month
from ketaminder.clinic.models import Appointment, Standing
from ketaminder.clinic.roles import Role

NOVEMBER, OCTOBER = date(2026, 11, 1), date(2026, 10, 1)
VISITS = (
    # starts, UTC (Berlin is an hour ahead in winter, two in summer), room, escort, what became of it
    ("2026-10-24T22:30", "Blue", "", Standing.MISSED),  # 25 October, 00:30: the day of 25 hours
    ("2026-10-25T22:30", "Blue", "a sister", Standing.FINISHED),  # 25 October, 23:30
    ("2026-10-31T22:59", "Red", "", Standing.CANCELLED),  # 31 October, 23:59
    ("2026-10-31T23:00", "Red", "", Standing.FINISHED),  # 1 November, 00:00
    ("2026-11-02T08:00", "Blue", "", Standing.ARRIVED),
    ("2026-11-02T08:00", "Red", "a friend", Standing.MISSED),
    ("2026-11-02T11:00", "Red", "", Standing.MISSED),
    ("2026-11-30T22:59", "Red", "", Standing.BOOKED),  # 30 November, 23:59
    ("2026-11-30T23:00", "Red", "", Standing.BOOKED),  # December
)
WAYS = {Standing.FINISHED: (Standing.ARRIVED, Standing.FINISHED), Standing.BOOKED: ()}


@pytest.fixture
def seen(staff: Any) -> Any:
    """The visits above in one clinic, and one in another; who looks."""
    for acting, told in ((staff.acting(Role.NURSE), VISITS), (staff.acting_elsewhere, VISITS[:1])):
        for number, (starts, room, escort, became) in enumerate(told):
            who = patients.Who(f"N-{number}", f"Berg {chr(97 + number)}", None, "female")
            chart = standing(acting, patients.register(acting, who))
            begins = datetime.fromisoformat(starts).replace(tzinfo=UTC)
            slot = appointments.Slot(begins, begins + timedelta(minutes=1), room, None, None, escort)
            booked = appointments.book(acting, chart, slot).thing
            for step in WAYS.get(became, (became,)):
                appointments.stand(acting, booked, step)
    assert Appointment.objects.count() == len(VISITS) + 1
    return staff.acting(Role.ADMINISTRATOR, time_zone="Europe/Berlin")


def test_months_begin_and_end_with_the_clinics_days(seen: Any) -> None:
    months = by_month(seen, date(2026, 11, 29))
    assert [month for month, _ in months] == [NOVEMBER, OCTOBER]
    found = dict(months)
    assert found[NOVEMBER] == Counts(visits=5, came=2, missed=2, cancelled=0, still_booked=1, no_escort=3)
    assert found[OCTOBER] == Counts(visits=3, came=1, missed=1, cancelled=1, still_booked=0, no_escort=0)


@pytest.mark.parametrize(
    ("last", "oldest", "shown"), [((2026, 12, 5), (2026, 10, 1), 3), ((2028, 1, 1), (2027, 2, 1), 12)]
)
def test_months_are_listed_from_the_first_visit_on_and_at_most_a_year_back(
    seen: Any, last: tuple[int, int, int], oldest: tuple[int, int, int], shown: int
) -> None:
    months = by_month(seen, date(*last))
    assert (months[-1][0], len(months)) == (date(*oldest), shown)


def test_a_clinic_without_a_visit_lists_no_month(staff: Any) -> None:
    assert by_month(staff.acting(Role.ADMINISTRATOR), NOVEMBER) == []


def test_a_month_day_by_day_and_room_by_room(seen: Any) -> None:
    first, second, last = by_day(seen, date(2026, 11, 17))
    assert (first.day, first.rooms, first.counts.came) == (NOVEMBER, (("Red", 1),), 1)
    assert (second.day, second.rooms) == (date(2026, 11, 2), (("Blue", 1), ("Red", 2)))
    assert second.counts == Counts(visits=3, came=1, missed=2, cancelled=0, still_booked=0, no_escort=1)
    assert (last.day, last.counts) == (date(2026, 11, 30), Counts(visits=1, still_booked=1, no_escort=1))
    assert [(one.day.day, one.counts.visits) for one in by_day(seen, OCTOBER)] == [(25, 2), (31, 1)]


def test_a_year_is_crossed(seen: Any) -> None:
    assert by_month(seen, date(2027, 1, 1))[1] == (date(2026, 12, 1), Counts(visits=1, still_booked=1, no_escort=1))


def test_the_page_shows_the_month_that_is_asked_for_and_names_nobody(seen: Any, staff: Any, settings: Any) -> None:
    settings.KETAMINDER_ON = date(2026, 11, 29)
    client = staff.browser(Role.ADMINISTRATOR)
    months, days = (client.get(page).content.decode() for page in ("/visits", "/visits?month=2026-11"))
    assert "Visits in November 2026" in days
    assert [shown.count('<tr><th scope="row">') for shown in (months, days)] == [2, 3]
    assert "Berg" not in months + days
    assert "No visit was arranged in this month." in client.get("/visits?month=2025-03").content.decode()
    for month in ("2026-13", "0001-01", "9999-12", "", "x", "2026-11-01", "%00"):
        assert client.get(f"/visits?month={month}").status_code == 404, month


def test_the_board_of_the_day_on_which_clocks_change_has_its_last_hour(seen: Any, staff: Any, settings: Any) -> None:
    settings.KETAMINDER_ON = date(2026, 10, 25)
    shown = staff.browser(Role.NURSE).get("/today").content.decode()
    assert "00:30–00:31" in shown
    assert "23:30–23:31" in shown
