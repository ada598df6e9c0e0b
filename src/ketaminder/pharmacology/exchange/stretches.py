"""A course in which covariates change: amounts are handed on from one stretch to the next, in mg.

NONMEM's meaning is kept: a row's covariates hold from the row before it up to the row itself, so that what happens on
the way to a row is told by that row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ketaminder.pharmacology.exchange.records import Record
from ketaminder.pharmacology.exchange.steady import Remainder
from ketaminder.pharmacology.model import Array, Input, Parameters, Structure
from ketaminder.pharmacology.solver import solve
from ketaminder.terms import Patient

ParametersOf = Callable[[Patient], Parameters]
"""Covariates -> parameters, (people,) or (1,): the same people with other covariates."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Hours of a part of a course, the last of them among it, in which covariates stay the same."""

    patient: Patient
    start_h: float
    end_h: float
    own: Parameters

    def holds(self, hour: float) -> bool:
        """Whether `hour` belongs to this stretch."""
        return self.start_h < hour <= self.end_h


def stretches(records: Sequence[Record], of: ParametersOf) -> tuple[Stretch, ...]:
    """The records of a part, by covariates. Hours count from the first record; the last stretch never ends."""
    start_h = records[0].time_h
    found: list[tuple[Patient, float]] = []
    for one in records:
        if found and found[-1][0] == one.patient:
            found.pop()
        found.append((one.patient, one.time_h - start_h))
    starts = (-np.inf, *(end for _, end in found[:-1]))
    ends = (*(end for _, end in found[:-1]), np.inf)
    return tuple(
        Stretch(patient, start, end, of(patient)) for (patient, _), start, end in zip(found, starts, ends, strict=True)
    )


def own_at(several: Sequence[Stretch], hour: float) -> Parameters:
    """The parameters of the stretch that holds `hour`."""
    return next(one.own for one in several if one.holds(hour))


def places_mg(
    structure: Structure,
    several: Sequence[Stretch],
    inputs: Sequence[Input],
    left: Sequence[Remainder],
    times: Array,
) -> Array:
    """Amounts in every place at `times`, (people, times, places), through stretches that differ.

    Args:
        structure: compartments, sinks and flows.
        several: the stretches, one after another.
        inputs: what enters, each once, with hours from the start of the part.
        left: what infinitely many earlier doses left, each added at its hour.
        times: hours from the start of the part, at which to say.
    """
    people = max(values.size for one in several for values in one.own.values())
    found = np.zeros((people, times.size, len(structure.places)))
    held = np.zeros((people, len(structure.places)))
    for start, end, own in _pieces(several, left, float(times.max())):
        here = np.unique(np.append(times[(start < times) & (times <= end)], end))
        since = max(start, 0.0)
        entered = tuple(_within(inputs, start, end)) or (_nothing(structure),)
        moved = np.broadcast_to(
            solve(structure, own, entered, here - since, held).places_mg, (people, here.size, held.shape[1])
        ).copy()
        for one in left:
            if one.start_h == end:
                moved[:, -1, one.index] += one.amounts_mg
        held = moved[:, -1]
        for column in np.flatnonzero((start < times) & (times <= end)):
            found[:, column] = moved[:, np.searchsorted(here, times[column])]
    return found


def _pieces(
    several: Sequence[Stretch], left: Sequence[Remainder], last: float
) -> Iterator[tuple[float, float, Parameters]]:
    """Stretches up to the last hour that is asked for, cut where something left over is added."""
    cuts = {one.start_h for one in left}
    start = -np.inf
    for stretch in several:
        inside = {hour for hour in cuts if stretch.holds(hour)}
        for end in sorted({hour for hour in {*inside, stretch.end_h} if hour < last} | {min(stretch.end_h, last)}):
            if end > start:
                yield start, end, stretch.own
                start = end


def _within(inputs: Sequence[Input], start_h: float, end_h: float) -> Iterator[Input]:
    """What enters after `start_h` and up to `end_h`, in hours from `start_h`: a release that runs on is cut."""
    since = max(start_h, 0.0)
    for one in inputs:
        first, last = max(one.start_h, since), np.minimum(one.start_h + one.duration_h, end_h)
        lasting = np.maximum(last - first, 0.0)
        share = np.full_like(one.duration_h, start_h < one.start_h <= end_h)
        np.divide(lasting, one.duration_h, out=share, where=one.duration_h > 0)
        if (share > 0).any() and first <= end_h:
            yield Input(one.state, one.amount_mg * share, first - since, lasting)


def _nothing(structure: Structure) -> Input:
    return Input(structure.compartments[0], np.zeros(1), 0.0, np.zeros(1))
