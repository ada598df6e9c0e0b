"""What a published trial saw: outcomes, how long they lasted, what went wrong, and where arms began."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ketaminder.evidence.trial_words import READ, Better, DurabilityUnit, Measure, Sign, Unit, ValueType
from ketaminder.terms import Citation, Grade


@dataclass(frozen=True, slots=True)
class Interval:
    """A printed interval; a bound that was not reached is None."""

    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Effect:
    """One effect as printed. `favours_first_when` is the sign that favours the first-named arm, where one does."""

    measure: Measure
    value: float | None = None
    interval: Interval | None = None
    p: str = ""
    favours_first_when: Sign | None = None
    statement: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row: an arm (or a contrast of arms) on one instrument at one time.

    `time_h` counts from time zero of the design; None where the paper gives none. `n` is the number analysed, `rate_n`
    that of the rates where it differs. Where the parts of a row were read to different degrees, `grades` holds the
    grade of each, by field name.
    """

    instrument: str
    arm: str
    value_type: ValueType
    unit: Unit
    citation: Citation
    time_h: float | None = None
    mean: float | None = None
    sd: float | None = None
    se: float | None = None
    interval: Interval | None = None
    n: int | None = None
    rate_n: int | None = None
    response_rate: float | None = None
    remission_rate: float | None = None
    effects: tuple[Effect, ...] = ()
    better: Better | None = None
    derived: bool = False
    grades: Mapping[str, Grade] = field(default_factory=dict)
    hours_from_parent_start: float | None = None
    note: str = ""

    def grade_of(self, name: str) -> Grade:
        """How the field `name` ("mean", "response_rate") was read."""
        return self.grades.get(name, self.citation.grade)

    def was_read(self, name: str) -> bool:
        """Whether the field `name` may calibrate anything."""
        return self.grade_of(name) in READ


@dataclass(frozen=True, slots=True)
class Relapse:
    """Of `n` people of an arm who were well at `chosen_h`, the `share` who had relapsed by the last of `visits_h`.

    They were well by a response, or where `remitted` by a remission. A relapse is a score of `points` or more (None:
    less than half of the baseline gone) at `in_a_row` visits. Hours count from time zero.
    """

    n: int
    chosen_h: float
    remitted: bool
    visits_h: tuple[float, ...]
    in_a_row: int
    share: float
    points: float | None = None
    assumed: str = ""


@dataclass(frozen=True, slots=True)
class Durability:
    """How long a benefit held: a share, a median, a hazard ratio, in `unit`."""

    arm: str
    statistic: str
    unit: DurabilityUnit
    grade: Grade
    value: float | None = None
    interval: Interval | None = None
    spread: Interval | None = None
    events: int | None = None
    weeks: float | None = None
    followed_days: float | None = None
    relapse: Relapse | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class AdverseEvent:
    """How often something unwanted happened in an arm, as a fraction; None where only words were read."""

    event: str
    arm: str
    grade: Grade
    rate: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The score with which an arm began."""

    arm: str
    instrument: str
    mean: float
    unit: Unit
    grade: Grade
    sd: float | None = None
    n: int | None = None
    derived: bool = False
    note: str = ""
