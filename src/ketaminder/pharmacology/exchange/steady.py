"""The steady state of repeated doses, exactly: what infinitely many earlier doses left behind.

One dose leaves x(t) behind. From the first interval n at which its input has ended, x((k+1) II) = E x(k II) with
E = exp(A II), so all earlier doses together leave the sum of x(k II) for k < n and (I - E)^-1 x(n II).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from ketaminder.pharmacology.model import Array, Input, Parameters, Structure
from ketaminder.pharmacology.propagator import propagator
from ketaminder.pharmacology.solver import solve
from ketaminder.terms import Refused

MOST_OVERLAPPING = 1000


@dataclass(frozen=True, slots=True)
class Remainder:
    """What earlier doses left in every place at `start_h`, and the rest of their inputs that still run.

    Attributes:
        generator: (people, n, n), 1/h, over the places at `index` that are no sinks.
        amounts_mg: (people, n) at `start_h`.
        places: how many places the structure has.
    """

    generator: Array
    amounts_mg: Array
    start_h: float
    index: tuple[int, ...]
    places: int
    running: tuple[Input, ...] = ()

    def at(self, times_h: Array) -> Array:
        """What is still there at each time, (people, times, places): zero before `start_h`, and in every sink."""
        found = np.zeros((self.amounts_mg.shape[0], times_h.size, self.places))
        for number, time in enumerate(times_h):
            if time >= self.start_h:
                moved = propagator(self.generator, np.array([time - self.start_h])) @ self.amounts_mg[:, :, None]
                found[:, number, self.index] = moved[:, :, 0]
        return found


def remainder(structure: Structure, parameters: Parameters, entry: Input, interval_h: float) -> Remainder:
    """What doses like `entry`, given every `interval_h` for ever until `entry` itself, have left at its start.

    Raises:
        Refused: no steady state, because something is never eliminated; too many overlapping inputs.
    """
    generator, index = _generator(structure, parameters)
    overlapping = _overlapping(entry, interval_h)
    hours = interval_h * np.arange(1.0, overlapping + 1)
    left = solve(structure, parameters, [replace(entry, start_h=0.0)], hours).places_mg[:, :, index]
    forever = np.eye(len(index)) - propagator(generator, np.array([interval_h]))
    amounts = left[:, :-1].sum(axis=1) + _solved(forever, left[:, -1])
    running = tuple(_rest(entry, number * interval_h) for number in range(1, overlapping))
    return Remainder(generator, amounts, entry.start_h, index, len(structure.places), running)


def endless(structure: Structure, parameters: Parameters, entry: Input) -> Remainder:
    """What an infusion at the rate of `entry` has left when it stops at its start, having run for ever: -A^-1 b.

    Raises:
        Refused: no steady state, because something is never eliminated.
    """
    generator, index = _generator(structure, parameters)
    rate = np.zeros((generator.shape[0], len(index)))
    rate[:, structure.compartments.index(entry.state)] = entry.amount_mg / entry.duration_h
    return Remainder(generator, _solved(-generator, rate), entry.start_h, index, len(structure.places))


def _generator(structure: Structure, parameters: Parameters) -> tuple[Array, tuple[int, ...]]:
    """(people, n, n) over compartments and lags, and their indices among the places."""
    names = (*structure.compartments, *(lag.name for lag in structure.lags))
    number = {name: n for n, name in enumerate(names)}
    found = np.zeros((max(values.size for values in parameters.values()), len(names), len(names)))
    for flow in structure.flows:
        rate = flow.rate_per_h(parameters)
        found[:, number[flow.source], number[flow.source]] -= rate
        if flow.target in number:
            found[:, number[flow.target], number[flow.source]] += rate
    for lag in structure.lags:
        found[:, number[lag.name], number[lag.follows]] = parameters[lag.rate]
        found[:, number[lag.name], number[lag.name]] = -parameters[lag.rate]
    return found, tuple(structure.places.index(name) for name in names)


def _overlapping(entry: Input, interval_h: float) -> int:
    """How many inputs, one after the other, run at once; at least one."""
    found = max(1, math.ceil(float(entry.duration_h.max()) / interval_h))
    if found > MOST_OVERLAPPING:
        raise Refused("II", interval_h, f"an interval that lets at most {MOST_OVERLAPPING} inputs overlap, in hours")
    return found


def _rest(entry: Input, elapsed_h: float) -> Input:
    """What an earlier `entry`, begun `elapsed_h` before, has yet to bring."""
    duration = np.maximum(entry.duration_h - elapsed_h, 0.0)
    share = np.divide(duration, entry.duration_h, out=np.zeros_like(duration), where=entry.duration_h > 0)
    return replace(entry, amount_mg=entry.amount_mg * share, duration_h=duration)


def _solved(matrix: Array, right: Array) -> Array:
    """The non-negative solution of each person's linear equations."""
    try:
        found = np.linalg.solve(matrix, right[:, :, None])[:, :, 0]
    except np.linalg.LinAlgError:
        found = np.full_like(right, np.nan)
    if not (np.isfinite(found).all() and (found > -1e-9 * np.abs(found).max()).all()):
        raise Refused("SS", "steady state", "a model that eliminates everything which is given to it")
    return np.asarray(np.maximum(found, 0.0))
