"""The case: what a record says of one person on one date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from ketaminder.terms.message import Message
from ketaminder.terms.words import Ancestry, Indication, Phase, Product, Region, Sex

Value = bool | float | str


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that the record says about a patient.

    `value` None means *known not to apply* (no cardiovascular event, say); a fact that is absent from the case is
    *unknown*, and rules ask for it. `origin` says where in the record it stands.
    """

    value: Value | None
    observed_on: date | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    text: str
    icd10: str | None = None


@dataclass(frozen=True, slots=True)
class Medication:
    """A medicine that the patient takes now, as recorded. Ingredient and class are looked up, never guessed."""

    name: str
    rxcui: str | None = None
    atc: str | None = None
    dose: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PriorTreatment:
    """One earlier trial of a drug. Unknown is None, never zero."""

    drug: str
    rxcui: str | None = None
    dose: str = ""
    weeks: float | None = None
    improvement_percent: float | None = None
    outcome: str = ""
    in_current_episode: bool | None = None


@dataclass(frozen=True, slots=True)
class Psychotherapy:
    """One psychological treatment: type (CBT, ERP, PE, CPT, EMDR); status completed, ongoing, waiting or none."""

    type: str
    sessions: int | None = None
    status: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """Who is treated: the covariates that rules and models read. Unknown is None."""

    identifier: str
    name: str = ""
    birth_date: date | None = None
    age_years: float | None = None
    sex: Sex | None = None
    weight_kg: float | None = None
    height_cm: float | None = None
    ancestry: Ancestry | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One person's situation on one date: all that a candidate assessment reads.

    `facts` holds the variables of `evidence/variables.toml` by name. `medications` None means that no medication list
    was recorded; an empty tuple means that the list was recorded and is empty.
    """

    on: date
    patient: Patient
    indication: Indication | None
    diagnosis: Diagnosis
    region: Region | None
    product: Product | None
    phase: Phase
    facts: Mapping[str, Fact] = field(default_factory=dict)
    medications: tuple[Medication, ...] | None = None
    prior_treatments: tuple[PriorTreatment, ...] | None = None
    psychotherapy: tuple[Psychotherapy, ...] | None = None
    history: tuple[str, ...] = ()
    assumed: tuple[Message, ...] = ()
    synthetic: bool = False
