"""A table of an evidence file read strictly: each entry is taken once, and whatever is left over is refused."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum
from types import TracebackType
from typing import Any, TypeVar

from ketaminder.evidence.trial_outcomes import Interval
from ketaminder.terms import Refused

Word = TypeVar("Word", bound=StrEnum)
NOT_REACHED = "not reached"


class Entry:
    """One table. Used as a context: on leaving, an entry that nobody took is refused by name.

    Every reading raises `Refused`, with the place and the value, where the entry is not what it says.
    """

    def __init__(self, where: str, entries: object) -> None:
        if not isinstance(entries, Mapping):
            raise Refused(where, entries, "a table")
        self.where, self._left = where, dict(entries)

    def __enter__(self) -> Entry:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self._left:
            raise Refused(self.where, sorted(self._left), "no entry of that name")

    def refused(self, key: str, given: object, required: str) -> Refused:
        """The refusal that names this table and `key`."""
        return Refused(f"{self.where}, {key}", given, required)

    def take(self, key: str) -> Any:
        """The entry `key`, which must be there."""
        if key not in self._left:
            raise Refused(self.where, sorted(self._left), f"an entry '{key}'")
        return self._left.pop(key)

    def text(self, key: str) -> str:
        """The text under `key`, which must be there and say something."""
        given = self.take(key)
        if not isinstance(given, str) or not given.strip():
            raise self.refused(key, given, "text")
        return given

    def optional_text(self, key: str) -> str:
        """The same, empty where there is no such entry."""
        return self.text(key) if key in self._left else ""

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of texts under `key`; empty where there is none."""
        given = self._left.pop(key, ())
        if not all(isinstance(one, str) and one.strip() for one in given):
            raise self.refused(key, given, "a list of texts")
        return tuple(given)

    def word(self, key: str, words: type[Word]) -> Word:
        """The word under `key`, which must be there and be one of `words`."""
        given = self.take(key)
        if given not in list(words):
            raise self.refused(key, given, f"one of {', '.join(words)}")
        return words(given)

    def optional_word(self, key: str, words: type[Word]) -> Word | None:
        """The same, None where there is no such entry."""
        return self.word(key, words) if key in self._left else None

    def words(self, key: str, words: type[Word]) -> tuple[Word, ...]:
        """The list of words under `key`, each one of `words`."""
        given = self.texts(key)
        for one in given:
            if one not in list(words):
                raise self.refused(key, one, f"one of {', '.join(words)}")
        return tuple(words(one) for one in given)

    def flag(self, key: str) -> bool:
        """True or false; false where there is no such entry."""
        given = self._left.pop(key, False)
        if not isinstance(given, bool):
            raise self.refused(key, given, "true or false")
        return given

    def number(self, key: str) -> float | None:
        """The number `key`, or None where it is unknown."""
        return self._finite(key, self._left.pop(key)) if key in self._left else None

    def count(self, key: str) -> int | None:
        """A whole number of zero or more, or None where it is unknown."""
        number = self.number(key)
        if number is not None and (number < 0 or number != int(number)):
            raise self.refused(key, number, "a whole number, zero or more")
        return None if number is None else int(number)

    def fraction(self, key: str) -> float | None:
        """A number from 0 to 1, or None where it is unknown."""
        number = self.number(key)
        if number is not None and not 0 <= number <= 1:
            raise self.refused(key, number, "a fraction from 0 to 1")
        return number

    def spread(self, key: str) -> float | None:
        """A number of zero or more, or None where it is unknown."""
        number = self.number(key)
        if number is not None and number < 0:
            raise self.refused(key, number, "zero or more")
        return number

    def interval(self, key: str) -> Interval | None:
        """Both bounds, ascending; None where there is no such entry. A bound may be `NOT_REACHED`."""
        if key not in self._left:
            return None
        given = self._left.pop(key)
        if not isinstance(given, list) or len(given) != 2:
            raise self.refused(key, given, "a lower and an upper bound")
        low, high = (None if bound == NOT_REACHED else self._finite(key, bound) for bound in given)
        if low is not None and high is not None and low > high:
            raise self.refused(key, given, "a lower bound that is not above the upper")
        return Interval(low, high)

    def numbers(self, key: str) -> tuple[float, ...]:
        """The list of finite numbers under `key`; empty where there is none."""
        return tuple(self._finite(key, one) for one in self._left.pop(key, ()))

    def by_name(self, key: str) -> dict[str, float]:
        """A table of numbers by name; empty where there is none."""
        return {name: self._finite(f"{key}.{name}", value) for name, value in self._left.pop(key, {}).items()}

    def table(self, key: str) -> Entry:
        """The table under `key`, which must be there."""
        return Entry(f"{self.where}, {key}", self.take(key))

    def tables(self, key: str) -> list[Entry]:
        """The tables of the list `key`, each with its place; none where there is no such list."""
        return [
            Entry(f"{self.where}, {key} {place}", one) for place, one in enumerate(self._left.pop(key, ()), start=1)
        ]

    @property
    def names(self) -> tuple[str, ...]:
        """The entries that nobody has taken yet."""
        return tuple(self._left)

    def has(self, key: str) -> bool:
        """Whether `key` is there and was not taken yet."""
        return key in self._left

    def _finite(self, key: str, given: object) -> float:
        if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
            raise self.refused(key, given, "a finite number")
        return given
