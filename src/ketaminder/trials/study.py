"""A published or planned trial as the chain can follow it: what arms were given, in which setting, and what is asked.

Both what ships in `evidence` and a trial that somebody wants predicted become a `Study`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ketaminder.evidence.trial_outcomes import Relapse
from ketaminder.terms import Drug, Route

KG = 70.0
"""The body for which a dose in mg is read as mg/kg, where no weight is given."""
PEOPLE = 20
"""The people of an arm of which no number is stated: a convention. Beside a prediction it is listed as assumed."""


class Kind(StrEnum):
    """What an arm is, to the chain."""

    KETAMINE = "ketamine"
    PLACEBO = "placebo"
    PSYCHOACTIVE = "psychoactive control"
    """Midazolam or fentanyl: it is felt, so that blinding holds better."""
    ECT = "ECT"
    ORAL = "oral comparator"


class Way(StrEnum):
    """How ketamine or esketamine enters."""

    INTRAVENOUS = "intravenous"
    INTRANASAL = "intranasal"
    INJECTED = "subcutaneous or intramuscular"
    SWALLOWED = "oral or sublingual"


class Measured(StrEnum):
    """What the mean of a row is."""

    SCORE = "absolute score"
    CHANGE = "change from baseline"
    PERCENT = "percent change from baseline"
    DIFFERENCE = "difference between arms"
    RATE_DIFFERENCE = "difference of rates between arms"
    RATE = "rate only"
    EFFECT = "effect size only"
    OTHER = "other"


class Effect(StrEnum):
    """Which effect size a row holds."""

    STANDARDISED = "standardised difference"
    ODDS = "odds ratio"
    RISK = "relative risk"
    UNLIKE = "another"


@dataclass(frozen=True, slots=True)
class Entered:
    """What one dose was, for the course of its session: devices by the nose, minutes by vein, else 0."""

    drug: Drug
    route: Route
    devices: int
    minutes: int


@dataclass(frozen=True, slots=True, order=True)
class Dose:
    """One dose: `block` as mg/kg of the racemate by vein in 40 min whose highest block is as large (`doses.given`),
    `metabolite` as mg/kg that are taken at all, from which norketamine and hydroxynorketamine come, `felt` as its
    dissociation over that of 0.5 mg/kg of the racemate by vein in 40 min, in a first session.
    """

    hour: float
    block: float
    metabolite: float
    felt: float = 1.0
    entered: Entered | None = field(default=None, compare=False)
    """None where no model follows it."""


@dataclass(frozen=True, slots=True)
class Given:
    """One arm."""

    id: str
    kind: Kind
    way: Way | None = None
    doses: tuple[Dose, ...] = ()
    before: tuple[Dose, ...] = ()
    """Doses before time zero."""
    n: int | None = None
    age_years: float | None = None
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """What surrounds a dose and moves scores by itself."""

    condition: str
    open_label: bool = False
    new_antidepressant: bool = False
    unmedicated: bool = False
    """Nobody takes another drug for it."""
    suicidal_crisis: bool = False
    bipolar: bool = False
    anaesthetised: bool = False
    crossover: bool = False
    withdrawal: bool = False
    """People who got better are randomised to go on or to stop; changes count from there."""
    people: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One row: an arm, or two compared, on an instrument at a time; with what was observed where it was.

    Rates are fractions; means are in the row's own instrument and `measured`; `se` is that of the mean.
    """

    number: int
    instrument: str
    label: str
    arm: str
    against: str | None
    time_h: float
    measured: Measured
    baseline: float | None = None
    baseline_sd: float | None = None
    n: int | None = None
    n_against: int | None = None
    rate_n: int | None = None
    mean: float | None = None
    se: float | None = None
    sd: float | None = None
    response_rate: float | None = None
    remission_rate: float | None = None
    effect: float | None = None
    """Of two arms, how far apart they are in standard deviations between people; above zero favours the first."""
    effect_se: float | None = None
    effect_kind: Effect = Effect.STANDARDISED
    favours_above_zero: bool = False
    """Whether an effect size above zero favours the first arm."""
    asks: frozenset[str] = frozenset()
    """Parts that are asked for by name: mean, response_rate, remission_rate."""
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Study:
    """One trial. `refused` holds, by row number, why a row cannot be followed at all."""

    id: str
    setting: Setting
    arms: Mapping[str, Given]
    rows: tuple[Asked, ...]
    refused: Mapping[int, str]
    began: Mapping[str, float]
    """The mean baseline of its arms, by instrument."""
    relapses: tuple[tuple[str, Relapse], ...] = ()
    """What was seen of relapses, each with the id of its arm; only a fit reads them."""
