"""What one person's data set says, row by row: NONMEM-style records, whose words and semantics are kept.

Times are hours, amounts mg of free base, concentrations ng/mL.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from ketaminder.terms import Patient, Route


class Event(IntEnum):
    """The EVID of a record."""

    OBSERVATION = 0
    DOSE = 1
    OTHER = 2
    RESET = 3
    RESET_AND_DOSE = 4


class Steady(IntEnum):
    """The SS of a dose: none; replace what is there by the steady state; add the steady state to it."""

    NONE = 0
    REPLACES = 1
    ADDS = 2


@dataclass(frozen=True, slots=True)
class Given:
    """The dose of a record: an amount at once, or at `rate_mg_per_h`, into a route or a compartment.

    `additional` more follow, `interval_h` apart. An `amount_mg` of zero with a rate and `Steady` is an infusion that
    has run for ever and stops at the record.
    """

    amount_mg: float
    rate_mg_per_h: float
    into: Route | int
    interval_h: float = 0.0
    additional: int = 0
    steady: Steady = Steady.NONE

    @property
    def duration_h(self) -> float:
        """Hours of the input; zero where it is given at once."""
        return self.amount_mg / self.rate_mg_per_h if self.rate_mg_per_h else 0.0

    @property
    def endless(self) -> bool:
        """Whether it is an infusion that has run for ever."""
        return self.amount_mg == 0


@dataclass(frozen=True, slots=True)
class Observed:
    """What was measured: the number of the model's output from 1 on, and its concentration.

    `value_ng_per_mL` is None where nothing was measured (MDV 1) or where it lay below `limit_ng_per_mL`.
    """

    output: int
    value_ng_per_mL: float | None = None
    limit_ng_per_mL: float | None = None
    below_limit: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """One row, by its line in the file.

    `patient` has the covariates that hold from the row before it up to this one, as NONMEM reads them.
    """

    row: int
    time_h: float
    event: Event
    patient: Patient
    dose: Given | None = None
    observed: Observed | None = None

    @property
    def starts_afresh(self) -> bool:
        """Whether nothing of what was given before is left from here on."""
        replaces = self.dose is not None and self.dose.steady is Steady.REPLACES
        return replaces or self.event in (Event.RESET, Event.RESET_AND_DOSE)


@dataclass(frozen=True, slots=True)
class Person:
    """One ID and its records, in the order of the file."""

    records: tuple[Record, ...]

    @property
    def patient(self) -> Patient:
        """Who it is, with the covariates of the first row."""
        return self.records[0].patient

    @property
    def observations(self) -> tuple[Record, ...]:
        """The records at which a concentration is asked for, in the order of the file."""
        return tuple(one for one in self.records if one.observed is not None)
