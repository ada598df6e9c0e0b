"""The two ways to compute, and people laid out for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ketaminder.pharmacology.engine import definition, kernel
from ketaminder.pharmacology.engine.definition import Marched
from ketaminder.pharmacology.engine.modes import FindModes, modes
from ketaminder.pharmacology.engine.problem import Problem, prepare
from ketaminder.pharmacology.engine.requests import Numbers, Request
from ketaminder.pharmacology.model import Array


@dataclass(frozen=True, slots=True)
class Path:
    """One way to compute: how modes are found, how they are followed, how many numbers of curves a block has, and how
    many neighbouring people take their steps together.

    The next block lies where the last one did, and of two megabytes a processor's own cache keeps what counts. With six
    the reference problem, densely read, takes a fourth longer on one thread; with less than one, two threads wait for
    Python between blocks. NumPy gains from larger blocks.
    """

    find: FindModes
    opened: Callable[[Problem, float], Callable[[int, int], Marched]]
    numbers: int
    together: int

    def march(self, problem: Problem, finer: float) -> Marched:
        """Follow everybody in a problem."""
        return self.opened(problem, finer)(0, problem.people)


KERNEL = Path(kernel.modes, kernel.opened, 240_000, kernel.GROUP)
DEFINITION = Path(modes, definition.opened, 6_000_000, 1)


def padded(people: Numbers) -> Numbers:
    """Whole vectors: the last person stands in for those who are missing."""
    return np.append(people, np.repeat(people[-1:], -people.size % kernel.GROUP))


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
