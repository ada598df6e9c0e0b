"""What a rating scale is: items, points, subscales, bands, flags and change definitions, each with its citations.

A scale is data, one file a scale in `evidence/scales`. Items carry numbers and ranges, never their wording.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from ketaminder.terms import Citation, Criterion, Grade

Answer = int | str
ContextValue = int | str | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """Something published, and where it was read."""

    citations: tuple[Citation, ...]

    @property
    def recalled(self) -> bool:
        """Whether any of it rests on memory alone."""
        return any(citation.grade is Grade.MEMORY for citation in self.citations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated(Cited):
    """A rule in one sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """Points for an answer up to and including `up_to`; None: for every larger one."""

    points: int
    up_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Items(Cited):
    """A run of items answered alike, in sheet order.

    `names` are the item names; `array` is set where a sheet gives the run as one list, `open_ended` where that list has
    no fixed length. An answer is a whole number from `lowest` to `highest` (None: no upper limit), or one of `words`.
    `points` and `steps` turn an answer into points where the two differ. `need` says how many must be answered: all,
    any (at least one), one (exactly one), none (optional). `asked_when` names the answers, `asked_if` the context, on
    which the run is asked at all. `not_assessed` is an answer that counts as missing.
    """

    names: tuple[str, ...]
    array: str = ""
    open_ended: bool = False
    lowest: int | None = None
    highest: int | None = None
    codings: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    points: Mapping[str, int] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    need: str = "all"
    asked_when: Mapping[str, str] = field(default_factory=dict)
    asked_if: str = ""
    not_assessed: int | None = None

    def has(self, name: str) -> bool:
        return name in self.names or (self.open_ended and name.startswith(f"{self.array}."))

    def bounds(self, coding: ContextValue) -> tuple[int, int | None] | None:
        """Lowest and highest whole number; None where only words are answers."""
        if self.codings:
            return self.codings[str(coding)]
        return None if self.lowest is None else (self.lowest, self.highest)

    def points_of(self, answer: Answer) -> int | None:
        """Points for an answer; None where it gives none, as a yes of the Columbia screener."""
        if isinstance(answer, str) or str(answer) in self.points:
            return self.points.get(str(answer))
        if not self.steps:
            return answer
        return next(step.points for step in self.steps if step.up_to is None or answer <= step.up_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Total(Cited):
    """The published range of the total. `varies`: the maximum depends on the context; `why`: where the items' maxima
    do not add up to it."""

    lowest: int
    highest: int
    varies: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscale(Cited):
    """A part of the scale that is summed on its own."""

    name: str
    items: tuple[str, ...]
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Band:
    lowest: int
    highest: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BandSet(Cited):
    """Published severity bands. A set that is not `applied` is carried to show that others exist."""

    name: str
    levels: tuple[Band, ...]
    when: Mapping[str, ContextValue] = field(default_factory=dict)
    applied: bool = True

    def label(self, total: int) -> str | None:
        return next((band.label for band in self.levels if band.lowest <= total <= band.highest), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Cited):
    """A warning that a sheet raises. `rule` names its sentence in `flags.py`, which reads `numbers` and `items`."""

    name: str
    rule: str
    meaning: str
    items: tuple[str, ...] = ()
    criterion: Criterion | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Cited):
    """A published definition of change: what its criterion says of a fall from baseline or of a total.

    Only the `printed` ones are judged with a score; `unless` names another definition that goes first.
    """

    name: str
    criterion: Criterion
    printed: bool = False
    unless: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proration(Cited):
    """How many missing items the mean of the answered ones may replace, and whether only on request."""

    most_missing: int
    on_request: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Code(Cited):
    """A LOINC code and what it names: panel, total, or one item by its number."""

    code: str
    names: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """One rating scale. `method` names the function of `scoring.METHODS` that scores it."""

    id: str
    name: str
    measures: str
    direction: str
    rater: str
    method: str
    scoring: Stated
    recall: Stated
    missing: Stated
    item_text: str
    rights: Stated
    items: tuple[Items, ...]
    total: Total | None = None
    highest_of: tuple[tuple[str, ...], ...] = ()
    ceiling: int | None = None
    mean_decimals: int | None = None
    context: tuple[str, ...] = ()
    subscales: tuple[Subscale, ...] = ()
    bands: tuple[BandSet, ...] = ()
    flags: tuple[Flag, ...] = ()
    risks: Mapping[str, Stated] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    proration: Proration | None = None
    validity: tuple[Stated, ...] = ()
    loinc: tuple[Code, ...] = ()
    note: str = ""

    def block(self, name: str) -> Items | None:
        """The run that holds the item `name`."""
        return next((block for block in self.items if block.has(name)), None)

    def names(self) -> Iterator[str]:
        """Item names as a sheet gives them: a list of answers is one name."""
        for block in self.items:
            yield from (f"{block.array} (a list)",) if block.array else block.names


def round_half_up(number: Fraction, decimals: int = 0) -> Fraction:
    """`number` to `decimals` places; a half goes up."""
    scaled = number * 10**decimals + Fraction(1, 2)
    return Fraction(scaled.numerator // scaled.denominator, 10**decimals)
