"""What is said of input that cannot be taken: what was given, and what is required; a password is never shown."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from django import forms

from ketaminder.clinic.pages.account_forms import JoinForm
from ketaminder.clinic.pages.forms import DeedForm, date_field
from ketaminder.clinic.pages.quoting import LONGEST_QUOTED
from ketaminder.terms import Refused


class Asked(DeedForm):
    fields_of: ClassVar[dict[str, str]] = {"room": "words"}

    words = forms.CharField(max_length=5)
    number = forms.FloatField()
    count = forms.IntegerField(min_value=5, max_value=720)
    day = date_field("Day")
    time = forms.TimeField(input_formats=["%H:%M"])
    account = forms.UUIDField()


RIGHT = {
    "words": "blue",
    "number": "0.5",
    "count": "60",
    "day": "2126-11-30",
    "time": "09:00",
    "account": "0b5c6d0e-0000-4000-8000-000000000001",
}


def said(**change: str) -> dict[str, Any]:
    return dict(Asked(RIGHT | change).errors)


@pytest.mark.parametrize(
    ("field", "given", "sentence"),
    [
        ("words", "", "Nothing given; this is required."),
        ("number", "0,5", "Got “0,5”. Required: a number, with a point before decimals."),
        ("count", "1", "Got “1”. Required: 5 or more."),
        ("count", "999", "Got “999”. Required: 720 or less."),
        ("count", "x", "Got “x”. Required: a whole number."),
        ("day", "30.11.2126", "Got “30.11.2126”. Required: a day."),
        ("time", "9 am", "Got “9 am”. Required: a time of day, as 14:30."),
        ("account", "Berg", "Got “Berg”. Required: an identifier of 36 characters, as the pages show it."),
        ("words", "bluish", "Ensure this value has at most 5 characters (it has 6)."),
    ],
)
def test_what_was_given_is_quoted_beside_its_field(field: str, given: str, sentence: str) -> None:
    assert said() == {}
    assert said(**{field: given}) == {field: [sentence]}


def test_what_a_deed_refuses_stands_at_its_field_or_names_its_place() -> None:
    form = Asked(RIGHT)
    for refusal in (Refused("room", "Blue", "a free room"), Refused("consent", None, "one that stands")):
        form.refuse(refusal)
    assert form.errors["words"] == ["Got “Blue”. Required: a free room."]
    assert form.non_field_errors() == ["Consent: Nothing given. Required: one that stands."]


def test_a_document_is_not_printed_back() -> None:
    shown = said(number="9" + "x" * 5000)["number"][0]
    assert len(shown) < LONGEST_QUOTED + 80
    assert shown.startswith("Got “9xxx")


def test_a_password_is_never_shown_again() -> None:
    form = JoinForm({"password": "x" * 1001})
    form.refuse(Refused("password", "…", "one that nobody guesses"))
    assert "xx" not in str(form.errors)
    assert "Required: one that nobody guesses." in str(form.errors)
