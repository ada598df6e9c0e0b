"""A JSON document read strictly, with the place of every value.

JSON after RFC 8259, and narrower: no name twice in one object, no NaN or Infinity, no lone surrogate, and bounds on
size and depth, so that a hostile document is refused before anything walks it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ketaminder.terms import Refused

LARGEST_CHARACTERS = 64_000_000
DEEPEST_LEVELS = 64


class Number(Decimal):
    """A decimal exactly as the document writes it; an error shows its digits and nothing else."""

    __repr__ = Decimal.__str__


@dataclass(frozen=True, slots=True)
class Element:
    """A value of a document and its place, as `Bundle.entry[7].resource`. What is absent has the value None."""

    value: Any
    where: str

    def __getitem__(self, name: str) -> Element:
        if self.value is None:
            return Element(None, f"{self.where}.{name}")
        if not isinstance(self.value, dict):
            raise self.refused("a JSON object")
        return Element(self.value.get(name), f"{self.where}.{name}" if self.where else name)

    def __iter__(self) -> Iterator[Element]:
        if self.value is None:
            return iter(())
        if not isinstance(self.value, list):
            raise self.refused("a JSON list")
        return (Element(value, f"{self.where}[{place}]") for place, value in enumerate(self.value))

    def __bool__(self) -> bool:
        return self.value is not None

    def refused(self, required: str) -> Refused:
        return Refused(self.where, self.value, required)

    def text(self) -> str:
        """The text here, without surrounding spaces; "" where there is none."""
        if self.value is None:
            return ""
        if not isinstance(self.value, str):
            raise self.refused("text")
        return self.value.strip()

    def flag(self) -> bool | None:
        if self.value is not None and not isinstance(self.value, bool):
            raise self.refused("true or false")
        return self.value

    def number(self) -> Decimal | None:
        """The number here, exactly as written.

        Raises:
            Refused: it is no number, or too large for one.
        """
        if self.value is None:
            return None
        if isinstance(self.value, bool) or not isinstance(self.value, int | Decimal):
            raise self.refused("a number")
        if not is_finite(self.value):
            raise self.refused("a finite number")
        return Decimal(self.value)


def is_finite(number: int | Decimal) -> bool:
    try:
        return math.isfinite(float(number))
    except OverflowError:
        return False


def parse(text: str) -> Element:
    """The document in `text`.

    Raises:
        Refused: it is not JSON, too large, too deep, or says one thing twice.
    """
    if len(text) > LARGEST_CHARACTERS:
        raise Refused("document", f"{len(text)} characters", f"at most {LARGEST_CHARACTERS} characters")
    try:
        value = json.loads(
            text.removeprefix("\ufeff"), parse_float=Number, parse_constant=_no_constant, object_pairs_hook=_object
        )
    except Refused:
        raise
    except RecursionError:
        raise _too_deep(text) from None
    except ArithmeticError:
        raise Refused("document", text[:80], "JSON whose numbers can be held") from None
    except ValueError as error:
        raise Refused("document", text[:80], f"JSON ({error})") from error
    _check(value, text)
    return Element(value, "")


def _no_constant(name: str) -> None:
    raise Refused("document", name, "finite numbers; JSON has no NaN and no Infinity")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Refused("document", twice, "each name once in an object; this one stands twice")
    return members


def _check(value: Any, text: str) -> None:
    level = [value]
    for _ in range(DEEPEST_LEVELS):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return
    raise _too_deep(text)


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value
        yield from value.values()
    elif isinstance(value, list):
        yield from value
    elif isinstance(value, str) and not value.isascii():
        _check_unicode(value)


def _check_unicode(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Refused("document", text, "Unicode text without lone surrogates") from None


def _too_deep(text: str) -> Refused:
    return Refused("document", text[:80], f"at most {DEEPEST_LEVELS} levels of nesting")
