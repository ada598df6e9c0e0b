"""One dose or a course of doses followed through one person and the virtual people around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ketaminder.pharmacology.kinetics import Exposure, exposures, follow, follow_many, with_sums
from ketaminder.pharmacology.model import Array, Model
from ketaminder.pharmacology.population import (
    Bands,
    bands,
    covariates,
    outside_validity,
    typical_person,
    virtual_people,
)
from ketaminder.pharmacology.receptor import (
    AFFINITIES,
    IN_VITRO_UNBOUND,
    LABEL_UNBOUND,
    NOT_MEASURED,
    UNBOUND_CONFLICT,
    Affinity,
    occupancy,
)
from ketaminder.terms import Dose, Drug, Message, Patient, Source


@dataclass(frozen=True, slots=True)
class Curve:
    """The typical person (times,) and the bands of the virtual people around them."""

    typical: Array
    bands: Bands


@dataclass(frozen=True, slots=True)
class Analyte:
    """Plasma concentration of one analyte, ng/mL, and the typical person's exposure."""

    name: str
    curve: Curve
    exposure: Exposure


@dataclass(frozen=True, slots=True)
class Occupancy:
    """NMDA receptor occupancy, 0 to 1, under one affinity set.

    `curve` takes the label's unbound share; `typical_in_vitro` is the typical person with the in-vitro share instead.
    """

    affinity: Affinity
    curve: Curve
    typical_in_vitro: Array


@dataclass(frozen=True, slots=True)
class Simulation:
    """What a model says of these doses in this person, with everything that was assumed and everything disputed."""

    model: Model
    patient: Patient
    doses: tuple[Dose, ...]
    people: int
    times_h: Array
    analytes: Mapping[str, Analyte]
    occupancy: tuple[Occupancy, ...]
    assumed: tuple[Message, ...]
    outside_validity: tuple[Message, ...]

    @property
    def leading(self) -> tuple[str, str]:
        """The drug as it was given and its metabolite: after a racemate, the sums of both enantiomers."""
        racemate = self.doses[0].drug is Drug.KETAMINE
        return ("ketamine", "norketamine") if racemate else ("esketamine", "noresketamine")

    @property
    def warnings(self) -> tuple[Message, ...]:
        """Everything that must stand beside the curves: validity, conflicts, and what occupancy is not."""
        disputed = [conflict.text for conflict in self.model.conflicts]
        return (*self.outside_validity, *disputed, NOT_MEASURED, UNBOUND_CONFLICT, *self.model.validity.not_for)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every document behind the curves, each once."""
        receptor = [affinity.citation.source for affinity in AFFINITIES]
        receptor += [one.source for unbound in (LABEL_UNBOUND, IN_VITRO_UNBOUND) for one in unbound.citations]
        return tuple({source.id: source for source in (*self.model.sources, *receptor)}.values())


def simulate(
    model: Model,
    patient: Patient,
    doses: Sequence[Dose],
    times_h: Array,
    people: int,
    rng: np.random.Generator | int,
) -> Simulation:
    """Follow `doses` through `patient` and through `people` virtual people with the same covariates.

    Args:
        model: one of `models.discover()`.
        patient: age, weight and ancestry are read where the model needs them.
        doses: all of one drug, by routes that the model serves.
        times_h: output times in hours, ascending.
        people: how many virtual people the bands rest on.
        rng: a generator, or the seed of one; the same seed gives the same bytes.

    Raises:
        Refused: a dose, time or covariate that the model cannot take.
    """
    given = tuple(sorted(doses, key=lambda dose: dose.time_h))
    _, assumed = covariates(model, patient)
    times = np.asarray(times_h, dtype=np.float64)
    typical = typical_person(model, patient)
    around = virtual_people(model, patient, people, np.random.default_rng(rng))
    middle = follow(model, typical, given, times).parts()
    spread = follow_many(model, around, people if model.variability else 1, given, times)
    return Simulation(
        model=model,
        patient=patient,
        doses=given,
        people=people,
        times_h=times,
        analytes=_analytes(middle, spread, exposures(model, typical, given)),
        occupancy=_occupancies(middle, spread),
        assumed=(*assumed, *model.assumptions),
        outside_validity=(*outside_validity(model, patient), *_by_route(model, given)),
    )


def _by_route(model: Model, doses: Sequence[Dose]) -> tuple[Message, ...]:
    said = [model.validity.by_route.get(dose.route) for dose in doses]
    return tuple(dict.fromkeys(message for message in said if message is not None))


def _analytes(
    middle: Mapping[str, Array], spread: Mapping[str, Array], found: Mapping[str, Exposure]
) -> dict[str, Analyte]:
    around = with_sums(spread)
    return {
        name: Analyte(name, Curve(curve[0], bands(around[name])), found[name])
        for name, curve in with_sums(middle).items()
    }


def _occupancies(typical: Mapping[str, Array], around: Mapping[str, Array]) -> tuple[Occupancy, ...]:
    return tuple(
        Occupancy(
            affinity,
            Curve(occupancy(typical, affinity, LABEL_UNBOUND)[0], bands(occupancy(around, affinity, LABEL_UNBOUND))),
            occupancy(typical, affinity, IN_VITRO_UNBOUND)[0],
        )
        for affinity in AFFINITIES
    )
