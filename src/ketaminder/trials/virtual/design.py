"""A virtual trial as it is written down: who enters, what each arm is given, when everybody is seen, who leaves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ketaminder.trials.instruments import Instrument
from ketaminder.trials.study import Given, Kind, Setting


class Measure(StrEnum):
    """What the primary comparison compares."""

    CHANGE = "change"
    RESPONSE = "response"
    REMISSION = "remission"
    RELAPSE = "relapse"


class Standing(StrEnum):
    """What people must have reached before they are randomised to go on or to stop."""

    RESPONSE = "response"
    REMISSION = "remission"


@dataclass(frozen=True, slots=True)
class Session:
    """One dosing session: its hour, and the highest intensity of the acute effects in the typical person."""

    hour: float
    intensity: float


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm: what it is given, the people, and its sessions of ketamine from time zero on."""

    given: Given
    n: int
    sessions: tuple[Session, ...]

    @property
    def id(self) -> str:
        """That of what it is given."""
        return self.given.id

    @property
    def is_drug(self) -> bool:
        """Whether it is an arm of ketamine, though nothing may be given after time zero."""
        return self.given.kind is Kind.KETAMINE


@dataclass(frozen=True, slots=True)
class Scores:
    """The scale on which everybody is seen, and with how many points they begin."""

    tool: Instrument
    highest: float
    mean: float
    sd: float
    lowest: float

    def points_of_remission(self) -> float:
        """A score at or below which somebody is in remission; without a cut-off, that of the usual relief."""
        cut = self.tool.remission_points
        return self.mean * (1 - self.tool.remission(self.mean)) if cut is None else cut


@dataclass(frozen=True, slots=True)
class Leaving:
    """People leave at a rate each week, those without a response `unimproved_factor` times as often."""

    per_week: float = 0.0
    unimproved_factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Rescue:
    """From `from_h` on, whoever has lost less than this share of the baseline is treated otherwise, and leaves."""

    from_h: float
    relief_below: float


class Rater(StrEnum):
    """Who rates."""

    SITE = "site"
    CENTRAL = "central"


@dataclass(frozen=True, slots=True)
class Raters:
    """Who rates, None where the design does not say, and whether they are kept blind to the arm."""

    who: Rater | None = None
    blind: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """Everybody is treated alike before time zero; who is in `requires` at all `hours`, 0 or less, is randomised."""

    hours: tuple[float, ...]
    requires: Standing


@dataclass(frozen=True, slots=True)
class Relapse:
    """A score of `points` or more at `visits` visits in a row; it counts from the first of them."""

    points: float
    visits: int


@dataclass(frozen=True, slots=True)
class Primary:
    """The comparison for which the trial is made."""

    measure: Measure
    arm: str
    against: str
    hour: float
    alpha: float = 0.05


@dataclass(frozen=True, slots=True)
class Design:
    """One trial. `visits_h` ascend and are above zero; `assumed` says what the document did not."""

    id: str
    title: str
    setting: Setting
    scores: Scores
    arms: tuple[Arm, ...]
    visits_h: tuple[float, ...]
    leaving: Leaving = Leaving()
    raters: Raters = Raters()
    rescue: Rescue | None = None
    entry: Entry | None = None
    relapse: Relapse | None = None
    primary: Primary | None = None
    assumed: tuple[str, ...] = ()

    @property
    def hours(self) -> tuple[float, ...]:
        """Every hour at which anybody is seen: those of entry, then the visits."""
        return (*(self.entry.hours if self.entry else ()), *self.visits_h)

    @property
    def before(self) -> int:
        """How many of `hours` come before randomisation."""
        return len(self.hours) - len(self.visits_h)

    @property
    def people(self) -> int:
        """Those of all arms."""
        return sum(arm.n for arm in self.arms)

    def arm(self, id_: str) -> int:
        """The place of an arm."""
        return [one.id for one in self.arms].index(id_)
