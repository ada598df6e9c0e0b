"""FHIR dates."""

from __future__ import annotations

from datetime import date

import pytest

from ketaminder.fhir.document import Element
from ketaminder.fhir.when import moment, period, whole_months, whole_years
from ketaminder.terms import Refused


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("1961", date(1961, 1, 1), date(1961, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-10-12", date(2026, 10, 12), date(2026, 10, 12)),
        ("2026-10-12T23:30:00-05:00", date(2026, 10, 12), date(2026, 10, 12)),
    ],
)
def test_a_partial_date_leaves_open_what_it_does_not_say(text: str, earliest: date, latest: date) -> None:
    found = moment(Element(text, "birthDate"))
    assert found is not None
    assert (found.earliest, found.latest) == (earliest, latest)


@pytest.mark.parametrize(
    "text", ["12/10/2026", "2026-13", "2026-02-30", "2026-10-12T09:30:00", "26-10-12", "0000", "soon"]
)
def test_no_date_is_guessed(text: str) -> None:
    with pytest.raises(Refused) as refused:
        moment(Element(text, "birthDate"))
    assert str(refused.value).startswith(f"birthDate: got {text!r}; required: a FHIR date")


def test_the_later_instant_is_the_greater_across_time_zones() -> None:
    morning_in_berlin = moment(Element("2026-10-12T09:00:00+02:00", ""))
    morning_in_boston = moment(Element("2026-10-12T09:00:00-04:00", ""))
    assert morning_in_berlin
    assert morning_in_boston
    assert morning_in_berlin < morning_in_boston


def test_a_period_does_not_run_backwards() -> None:
    with pytest.raises(Refused, match="a period that ends after it starts"):
        period(Element({"start": "2026-10-02", "end": "2026-10-01"}, "effectivePeriod"))


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [
        (date(1961, 11, 2), date(2026, 11, 1), 64),
        (date(1961, 11, 2), date(2026, 11, 2), 65),
        (date(1960, 2, 29), date(2025, 2, 28), 64),
        (date(1960, 2, 29), date(2025, 3, 1), 65),
    ],
)
def test_whole_years(birth: date, on: date, years: int) -> None:
    assert whole_years(birth, on) == years


@pytest.mark.parametrize(
    ("since", "on", "months"),
    [
        (date(2025, 11, 3), date(2026, 11, 2), 11),
        (date(2025, 11, 2), date(2026, 11, 2), 12),
        (date(2026, 8, 31), date(2026, 9, 30), 0),
    ],
)
def test_whole_months(since: date, on: date, months: int) -> None:
    assert whole_months(since, on) == months
