"""People followed in blocks: by modes where they are sound, by their neighbours or the plain solver where not.

Two compartments with nearly equal rates have modes that cancel; such a person is read off from six (`neighbours`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ketaminder.pharmacology.engine import definition, kernel
from ketaminder.pharmacology.engine.definition import Marched
from ketaminder.pharmacology.engine.modes import FindModes, Mask, modes, places_of
from ketaminder.pharmacology.engine.neighbours import WEIGHTS, each_detuning, six_around
from ketaminder.pharmacology.engine.problem import Problem, prepare
from ketaminder.pharmacology.engine.stages import Drive, Stage
from ketaminder.pharmacology.model import Array, Input, Parameters, Structure
from ketaminder.pharmacology.solver import checked, solve

MOST_PEOPLE = 2048
"""How many are prepared together and shared out: of 20,000 in 4,096s one of two threads would get three fifths."""
AHEAD = 16
"""How many times `MOST_PEOPLE` an executor may be ahead of whoever takes the blocks."""
ACCEPTED = 2e-4
"""An estimated error above this is tried again with finer steps, and named if it stays."""
FINER = 1e3

Numbers = NDArray[np.intp]
Used = TypeVar("Used")


@dataclass(frozen=True, slots=True)
class Path:
    """One way to compute: how modes are found, how they are followed, how many numbers of curves a block has, and how
    many neighbouring people take their steps together.

    Six megabytes stay in reach of the processor. One thread alone is a fifth faster with one, but several then stand in
    each other's way for Python between blocks. NumPy gains from larger blocks.
    """

    find: FindModes
    opened: Callable[[Problem, float], Callable[[int, int], Marched]]
    numbers: int
    together: int

    def march(self, problem: Problem, finer: float) -> Marched:
        """Follow everybody in a problem."""
        return self.opened(problem, finer)(0, problem.people)


KERNEL = Path(kernel.modes, kernel.opened, 700_000, kernel.GROUP)
DEFINITION = Path(modes, definition.opened, 6_000_000, 1)


class How(StrEnum):
    """How one person's curves were computed."""

    MODES = "modes"
    NEIGHBOURS = "neighbours"
    SOLVER = "solver"
    FAILED = "failed"


_NAMED = {one.value: one for one in How}
"""Looked up: it is asked for everybody, and `How(name)` takes many times as long."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to follow, for `people` people; every array is (people,) or (1,).

    `wanted` names the places whose amounts are reported, each once; None: all of them.
    """

    structure: Structure
    parameters: Parameters
    inputs: Sequence[Input]
    times_h: Array
    people: int
    drives: tuple[Drive, ...] = ()
    stages: tuple[Stage, ...] = ()
    wanted: tuple[str, ...] | None = None

    @property
    def reported(self) -> tuple[str, ...]:
        """The places whose amounts are reported."""
        return places_of(self.structure) if self.wanted is None else self.wanted

    @property
    def rows(self) -> tuple[str, ...]:
        """The names of what is reported: places in mg, then stages."""
        return (*self.reported, *(stage.name for stage in self.stages))

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
            wanted=self.wanted,
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


def blocks(request: Request, executor: Executor | None = None, path: Path | None = None) -> Iterator[Block]:
    """Follow everybody, block by block in order of number; the bytes do not depend on the executor.

    Args:
        request: whom and what.
        executor: where blocks are computed side by side; without one they are computed here.
        path: `KERNEL` or `DEFINITION`; without one, the kernel where it was compiled.

    Raises:
        Refused: what `solver.solve` refuses, compartments that exchange in a circle, or a stage that reads nothing.
    """
    yield from each(request, lambda block: block, executor, path)


def each(
    request: Request, use: Callable[[Block], Used], executor: Executor | None = None, path: Path | None = None
) -> Iterator[Used]:
    """What `use` makes of every block, in order of number. It is called where the block was computed.

    Curves that `use` does not keep are gone when it returns, so that millions of people need the memory of a few.
    Arguments and errors are those of `blocks`.
    """
    checked(request.structure, request.parameters, request.inputs, request.times_h)
    chosen = path or default_path()
    several = [np.arange(n, min(n + MOST_PEOPLE, request.people)) for n in range(0, request.people, MOST_PEOPLE)]

    def compute(people: Numbers) -> Iterator[Used]:
        return map(use, _blocks(request, people, chosen))

    if executor is None:
        for people in several:
            yield from compute(people)
        return
    for used in _ahead(executor, lambda people: list(compute(people)), several):
        yield from used


def _ahead(
    executor: Executor, compute: Callable[[Numbers], list[Used]], several: Sequence[Numbers]
) -> Iterator[list[Used]]:
    """As `executor.map`, but never further ahead than memory allows."""
    waiting: deque[Future[list[Used]]] = deque()
    for people in several:
        waiting.append(executor.submit(compute, people))
        if len(waiting) > AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _block_size(request: Request, path: Path) -> int:
    """How many people the curves of one block hold: whole groups, so that blocks do not show in the bytes."""
    most = path.numbers // (request.times_h.size * len(request.rows))
    return max(most - most % kernel.GROUP, kernel.GROUP)


