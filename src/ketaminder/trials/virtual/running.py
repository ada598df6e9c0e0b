"""A whole virtual trial, many times: over any executor, in an order of its own, picked up where it stopped."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np

from ketaminder import __version__
from ketaminder.trials.calibration import Fit
from ketaminder.trials.virtual.design import Design
from ketaminder.trials.virtual.following import Followed, Job, follow

BLOCK = 5_000
"""People of one job at most."""
BATCH = 20_000
"""People that one task of the executor follows, about: enough that its start costs nothing."""

Batch = tuple[Job, ...]


class Store(Protocol):
    """Where finished batches are kept, so that a run that was interrupted goes on."""

    def get(self, key: str) -> tuple[Followed, ...] | None:
        """What was kept under `key`; None without, or where it cannot be read."""

    def put(self, key: str, done: tuple[Followed, ...]) -> None:
        """Keep it, whole or not at all."""


@dataclass(frozen=True, slots=True)
class Run:
    """A trial to be run so many times: the same `Run` gives the same bytes for any number of workers."""

    design: Design
    fit: Fit
    seed: int
    replicates: int
    fixed: bool = False

    def key(self) -> str:
        """What the numbers depend on, as a digest."""
        said = repr((__version__, self.design, self.seed, self.replicates, self.fixed, self.fit.hypothesis.id))
        numbers = self.fit.theta.tobytes() + np.ascontiguousarray(self.fit.covariance).tobytes()
        return hashlib.sha256(said.encode() + numbers).hexdigest()[:16]


def jobs(design: Design, replicates: int) -> Iterator[Job]:
    """Every job of a run, in the order of the results."""
    for replicate in range(replicates):
        for place, arm in enumerate(design.arms):
            for block in range(-(-arm.n // BLOCK)):
                yield Job(replicate, place, block, min(BLOCK, arm.n - block * BLOCK))


def batches(design: Design, replicates: int) -> list[Batch]:
    """The jobs in groups of about `BATCH` people."""
    found: list[list[Job]] = [[]]
    held = 0
    for job in jobs(design, replicates):
        if held >= BATCH:
            found.append([])
            held = 0
        found[-1].append(job)
        held += job.people
    return [tuple(one) for one in found]


def run(
    asked: Run,
    executor: Executor | None = None,
    store: Store | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Followed]:
    """Every job followed, in the order of `jobs`.

    Args:
        asked: the trial, the constants, the seed, how many times.
        executor: any `concurrent.futures` executor, a cluster's too; None follows one job after the other.
        store: keeps finished batches; those that it holds are not followed again.
        progress: called with batches done and batches in all.
    """
    every = batches(asked.design, asked.replicates)
    keys = [f"{asked.key()}-{number}" for number in range(len(every))]
    held = [store.get(key) if store else None for key in keys]
    left = [number for number, one in enumerate(held) if one is None]
    tell = progress or _silent
    tell(len(every) - len(left), len(every))
    for number, done in zip(left, _done(asked, [every[number] for number in left], executor), strict=True):
        if store:
            store.put(keys[number], done)
        held[number] = done
        tell(sum(one is not None for one in held), len(every))
    return [one for batch in held for one in batch or ()]


def _silent(*_: int) -> None:
    pass


def _done(asked: Run, wanted: Sequence[Batch], executor: Executor | None) -> Iterator[tuple[Followed, ...]]:
    if executor is None:
        yield from (follow_batch(asked, batch) for batch in wanted)
        return
    waiting = [executor.submit(follow_batch, asked, batch) for batch in wanted]
    for one in waiting:
        yield one.result()


def follow_batch(asked: Run, batch: Batch) -> tuple[Followed, ...]:
    """The jobs of one batch, one after the other."""
    return tuple(follow(asked.design, asked.fit, asked.seed, job, fixed=asked.fixed) for job in batch)


def equal(one: Followed, other: Followed) -> bool:
    """Whether two results are the same, bit for bit."""
    return all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name), equal_nan=field.name.endswith("_h"))
        if isinstance(getattr(one, field.name), np.ndarray)
        else getattr(one, field.name) == getattr(other, field.name)
        for field in fields(one)
    )
