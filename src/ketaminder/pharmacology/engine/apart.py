"""People who are not followed by their own modes, or not by the first steps: who else follows them, and who is named.

Two compartments with nearly equal rates have modes that cancel; such a person is read off from six (`neighbours`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketaminder.pharmacology.engine.definition import Marched
from ketaminder.pharmacology.engine.modes import Mask
from ketaminder.pharmacology.engine.neighbours import WEIGHTS, Neighbourhoods, detunings, mean
from ketaminder.pharmacology.engine.paths import Path
from ketaminder.pharmacology.engine.problem import Problem
from ketaminder.pharmacology.engine.requests import How, Numbers, Request
from ketaminder.pharmacology.solver import solve

ACCEPTED = 2e-4
"""An estimated error above this is tried again with finer steps, and named if it stays."""
FINER = 1e3
MOST_NEIGHBOURHOODS = 128
"""How many are prepared together, and so how many distances of few people: Python counts, and threads wait for it."""
_NAMED = {one.value: one for one in How}
"""Looked up: it is asked for everybody, and `How(name)` takes many times as long."""


@dataclass(frozen=True, slots=True)
class Apart:
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


def apart(asked: Request, problem: Problem, path: Path) -> Apart:
    """Whoever of a problem has no sound modes, followed in another way."""
    people = np.flatnonzero(~problem.sound)
    found = Marched(np.full((asked.times_h.size, len(asked.rows), people.size), np.nan), np.full(people.size, np.nan))
    how = np.full(people.size, How.FAILED, dtype="U16")
    if not people.size:
        return Apart(people, found, how)
    few, near = asked.only(people), problem.near[people]
    _by_neighbours(few, near, found, how, path)
    _by_solver(few, found, how)
    return Apart(people, found, how)


def settled(problem: Problem, others: Apart, first: int, found: Marched, path: Path) -> tuple[How, ...]:
    """How the people of a block, the first of them number `first`, were followed.

    The curves of those whom their own modes and first steps did not serve are put in place.
    """
    sound = problem.sound[first : first + found.error.size]
    if (sound & (found.error <= ACCEPTED)).all():
        return (How.MODES,) * sound.size
    how = np.full(sound.size, How.MODES, dtype="U16")
    _again(problem, first, found, how, path)
    others.put_into(found, how, first)
    return tuple(map(_NAMED.__getitem__, how.tolist()))


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


def _by_neighbours(asked: Request, near: Mask, found: Marched, how: NDArray[np.str_], path: Path) -> None:
    """Each of the people near equal rates at the first distance that serves, few of them at many distances at once."""
    distances = detunings(asked.structure)
    while (people := np.flatnonzero(near & (how == How.FAILED))).size and len(distances):
        at_once = max(MOST_NEIGHBOURHOODS // people.size, 1)
        _first_that_serves(Neighbourhoods(asked, people, distances[:at_once], path), found, how, path)
        distances = distances[at_once:]


def _first_that_serves(hoods: Neighbourhoods, found: Marched, how: NDArray[np.str_], path: Path) -> None:
    left = hoods.sound.copy()
    while (trying := np.flatnonzero(left.any(axis=1))).size:
        distance = left[trying].argmax(axis=1)
        marched = path.march(hoods.problem(trying, distance), FINER)
        curves, error = mean(marched.curves), mean(marched.error, np.abs(WEIGHTS))
        left[trying, distance] = False
        good = np.flatnonzero(error <= ACCEPTED)
        left[trying[good]] = False
        there = hoods.people[trying[good]]
        found.curves[:, :, there], found.error[there], how[there] = curves[:, :, good], error[good], How.NEIGHBOURS


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
