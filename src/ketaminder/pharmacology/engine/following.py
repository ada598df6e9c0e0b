"""People followed in blocks: by modes where they are sound, by their neighbours or the plain solver where not.

Two compartments with nearly equal rates have modes that cancel. What happens in a body depends smoothly on its rates,
so such a person is read off from six neighbours whose rates differ by a few thousandths: the central average
f = 3/4 (f(+d) + f(-d)) - 3/10 (f(+2d) + f(-2d)) + 1/20 (f(+3d) + f(-3d)), which leaves an error of order d^6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ketaminder.pharmacology.engine import definition, kernel
from ketaminder.pharmacology.engine.definition import Marched
from ketaminder.pharmacology.engine.modes import places_of
from ketaminder.pharmacology.engine.problem import Problem, prepare
from ketaminder.pharmacology.engine.stages import Drive, Stage
from ketaminder.pharmacology.model import Array, Input, Parameters, Structure
from ketaminder.pharmacology.solver import checked, solve

MOST_PEOPLE, MOST_NUMBERS = 4096, 8_000_000
"""Bounds of what is computed together: people, and numbers in their curves (64 MB)."""
NEIGHBOURS = ((1, 0.75), (-1, 0.75), (2, -0.3), (-2, -0.3), (3, 0.05), (-3, 0.05))
DETUNED = (5e-3, 7e-3)
"""Where a neighbour is itself unlucky, the second distance serves."""
ACCEPTED = 5e-5
"""An estimated error above this is tried again with finer steps, and named if it stays."""
FINER = 1e3

Numbers = NDArray[np.intp]
March = Callable[[Problem, float], Marched]


class How(StrEnum):
    """How one person's curves were computed."""

    MODES = "modes"
    NEIGHBOURS = "neighbours"
    SOLVER = "solver"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Request:
    """What to follow, for `people` people; every array is (people,) or (1,)."""

    structure: Structure
    parameters: Parameters
    inputs: Sequence[Input]
    times_h: Array
    people: int
    drives: tuple[Drive, ...] = ()
    stages: tuple[Stage, ...] = ()

    @property
    def rows(self) -> tuple[str, ...]:
        """The names of what is reported: places in mg, then stages."""
        return (*places_of(self.structure), *(stage.name for stage in self.stages))

    def only(self, people: Numbers) -> Request:
        """The same request for some of the people, given by number."""
        return Request(
            structure=self.structure,
            parameters={name: _some(values, people) for name, values in self.parameters.items()},
            inputs=[
                replace(one, amount_mg=_some(one.amount_mg, people), duration_h=_some(one.duration_h, people))
                for one in self.inputs
            ],
            times_h=self.times_h,
            people=people.size,
            drives=tuple(replace(one, weights=_all_some(one.weights, people)) for one in self.drives),
            stages=tuple(_stage(one, people) for one in self.stages),
        )


@dataclass(frozen=True, slots=True)
class Block:
    """Curves of consecutive people.

    Attributes:
        first: the number of the first of them.
        curves: (times, rows, people).
        error: (people,), estimated, relative to the peak of a stage.
        how: (people,) of `How`. The curves of a person who failed are NaN.
    """

    first: int
    curves: Array
    error: Array
    how: tuple[How, ...]


def blocks(request: Request, executor: Executor | None = None, march: March | None = None) -> Iterator[Block]:
    """Follow everybody, block by block in order of number; the bytes do not depend on the executor.

    Args:
        request: whom and what.
        executor: where blocks are computed side by side; without one they are computed here.
        march: `kernel.march` or `definition.march`; without one, the kernel where it was compiled.

    Raises:
        Refused: what `solver.solve` refuses, compartments that exchange in a circle, or a stage that reads nothing.
    """
    checked(request.structure, request.parameters, request.inputs, request.times_h)
    chosen, size = march or default_march(), _block_size(request)
    numbers = [np.arange(first, min(first + size, request.people)) for first in range(0, request.people, size)]

    def compute(people: Numbers) -> Block:
        return _block(request, people, chosen)

    yield from map(compute, numbers) if executor is None else executor.map(compute, numbers)


