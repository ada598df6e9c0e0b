"""What a model expects at each observation of a person's records, with the semantics of the records kept.

Doses superpose, since the models are linear. A course is cut where a record starts afresh; within a part, doses go to
the solver, and what is left of infinitely many earlier doses (SS) is added to them. Where covariates change within a
part, amounts are handed on (`stretches`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ketaminder.pharmacology.dosing import units_in_session
from ketaminder.pharmacology.exchange.records import Given, Person, Record
from ketaminder.pharmacology.exchange.steady import Remainder, endless, remainder
from ketaminder.pharmacology.exchange.stretches import ParametersOf, Stretch, own_at, places_mg, stretches
from ketaminder.pharmacology.kinetics import enantiomers_of, own_parameters
from ketaminder.pharmacology.model import Array, Enantiomer, Input, Model, Parameters
from ketaminder.pharmacology.solver import solve
from ketaminder.terms import Dose, Drug, Patient, Refused, Route


@dataclass(frozen=True, slots=True)
class Part:
    """Records between two fresh starts. Times inside count from the first record."""

    records: tuple[Record, ...]

    @property
    def start_h(self) -> float:
        """The time of its first record."""
        return self.records[0].time_h


@dataclass(frozen=True, slots=True)
class Due:
    """One dose of a record, `hour` after the start of its part. Only the first of a record carries its steady state."""

    record: Record
    given: Given
    hour: float
    first: bool


@dataclass(frozen=True, slots=True)
class Entered:
    """What one dose puts in: inputs, and what is left of earlier doses at its time."""

    due: Due
    inputs: tuple[Input, ...]
    left: tuple[Remainder, ...]


def parts(person: Person) -> tuple[Part, ...]:
    """The records of a person, cut where one starts afresh."""
    found: list[list[Record]] = []
    for one in person.records:
        if not found or one.starts_afresh:
            found.append([])
        found[-1].append(one)
    return tuple(Part(tuple(several)) for several in found)


def expected(model: Model, of: ParametersOf, drug: Drug, person: Person) -> Array:
    """Concentrations at the person's observations, ng/mL, (people, observations).

    Args:
        model: one that serves `drug`.
        of: the parameters for the covariates of a row, (people,) or (1,): as many people as shall be followed through
            these records, the same ones for all rows.
        drug: what every dose of the records holds; of a racemate, the sums of both enantiomers are observed.
        person: the records.

    Raises:
        Refused: with the row, a dose, route, compartment or output that the model does not serve.
    """
    _check_outputs(model, person)
    copies = enantiomers_of(model, [Dose(drug, Route.INTRAVENOUS, 1.0)])
    found = [_part(model, of, one, drug, copies) for one in parts(person)]
    return np.concatenate(found, axis=1)


def _check_outputs(model: Model, person: Person) -> None:
    for record in person.observations:
        if record.observed and record.observed.output > len(model.structure.outputs):
            outputs = ", ".join(f"{number} {name}" for number, name in enumerate(model.structure.outputs, 1))
            raise Refused(f"row {record.row}, DVID", record.observed.output, f"an output of {model.title}: {outputs}")


def _part(model: Model, of: ParametersOf, part: Part, drug: Drug, copies: Sequence[Enantiomer]) -> Array:
    observed = [one for one in part.records if one.observed is not None]
    several = stretches(part.records, of)
    total = np.zeros((max(values.size for values in several[0].own.values()), len(observed)))
    for copy in copies if observed else ():
        own = [replace(one, own=own_parameters(model, one.own, copy)) for one in several]
        entered = _entered(model, own, _due(part), drug, 1 / len(copies))
        total += _observed(model, own, entered, observed, part.start_h)
    return total


def _due(part: Part) -> list[Due]:
    """Every dose of the part, in the order of their times."""
    found = [
        Due(record, record.dose, record.time_h - part.start_h + number * record.dose.interval_h, first=not number)
        for record in part.records
        if record.dose is not None
        for number in range(1 + record.dose.additional)
    ]
    return sorted(found, key=lambda one: one.hour)


def _entered(model: Model, several: Sequence[Stretch], due: Sequence[Due], drug: Drug, share: float) -> list[Entered]:
    """How much of a dose arrives, and how fast, is settled when it is given."""
    units = iter(
        units_in_session([_routed(one, one.given.into, drug) for one in due if isinstance(one.given.into, Route)])
    )
    found = []
    for one in due:
        own = _own(several, one.record.patient) if one.first else own_at(several, one.hour)
        inputs = tuple(
            replace(entry, amount_mg=share * entry.amount_mg) for entry in _inputs(model, own, one, drug, units)
        )
        steady = one.first and one.given.steady
        kept = [entry for entry in inputs if steady and entry.state in model.structure.compartments]
        left = tuple(_left(model, own, one.given, entry) for entry in kept)
        found.append(Entered(one, () if one.given.endless else inputs, left))
    return found


def _own(several: Sequence[Stretch], patient: Patient) -> Parameters:
    return next(one.own for one in several if one.patient == patient)


def _routed(due: Due, route: Route, drug: Drug) -> Dose:
    amount, duration = _amount_and_duration(due.given)
    return Dose(drug, route, amount, due.hour, duration)


def _amount_and_duration(given: Given) -> tuple[float, float]:
    """Of an endless infusion, those of one hour."""
    return (given.rate_mg_per_h, 1.0) if given.endless else (given.amount_mg, given.duration_h)


def _inputs(model: Model, own: Parameters, due: Due, drug: Drug, units: Iterator[int]) -> tuple[Input, ...]:
    into = due.given.into
    if isinstance(into, Route):
        if into not in model.routes:
            required = f"a route that {model.title} serves: {', '.join(model.routes)}"
            raise Refused(f"row {due.record.row}, ROUTE", str(into), required)
        return model.routes[into](_routed(due, into, drug), next(units), own)
    compartments = model.structure.compartments
    if into > len(compartments):
        named = ", ".join(f"{number} {name}" for number, name in enumerate(compartments, 1))
        raise Refused(f"row {due.record.row}, CMT", into, f"a compartment of {model.title}: {named}")
    amount, duration = _amount_and_duration(due.given)
    return (Input(compartments[into - 1], np.array([amount]), due.hour, np.array([duration])),)


def _left(model: Model, own: Parameters, given: Given, entry: Input) -> Remainder:
    if given.endless:
        return endless(model.structure, own, entry)
    return remainder(model.structure, own, entry, given.interval_h)


def _observed(
    model: Model, several: Sequence[Stretch], entered: Sequence[Entered], observed: Sequence[Record], start_h: float
) -> Array:
    """One enantiomer's share of each observation, (people, observations).

    An observation that stands before a dose at its very time does not see it, so those are asked apart.
    """
    hidden = [_hidden(one, entered, start_h) for one in observed]
    columns: dict[int, Array] = {}
    for unseen in set(hidden):
        here = [n for n, one in enumerate(hidden) if one == unseen]
        times = np.array([observed[n].time_h - start_h for n in here])
        places = _places(model, several, [one for one in entered if one.due.record.row not in unseen], times)
        for column, n in enumerate(here):
            own = _own(several, observed[n].patient)
            columns[n] = _concentration(model, own, observed[n], places[:, column])
    return np.stack([columns[n] for n in range(len(observed))], axis=1)


def _hidden(observation: Record, entered: Sequence[Entered], start_h: float) -> frozenset[int]:
    """The rows of later records whose first dose falls on the very time of `observation`."""
    hour = observation.time_h - start_h
    return frozenset(
        one.due.record.row
        for one in entered
        if one.due.first and one.due.hour == hour and one.due.record.row > observation.row
    )


def _places(model: Model, several: Sequence[Stretch], entered: Sequence[Entered], times: Array) -> Array:
    """Amounts in every place, (people, times, places)."""
    remainders = [left for one in entered for left in one.left]
    inputs = [entry for one in entered for entry in one.inputs]
    inputs += [entry for left in remainders for entry in left.running]
    if len(several) > 1:
        return places_mg(model.structure, several, inputs, remainders, times)
    own = several[0].own
    total = np.zeros((max(values.size for values in own.values()), times.size, len(model.structure.places)))
    if inputs:
        total += solve(model.structure, own, inputs, times).places_mg
    for left in remainders:
        total += left.at(times)
    return total


def _concentration(model: Model, own: Parameters, record: Record, places: Array) -> Array:
    number = record.observed.output if record.observed else 1
    output = tuple(model.structure.outputs.values())[number - 1]
    mg = places[:, model.structure.places.index(output.compartment)]
    return np.asarray(1000 * output.mass_ratio * mg / own[output.volume])
