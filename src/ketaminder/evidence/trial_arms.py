"""What a published trial did: its arms, what each was given and when, and which rows compare two of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ketaminder.evidence.trial_outcomes import Interval
from ketaminder.evidence.trial_words import Agent, DoseUnit, Role, Use, Way
from ketaminder.terms import Grade


@dataclass(frozen=True, slots=True)
class DosingRule:
    """A dose repeated every `every_h` hours from `start_h` (None: before time zero), `count` times where limited."""

    start_h: float | None = None
    every_h: float | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Treatment:
    """What one arm was given. `times_h` counts from time zero; a daily drug has a `rule` instead.

    A flexible dose has a `dose_range` around the nominal `dose`; a flexible interval `alt_every_h`, from `alt_from_h`
    where that was read. `share_at_84` is the share of the arm on 84 mg, by hour.
    """

    drug: Agent
    route: Way
    dose: float | None = None
    unit: DoseUnit | None = None
    times_h: tuple[float, ...] = ()
    rule: DosingRule | None = None
    duration_h: float | None = None
    dose_range: Interval | None = None
    alt_every_h: float | None = None
    alt_from_h: float | None = None
    share_at_84: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm of a design, and the labels under which its outcomes stand."""

    id: str
    role: Role
    treatments: tuple[Treatment, ...]
    outcome_labels: tuple[str, ...]
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Contrast:
    """A row label that means the first arm minus, or against, the second."""

    label: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Concomitant:
    """What was taken alongside. `mg_by_week` holds the read titration of each drug that could be chosen."""

    drug: str
    arms: str
    route: str
    rule: DosingRule
    note: str
    dose_mg: float | None = None
    mg_by_week: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stratum:
    """Survival of one arm of one stratum of a withdrawal trial."""

    stratum: str
    arm: str
    n: int
    events: int | None = None
    median_days: float | None = None
    median_interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class Design:
    """A trial as a simulation can run it. `assumed` lists every choice that the publication does not state."""

    grade: Grade
    time_zero: str
    crossover: bool
    arms: tuple[Arm, ...]
    use: Use
    use_note: str
    contrasts: tuple[Contrast, ...] = ()
    concomitant: tuple[Concomitant, ...] = ()
    prior_exposure: tuple[Treatment, ...] = ()
    prior_exposure_note: str = ""
    survival: tuple[Stratum, ...] = ()
    pooled: bool = False
    assumed: tuple[str, ...] = ()

    def arm_of(self, label: str) -> Arm | None:
        """The arm that an outcome label stands for; None where it stands for no single arm."""
        return next((arm for arm in self.arms if label in arm.outcome_labels), None)

    def compared(self, label: str) -> tuple[Arm | None, Arm | None]:
        """The arm that a label stands for, and the arm against which, where the label is a contrast."""
        contrast = next((one for one in self.contrasts if one.label == label), None)
        if contrast is None:
            return self.arm_of(label), None
        by_id = {arm.id: arm for arm in self.arms}
        return by_id[contrast.first], by_id[contrast.second]
