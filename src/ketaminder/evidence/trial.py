"""What a published trial is: who was treated with what, when, and every number that was read of the outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ketaminder.evidence.trial_words import (
    READ,
    Agent,
    Better,
    DoseUnit,
    DurabilityUnit,
    Group,
    Measure,
    Record,
    Role,
    Sign,
    Unit,
    Use,
    ValueType,
    Way,
)
from ketaminder.terms import Citation, Grade, Source

Flag = bool | str
"""Yes, no, or in the paper's words ("mixed", "not required")."""


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
class Followed:
    """Of `n` people of an arm who were well at `chosen_h`, the share who had relapsed by the last of `visits_h`.

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
    followed: Followed | None = None
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


@dataclass(frozen=True, slots=True)
class Population:
    """Who was treated. None and an empty mapping are unknown. Ages are years, by arm ("all": every arm)."""

    grade: Grade
    diagnosis: str
    treatment_resistant: Flag | None = None
    bipolar: Flag | None = None
    suicidal: Flag | None = None
    age_mean: Mapping[str, float] = field(default_factory=dict)
    age_sd: float | None = None
    percent_female: float | None = None
    ancestry: str = ""
    comorbid: str = ""
    setting: str = ""
    note: str = ""


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


@dataclass(frozen=True, slots=True)
class Trial:
    """One publication with every number that was read or recalled of it. `participants` counts people by label."""

    source: Source
    record: Record
    group: Group
    condition: str
    design_in_words: str
    drug: str
    grade: Grade
    read_in: tuple[str, ...]
    participants: Mapping[str, int]
    population: Population
    outcomes: tuple[Outcome, ...]
    baselines: tuple[Baseline, ...] = ()
    durability: tuple[Durability, ...] = ()
    adverse_events: tuple[AdverseEvent, ...] = ()
    design: Design | None = None
    dose: str = ""
    route: str = ""
    duration: str = ""
    schedule: str = ""
    co_treatment: str = ""
    note: str = ""

    @property
    def id(self) -> str:
        return self.source.id

    def rows(self) -> Iterator[Row]:
        """Every outcome with the arms that it speaks of and the score with which its arm began."""
        for outcome in self.outcomes:
            arm, against = self.design.compared(outcome.arm) if self.design else (None, None)
            yield Row(self, outcome, arm, against, None if against else self._began(outcome, arm))

    def _began(self, outcome: Outcome, arm: Arm | None) -> Baseline | None:
        """The baseline under the outcome's own label; else that of the whole arm, never that of a part of it."""
        began = {one.arm: one for one in self.baselines if one.instrument == outcome.instrument}
        return began.get(outcome.arm) or (began.get(arm.id) if arm else None)


@dataclass(frozen=True, slots=True)
class Row:
    """One outcome beside what its people were given: the row that a model is fitted to or checked against.

    `arm` is None where the outcome stands for no single arm of a design; `against` only where it is a contrast;
    `baseline` where the score with which the arm began was read or recalled: ask its grade.
    """

    trial: Trial
    outcome: Outcome
    arm: Arm | None
    against: Arm | None
    baseline: Baseline | None

    @property
    def treatments(self) -> tuple[Treatment, ...]:
        """Drug, dose, route and times of the arm."""
        return self.arm.treatments if self.arm else ()

    @property
    def calibrates(self) -> bool:
        """Whether a model may be fitted to the mean: the design allows it, and the mean was read."""
        design = self.trial.design
        allowed = design is not None and design.use is Use.CALIBRATE and self.arm is not None
        return allowed and self.outcome.mean is not None and self.outcome.was_read("mean")
