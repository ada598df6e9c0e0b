"""What a page says of input that it cannot take: what was given, and what is required."""

from __future__ import annotations

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext

from ketaminder.clinic.templatetags.clinic import day, word
from ketaminder.terms import Refused

LONGEST_QUOTED = 80
"""Characters of what was given that are shown again. A convention: a whole document is never printed back."""


def quoted(given: object, required: str) -> str:
    """What was given and what is required, as one line beside a field."""
    if given in (None, ""):
        return gettext("Nothing given. Required: {required}.").format(required=required)
    text = word(str(given))
    short = text if len(text) <= LONGEST_QUOTED else f"{text[:LONGEST_QUOTED]}…"
    return gettext("Got “{given}”. Required: {required}.").format(given=short, required=required)


def refused(refusal: Refused, *, beside: bool) -> str:
    """What a deed refused; it names the place itself where it does not stand `beside` its field."""
    sentence = quoted(refusal.given, refusal.required)
    return sentence if beside else f"{capfirst(refusal.where)}: {sentence}"


def quoting(field: forms.Field, given: object, error: ValidationError) -> ValidationError:
    """The errors of a field in our words; one of a kind without words of ours stays as it is."""
    return ValidationError([_said(field, given, one) for one in error.error_list])


def not_over(when: date | None, now: date) -> date | None:
    """A day that is still to come, today included.

    Raises:
        ValidationError: it is over.
    """
    if when is not None and when < now:
        raise ValidationError(quoted(day(when), gettext("today, {day}, or a later day").format(day=day(now))))
    return when


def _said(field: forms.Field, given: object, error: ValidationError) -> ValidationError:
    if error.code == "required":
        return ValidationError(gettext("Nothing given; this is required."), code=error.code)
    required = _required(field, error)
    return ValidationError(quoted(given, required), code=error.code) if required else error


def _required(field: forms.Field, error: ValidationError) -> str:
    limit = (error.params or {}).get("limit_value")
    if error.code == "min_value":
        return gettext("{limit} or more").format(limit=limit)
    if error.code == "max_value":
        return gettext("{limit} or less").format(limit=limit)
    return _kind(field) if error.code == "invalid" else ""


def _kind(field: forms.Field) -> str:
    """What a field of this kind holds; subclasses before what they are made from."""
    kinds: tuple[tuple[type[forms.Field], str], ...] = (
        (forms.FloatField, gettext("a number, with a point before decimals")),
        (forms.IntegerField, gettext("a whole number")),
        (forms.DateField, gettext("a day")),
        (forms.TimeField, gettext("a time of day, as 14:30")),
        (forms.EmailField, gettext("an e-mail address")),
        (forms.UUIDField, gettext("an identifier of 36 characters, as the pages show it")),
    )
    return next((words for kind, words in kinds if isinstance(field, kind)), "")
