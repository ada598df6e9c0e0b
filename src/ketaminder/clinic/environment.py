"""Settings that the operator gives as environment variables, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ketaminder.terms import Refused


def flag(environ: Mapping[str, str], name: str) -> bool:
    """Whether `name` is switched on. Absent is off.

    Raises:
        Refused: a word other than on or off.
    """
    word = environ.get(name, "off")
    if word not in ("on", "off"):
        raise Refused(name, word, '"on" or "off"')
    return word == "on"


def day(environ: Mapping[str, str], name: str) -> date | None:
    """The date given under `name` as YYYY-MM-DD, or None where none is given.

    Raises:
        Refused: not a date.
    """
    text = environ.get(name, "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(name, text, "a date as YYYY-MM-DD") from None


def names(environ: Mapping[str, str], name: str) -> list[str]:
    """The comma-separated names given under `name`."""
    return [part.strip() for part in environ.get(name, "").split(",") if part.strip()]
