"""One dose or a course of doses followed through one person and the virtual people around them."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

import numpy as np

from ketaminder.pharmacology.adults import Adults, People, draw
from ketaminder.pharmacology.changing import Change, Stretch, follow_changing_many, person, stretches
from ketaminder.pharmacology.kinetics import Exposure, exposures_of, follow_many, summed, with_sums
from ketaminder.pharmacology.model import Array, Model
from ketaminder.pharmacology.population import (
    LABELS,
    Bands,
    bands,
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
    share_of,
    strength,
)
from ketaminder.terms import Dose, Drug, Message, Patient, Refused, Source

AT_ONCE, CHANGING_AT_ONCE = 500_000, 4_000_000
"""How many people times hours are followed before they are reduced to bands: some tens of megabytes, and some hundreds
where covariates change, which the solver follows from zero each time."""


@dataclass(frozen=True, slots=True)
class Population:
    """The virtual people on whom bands rest.

    Args:
        people: how many.
        rng: a generator, or the seed of one; the same seed gives the same bytes.
        among: the adults of whom they are drawn, and what they share; without it they have the patient's covariates.
    """

    people: int
    rng: np.random.Generator | int
    among: tuple[Adults, Patient] | None = None

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
    spread, drawn = (lambda some: following(some).parts()), None
    if model.variability or population.among is not None:
        spread, drawn = _around(model, (patient, changes), given, population)
    pieces = _pieces(times, population.people, CHANGING_AT_ONCE if changes else AT_ONCE)
    around = _banded(spread, pieces, () if parts else summed(typical))
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


Spread = Callable[[Array], dict[str, Array]]
"""Hours, ascending -> the curves of virtual people at them, (people, times), of each enantiomer."""


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


def _pieces(times: Array, people: int, at_once: int) -> list[Array]:
    return np.array_split(times, min(times.size, max(1, people * times.size // at_once)))


def _banded(spread: Spread, pieces: Sequence[Array], left_out: Container[str]) -> dict[str, Bands]:
    """Bands of each analyte and, by the name of the affinity, of each occupancy.

    Some hours at a time, so that many people need no more memory than few. The last hour is asked for each time: how
    far somebody must be followed decides how that is done.
    """
    found: dict[str, list[Array]] = {}
    for some in pieces:
        curves = spread(some if some is pieces[-1] else np.append(some, pieces[-1][-1]))
        for name, quantiles in _quantiles({name: one[:, : some.size] for name, one in curves.items()}, left_out):
            found.setdefault(name, []).append(quantiles)
    return {name: Bands(np.concatenate(several, axis=1)) for name, several in found.items()}


def _quantiles(curves: Mapping[str, Array], left_out: Container[str]) -> Iterator[tuple[str, Array]]:
    """Who has more of what competes has more receptors occupied: quantiles are those of the strength."""
    for name, one in with_sums(curves).items():
        if name not in left_out:
            yield name, bands(one).values
    for affinity in AFFINITIES:
        yield affinity.id, share_of(bands(strength(curves, affinity, LABEL_UNBOUND)).values)


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
