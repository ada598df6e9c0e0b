"""One dose or a course of doses followed through one person and the virtual people around them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace

import numpy as np

from ketaminder.pharmacology.adults import Adults, People, draw
from ketaminder.pharmacology.banded import Spread, banded, counted, pieces_of
from ketaminder.pharmacology.changing import Change, Stretch, follow_changing_many, person, stretches
from ketaminder.pharmacology.kinetics import Exposure, exposures_of, follow_many, summed, with_sums
from ketaminder.pharmacology.model import Array, Model
from ketaminder.pharmacology.population import (
    LABELS,
    Bands,
    covariates,
    diverse_people,
    outside_validity,
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
from ketaminder.terms import Dose, Drug, Message, Patient, Refused, Source

KEPT_PEOPLE, PEOPLE_AT_ONCE = 10_000, 1024
"""Of more people than are kept, quantiles are counted, some people at a time."""


def _silent(_more: int) -> None:
    """Nobody is told."""


@dataclass(frozen=True, slots=True)
class Population:
    """The virtual people on whom bands rest.

    Args:
        people: how many.
        rng: a generator, or the seed of one; the same seed gives the same bytes.
        among: the adults of whom they are drawn, and what they share; without it they have the patient's covariates.
        progress: told how many more of many people were followed.
    """

    people: int
    rng: np.random.Generator | int
    among: tuple[Adults, Patient] | None = None
    progress: Callable[[int], None] = _silent

    def in_parts(self) -> Iterator[Population]:
        """Some people after others, each some drawn by a generator of their own."""
        firsts = range(0, self.people, PEOPLE_AT_ONCE)
        for first, own in zip(firsts, self.generator().spawn(len(firsts)), strict=True):
            yield replace(self, people=min(PEOPLE_AT_ONCE, self.people - first), rng=own)

    def generator(self) -> np.random.Generator:
        """What they are drawn with."""
        return np.random.default_rng(self.rng)


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
    """What a model says of these doses in this person, with everything that was assumed and everything disputed.

    `covariates` are those of the virtual people where they differ.
    """

    model: Model
    patient: Patient
    doses: tuple[Dose, ...]
    people: int
    times_h: Array
    analytes: Mapping[str, Analyte]
    occupancy: tuple[Occupancy, ...]
    assumed: tuple[Message, ...]
    outside_validity: tuple[Message, ...]
    covariates: People | None = None

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
    population: Population,
    *,
    changes: Sequence[Change] = (),
    parts: bool = True,
) -> Simulation:
    """Follow `doses` through `patient` and through a population of virtual people.

    Args:
        model: one of `models.discover()`.
        patient: age, weight and ancestry are read where the model needs them.
        doses: all of one drug, by routes that the model serves.
        times_h: output times in hours, ascending.
        population: how many virtual people, who they are and what they are drawn with.
        changes: what was measured anew of the patient during the course.
        parts: False leaves out the enantiomers of a racemate, whose sums are reported.

    Raises:
        Refused: a dose, time or covariate that the model cannot take; changes of people who differ.
    """
    given = tuple(sorted(doses, key=lambda dose: dose.time_h))
    _, assumed = covariates(model, patient)
    times = np.asarray(times_h, dtype=np.float64)
    following = person(model, patient, changes, given)
    typical = following(times).parts()
    left_out, drawn = () if parts else summed(typical), None
    pieces = pieces_of(times, population.people, changing=bool(changes))
    if not model.variability and population.among is None:
        around = banded(lambda some: following(some).parts(), pieces, left_out)
    elif population.people <= KEPT_PEOPLE:
        spread, drawn = _around(model, (patient, changes), given, population)
        around = banded(spread, pieces, left_out)
    else:
        several = (_around(model, (patient, changes), given, some) for some in population.in_parts())
        around, drawn = counted(several, times, left_out, population.progress)
    return Simulation(
        model=model,
        patient=patient,
        doses=given,
        people=population.people,
        times_h=times,
        analytes=_analytes(typical, around, exposures_of(following, given)),
        occupancy=_occupancies(typical, around),
        assumed=(*assumed, *model.assumptions),
        outside_validity=(*outside_validity(model, patient), *_by_route(model, given), *people_outside(model, drawn)),
        covariates=drawn,
    )


def _around(
    model: Model, whom: tuple[Patient, Sequence[Change]], doses: Sequence[Dose], population: Population
) -> tuple[Spread, People | None]:
    """Curves of the virtual people, and their covariates where they differ."""
    (patient, changes), people, rng = whom, population.people, population.generator()
    if population.among is not None:
        if changes:
            raise Refused("measured", len(changes), "no change during the course where people differ in covariates")
        drawn = draw(*population.among, people, rng)
        diverse = diverse_people(model, drawn.each(), rng)
        return lambda times: follow_many(model, diverse, people, doses, times), drawn
    if changes:
        # A copy of the generator each time: everybody stays who they are while their covariates change.
        parts = stretches(patient, changes)
        each = [Stretch(start_h, virtual_people(model, who, people, deepcopy(rng))) for start_h, who in parts]
        return lambda times: follow_changing_many(model, each, people, doses, times), None
    alike = virtual_people(model, patient, people, rng)
    return lambda times: follow_many(model, alike, people, doses, times), None


def people_outside(model: Model, drawn: People | None) -> tuple[Message, ...]:
    """How many of the people drawn lie outside what the model analysed, by covariate that it reads."""
    if drawn is None:
        return ()
    spans = {"age_years": model.validity.age_years, "weight_kg": model.validity.weight_kg}
    found = []
    for name in model.covariates:
        values, span = getattr(drawn, name, None), spans.get(name)
        if values is None or span is None:
            continue
        outside = int(((values < span.low) | (values > span.high)).sum())
        if outside:
            found.append(_outside(model, name, outside, values.size))
    return tuple(found)


def _outside(model: Model, name: str, outside: int, people: int) -> Message:
    return Message(
        "{label}: {outside} of {people} virtual people lie outside what {model} analysed.",
        label=LABELS[name][0],
        outside=outside,
        people=people,
        model=model.title,
    )


def _by_route(model: Model, doses: Sequence[Dose]) -> tuple[Message, ...]:
    said = [model.validity.by_route.get(dose.route) for dose in doses]
    return tuple(dict.fromkeys(message for message in said if message is not None))


def _analytes(
    middle: Mapping[str, Array], around: Mapping[str, Bands], found: Mapping[str, Exposure]
) -> dict[str, Analyte]:
    return {
        name: Analyte(name, Curve(curve[0], around[name]), found[name])
        for name, curve in with_sums(middle).items()
        if name in around
    }


def _occupancies(typical: Mapping[str, Array], around: Mapping[str, Bands]) -> tuple[Occupancy, ...]:
    return tuple(
        Occupancy(
            affinity,
            Curve(occupancy(typical, affinity, LABEL_UNBOUND)[0], around[affinity.id]),
            occupancy(typical, affinity, IN_VITRO_UNBOUND)[0],
        )
        for affinity in AFFINITIES
    )
