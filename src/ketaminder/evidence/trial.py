"""What a published trial is: who was treated, by which design, and every number that was read of the outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ketaminder.evidence.trial_arms import Arm, Design, Treatment
from ketaminder.evidence.trial_outcomes import AdverseEvent, Baseline, Durability, Outcome
from ketaminder.evidence.trial_words import Group, Record, Use
from ketaminder.terms import Grade, Source

Flag = bool | str
"""Yes, no, or in the paper's words ("mixed", "not required")."""


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
        """That of its source."""
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