def _block_size(request: Request) -> int:
    """How many people are computed together: whole groups, so that blocks do not show in the bytes."""
    most = min(MOST_PEOPLE, MOST_NUMBERS // (request.times_h.size * len(request.rows)))
    return max(most - most % kernel.GROUP, kernel.GROUP)


def default_march() -> March:
    """The kernel where it was compiled, else the definition."""
    return kernel.march if kernel.library() is not None else definition.march


def follow(request: Request, executor: Executor | None = None, march: March | None = None) -> Block:
    """Follow everybody and keep all curves in memory."""
    found = list(blocks(request, executor, march))
    return Block(
        first=0,
        curves=np.concatenate([one.curves for one in found], axis=2),
        error=np.concatenate([one.error for one in found]),
        how=tuple(how for one in found for how in one.how),
    )


def _some(values: Array, people: Numbers) -> Array:
    return values if values.size == 1 else values[people]


def _stage(stage: Stage, people: Numbers) -> Stage:
    return replace(
        stage,
        base=_some(stage.base, people),
        gain=_some(stage.gain, people),
        loss=_some(stage.loss, people),
        start=_some(stage.start, people),
        half=_some(stage.half, people),
    )


def _all_some(values: Mapping[str, Array], people: Numbers) -> dict[str, Array]:
    return {name: _some(array, people) for name, array in values.items()}


def padded(people: Numbers) -> Numbers:
    """Whole vectors: the last person stands in for those who are missing."""
    return np.append(people, np.repeat(people[-1:], -people.size % kernel.GROUP))


def _block(request: Request, people: Numbers, march: March) -> Block:
    asked = request.only(padded(people))
    problem = prepared(asked)
    found = march(problem, 1.0)
    how = np.where(problem.sound, str(How.MODES), str(How.FAILED)).astype("U16")
    _again(asked, found, how, march)
    for detuned in DETUNED:
        _by_neighbours(asked, found, how, march, detuned)
    _by_solver(asked, found, how)
    found.curves[:, :, how == How.FAILED] = np.nan
    size = people.size
    kept = tuple(How(one) for one in how[:size])
    return Block(int(people[0]), found.curves[:, :, :size], found.error[:size], kept)


def prepared(asked: Request, detuned: Array | None = None) -> Problem:
    """The problem of everybody in `asked`, who must be whole groups."""
    return prepare(
        asked.structure,
        asked.parameters,
        asked.inputs,
        asked.times_h,
        asked.people,
        asked.drives,
        asked.stages,
        detuned,
    )


def _again(asked: Request, found: Marched, how: NDArray[np.str_], march: March) -> None:
    """Finer steps for whose estimated error is not accepted."""
    poor = np.flatnonzero((found.error > ACCEPTED) & (how == How.MODES))
    if not poor.size:
        return
    finer = march(prepared(asked.only(padded(poor))), FINER)
    found.curves[:, :, poor] = finer.curves[:, :, : poor.size]
    found.error[poor] = finer.error[: poor.size]
    how[poor[found.error[poor] > ACCEPTED]] = How.FAILED


def _by_neighbours(asked: Request, found: Marched, how: NDArray[np.str_], march: March, detuned: float) -> None:
    unsound = np.flatnonzero(how == How.FAILED)
    if not unsound.size:
        return
    shares = np.repeat([detuned * share for share, _ in NEIGHBOURS], unsound.size)
    people = padded(np.tile(unsound, len(NEIGHBOURS)))
    problem = prepared(asked.only(people), np.append(shares, np.repeat(shares[-1:], people.size - shares.size)))
    marched = march(problem, 1.0)
    by_neighbour = (len(NEIGHBOURS), unsound.size)
    curves = marched.curves[:, :, : shares.size].reshape(*marched.curves.shape[:2], *by_neighbour)
    error = marched.error[: shares.size].reshape(by_neighbour).max(axis=0)
    good = np.flatnonzero(problem.sound[: shares.size].reshape(by_neighbour).all(axis=0) & (error <= ACCEPTED))
    found.curves[:, :, unsound[good]] = np.einsum(
        "w,tqwp->tqp", [weight for _, weight in NEIGHBOURS], curves[..., good]
    )
    found.error[unsound[good]] = error[good]
    how[unsound[good]] = How.NEIGHBOURS


def _by_solver(asked: Request, found: Marched, how: NDArray[np.str_]) -> None:
    """Amounts alone need no modes; stages do, and whoever has none stays failed."""
    failed = np.flatnonzero(how == How.FAILED)
    if not failed.size or asked.stages:
        return
    some = asked.only(failed)
    amounts = solve(some.structure, some.parameters, some.inputs, some.times_h)
    shown = [some.structure.places.index(place) for place in places_of(some.structure)]
    found.curves[:, :, failed] = amounts.places_mg[:, :, shown].transpose(1, 2, 0)
    found.error[failed] = 0.0
    how[failed] = How.SOLVER
