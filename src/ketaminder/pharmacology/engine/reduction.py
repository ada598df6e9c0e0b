"""Many people's curves reduced while they are computed: exposures of each person, and bands over all of them.

Nothing here keeps the curves: a million people need no more memory than a block of them.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from ketaminder.pharmacology.crowd import Bins, Counted, Crowd
from ketaminder.pharmacology.engine import kernel
from ketaminder.pharmacology.engine.following import each
from ketaminder.pharmacology.engine.neighbours import Neighbourhoods, detunings, mean
from ketaminder.pharmacology.engine.paths import KERNEL, padded, prepared
from ketaminder.pharmacology.engine.problem import Problem
from ketaminder.pharmacology.engine.requests import Block, How, Numbers, Request
from ketaminder.pharmacology.model import Array
from ketaminder.pharmacology.solver import checked

BINS = Bins(7, -60, 40)
"""Of whatever a row holds: 0.4 to 0.8% wide."""

Progress = Callable[[int], None]
"""Told how many more people are done."""


@dataclass(frozen=True, slots=True)
class Exposures:
    """What each person's drives come to from zero until an hour; every array is (drives, people).

    Attributes:
        peak, peak_h: the highest value and the first hour at which it is reached.
        area: under the curve, unit of the drive times hours.
        hours_above: how long the drive lies above its level.
        how: (people,); NaN stands wherever it says failed.
    """

    peak: Array
    peak_h: Array
    area: Array
    hours_above: Array
    how: tuple[How, ...]


def exposures(
    request: Request, until_h: float, levels: Sequence[float], executor: Executor | None = None, block: int = 4096
) -> Exposures:
    """Reduce every drive of `request` for everybody, in the kernel; its stages and times are not looked at.

    Args:
        request: whom and what; at least one drive.
        until_h: reduced from zero until here.
        levels: for each drive, the level whose hours above are wanted.
        executor: where blocks are computed side by side.
        block: people in a block, a multiple of eight.

    Raises:
        Refused: as for `following.blocks`.
        RuntimeError: no kernel was compiled.
    """
    checked(request.structure, request.parameters, request.inputs, request.times_h)
    numbers = [np.arange(first, min(first + block, request.people)) for first in range(0, request.people, block)]

    def compute(people: Numbers) -> tuple[Array, list[How]]:
        return _reduced(request, people, until_h, np.asarray(levels, dtype=np.float64))

    found = list(map(compute, numbers) if executor is None else executor.map(compute, numbers))
    values = np.concatenate([one for one, _ in found], axis=2)
    peak, peak_h, area, hours_above = values
    return Exposures(peak, peak_h, area, hours_above, tuple(how for _, hows in found for how in hows))


def _reduced(request: Request, people: Numbers, until_h: float, levels: Array) -> tuple[Array, list[How]]:
    asked = request.only(padded(people))
    problem = prepared(asked, KERNEL)
    values = _in_kernel(problem, until_h, levels)
    values[:, :, ~problem.sound] = np.nan
    _by_neighbours(asked, np.flatnonzero(problem.near), until_h, levels, values)
    served = ~np.isnan(values[0, 0])
    how = [
        How.MODES if sound else How.NEIGHBOURS if there else How.FAILED
        for sound, there in zip(problem.sound, served, strict=True)
    ]
    return values[:, :, : people.size], how[: people.size]


def _by_neighbours(asked: Request, people: Numbers, until_h: float, levels: Array, values: Array) -> None:
    """Into `values` (4, drives, people) of those whose own modes cancel; NaN stays where no distance serves."""
    for distance in detunings(asked.structure):
        if not people.size:
            return
        hoods = Neighbourhoods(asked, people, distance[None], KERNEL)
        sound = hoods.sound[:, 0]
        if sound.any():
            those = np.flatnonzero(sound)
            found = _in_kernel(hoods.problem(those, np.zeros_like(those)), until_h, levels)
            values[:, :, people[sound]] = mean(found)
        people = people[~sound]


def _in_kernel(problem: Problem, until_h: float, levels: Array) -> Array:
    """(4, drives, people): peak, its hour, area, hours above."""
    found = kernel.library()
    if found is None:
        raise RuntimeError("no kernel was compiled when this package was installed: exposures need it")
    struct, _held = kernel.filled(problem, np.empty(0), 1.0)
    level = np.ascontiguousarray(np.broadcast_to(levels[:, None], (len(levels), problem.people)))
    out = np.empty((4, len(levels), problem.people))
    space = kernel.workspace(struct, 0)
    pointers = [ctypes.c_void_p(one.ctypes.data) for one in (space, level, out)]
    found.reduce(ctypes.byref(struct), *pointers[:2], ctypes.c_double(until_h), pointers[2])
    return out


def bands(
    requests: Request | Iterable[Request],
    rows: Sequence[str],
    quantiles: Sequence[float],
    executor: Executor | None = None,
    progress: Progress = lambda _: None,
) -> tuple[dict[str, Array], int]:
    """Quantiles over people of some rows at every time, (quantiles, times), without keeping anybody's curve.

    A quantile is right to within a bin, at most 0.8% of its value (`crowd`).

    Args:
        requests: whom and what; several are made one after another, so that not even parameters need be held of all.
            They have the same rows and as many times.
        rows: names among `Request.rows`.
        quantiles: from 0 to 1.
        executor: where blocks are computed side by side.
        progress: told after each block how many people it held.

    Returns:
        The quantiles by row, and how many people failed and are left out.
    """
    crowds: dict[str, Crowd] = {}
    failed = 0
    for request in (requests,) if isinstance(requests, Request) else requests:
        for found, left_out, people in each(request, _counted(request, rows), executor):
            for row, some in found.items():
                crowds.setdefault(row, Crowd(request.times_h.size, BINS)).add(some)
            failed += left_out
            progress(people)
    return {row: one.quantiles(quantiles) for row, one in crowds.items()}, failed


def _counted(request: Request, rows: Sequence[str]) -> Callable[[Block], tuple[dict[str, Counted], int, int]]:
    """What is kept of a block: the bins of each row, how many failed, and how many there were."""
    places = {row: request.rows.index(row) for row in rows}

    def kept(block: Block) -> tuple[dict[str, Counted], int, int]:
        good = np.array([how != How.FAILED for how in block.how])
        found = {row: BINS.count(block.curves[:, place][:, good].T) for row, place in places.items()}
        return found, int((~good).sum()), good.size

    return kept