def default_path() -> Path:
    """The kernel where it was compiled, else the definition."""
    return KERNEL if kernel.library() is not None else DEFINITION


def follow(request: Request, executor: Executor | None = None, path: Path | None = None) -> Block:
    """Follow everybody and keep all curves in memory."""
    found = list(blocks(request, executor, path))
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


def _blocks(request: Request, people: Numbers, path: Path) -> Iterator[Block]:
    """Prepare some people together, then follow them a block at a time."""
    asked = request.only(padded(people))
    problem = prepared(asked, path)
    apart = _apart(asked, problem, path)
    march, size = path.opened(problem, 1.0), _block_size(request, path)
    for first in range(0, people.size, size):
        last = min(first + size, problem.people)
        found, how = march(first, last), np.full(last - first, How.MODES, dtype="U16")
        _again(problem, first, found, how, path)
        apart.put_into(found, how, first)
        kept = min(last, people.size) - first
        yield Block(
            int(people[first]),
            found.curves[:, :, :kept],
            found.error[:kept],
            tuple(map(_NAMED.__getitem__, how[:kept].tolist())),
        )


@dataclass(frozen=True, slots=True)
class _Apart:
    """People who were not followed by their own modes, by number."""

    people: Numbers
    found: Marched
    how: NDArray[np.str_]

    def put_into(self, block: Marched, how: NDArray[np.str_], first: int) -> None:
        mine = np.flatnonzero((self.people >= first) & (self.people < first + how.size))
        there = self.people[mine] - first
        block.curves[:, :, there] = self.found.curves[:, :, mine]
        block.error[there] = self.found.error[mine]
        how[there] = self.how[mine]
        block.curves[:, :, how == How.FAILED] = np.nan


def _apart(asked: Request, problem: Problem, path: Path) -> _Apart:
    people = np.flatnonzero(~problem.sound)
    found = Marched(np.full((asked.times_h.size, len(asked.rows), people.size), np.nan), np.full(people.size, np.nan))
    how = np.full(people.size, How.FAILED, dtype="U16")
    few, near = asked.only(people), problem.near[people]
    for detuned in each_detuning(asked.structure):
        _by_neighbours(few, near, found, how, path, detuned)
    _by_solver(few, found, how)
    return _Apart(people, found, how)


def prepared(asked: Request, path: Path, detuned: Array | None = None) -> Problem:
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
        path.find,
        asked.wanted,
    )


def _again(problem: Problem, first: int, found: Marched, how: NDArray[np.str_], path: Path) -> None:
    """Finer steps where an estimated error is not accepted, in the same groups: blocks do not show in the bytes."""
    poor = np.flatnonzero(problem.sound[first : first + how.size] & ~(found.error <= ACCEPTED))
    if not poor.size:
        return
    people = (np.unique(poor // path.together)[:, None] * path.together + np.arange(path.together)).ravel()
    finer, those = path.march(problem.some(first + people), FINER), np.isin(people, poor)
    found.curves[:, :, poor] = finer.curves[:, :, those]
    found.error[poor] = finer.error[those]
    how[poor[~(found.error[poor] <= ACCEPTED)]] = How.FAILED


def _by_neighbours(
    asked: Request, near: Mask, found: Marched, how: NDArray[np.str_], path: Path, detuned: Array
) -> None:
    """One group for each person: six neighbours, the last of them standing in for those who are missing."""
    unsound = np.flatnonzero(near & (how == How.FAILED))
    if not unsound.size:
        return
    weights, group = WEIGHTS, padded(np.arange(WEIGHTS.size))
    problem = prepared(asked.only(np.repeat(unsound, group.size)), path, six_around(detuned, unsound.size, group))
    sound = problem.sound.reshape(unsound.size, group.size).all(axis=1)
    if not sound.any():
        return
    unsound, marched = unsound[sound], path.march(problem.some(np.flatnonzero(np.repeat(sound, group.size))), FINER)
    curves = marched.curves.reshape(*marched.curves.shape[:2], unsound.size, group.size)[..., : weights.size]
    error = marched.error.reshape(unsound.size, group.size)[:, : weights.size] @ np.abs(weights)
    good = np.flatnonzero(error <= ACCEPTED)
    found.curves[:, :, unsound[good]] = np.einsum("w,tqpw->tqp", weights, curves[:, :, good])
    found.error[unsound[good]] = error[good]
    how[unsound[good]] = How.NEIGHBOURS


def _by_solver(asked: Request, found: Marched, how: NDArray[np.str_]) -> None:
    """Amounts alone need no modes; stages do, and whoever has none stays failed."""
    failed = np.flatnonzero(how == How.FAILED)
    if not failed.size or asked.stages:
        return
    some = asked.only(failed)
    amounts = solve(some.structure, some.parameters, some.inputs, some.times_h)
    shown = [some.structure.places.index(place) for place in some.reported]
    found.curves[:, :, failed] = amounts.places_mg[:, :, shown].transpose(1, 2, 0)
    found.error[failed] = 0.0
    how[failed] = How.SOLVER
