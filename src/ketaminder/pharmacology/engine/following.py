"""People followed in blocks: by modes where they are sound, in another way where not (`apart`)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from typing import TypeVar

import numpy as np

from ketaminder.pharmacology.engine import kernel
from ketaminder.pharmacology.engine.apart import apart, settled
from ketaminder.pharmacology.engine.paths import DEFINITION, KERNEL, Path, padded, prepared
from ketaminder.pharmacology.engine.requests import Block, Numbers, Request
from ketaminder.pharmacology.solver import checked

MOST_PEOPLE, LEAST_PEOPLE = 5120, 1024
"""How many are prepared together: more need memory, and fewer Python, which threads must wait for, too often."""
FOURS = 4
"""Executors get parts by so many, so that two threads, or four, end together."""
AHEAD = 16
"""How many times `MOST_PEOPLE` an executor may be ahead of whoever takes the blocks."""
Used = TypeVar("Used")


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
    several = _parts(request.people, side_by_side=executor is not None)

    def compute(people: Numbers) -> Iterator[Used]:
        return map(use, _blocks(request, people, chosen))

    if executor is None:
        for people in several:
            yield from compute(people)
        return
    for used in _ahead(executor, lambda people: list(compute(people)), several):
        yield from used


def _parts(people: int, *, side_by_side: bool) -> list[Numbers]:
    """The numbers of everybody in equal parts of whole groups, which do not show in the bytes."""
    parts = max(-(-people // MOST_PEOPLE), 1)
    if side_by_side:
        parts = max(min(-(-parts // FOURS) * FOURS, people // LEAST_PEOPLE), parts)
    size = -(-people // (parts * kernel.GROUP)) * kernel.GROUP
    return [np.arange(first, min(first + size, people)) for first in range(0, people, max(size, 1))]


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


def _blocks(request: Request, people: Numbers, path: Path) -> Iterator[Block]:
    """Prepare some people together, then follow them a block at a time.

    A block is let go before the next is computed, whose curves then lie where those of the last did.
    """
    asked = request.only(padded(people))
    problem = prepared(asked, path)
    others = apart(asked, problem, path)
    march, size = path.opened(problem, 1.0), _block_size(request, path)
    for first in range(0, people.size, size):
        last = min(first + size, problem.people)
        found, kept = march(first, last), min(last, people.size) - first
        how = settled(problem, others, first, found, path)
        yield Block(int(people[first]), found.curves[:, :, :kept], found.error[:kept], how[:kept])
        del found
