"""The definition of the engine, readable and in NumPy: everybody's steps side by side, each person on their own clock.

Between two events modes decay exactly. Within a step each stage is the Radau IIA collocation polynomial of its linear
filter; the stages before it are known on the nodes, so nothing is iterated. Steps grow in proportion to the time since
the last event, because what changed fast then has died away since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ketaminder.pharmacology.engine.collocation import BY_CHANCE, SAFETY, radau, split
from ketaminder.pharmacology.engine.modes import ROUNDING
from ketaminder.pharmacology.engine.problem import AT_ONCE, Problem
from ketaminder.pharmacology.model import Array

NODES = 10
GROWTH = 1.5
"""A step is this share of the time since the last event: within 1e-6 on the reference problem, and said to be so."""
FIRST_STEP = 0.5
"""The first step after an event, times the fastest change."""
SHORTEST_H = 2.0**-34
FLOOR_OF_GROSS = 1e-5
"""A drive that its modes all but cancel is not followed into their digits."""
FLOOR_OF_MOVE = 2.0**-40
"""Where it goes is a difference, and known to a few bits more than modes round to."""
KEPT_STEPS = 256


@dataclass(frozen=True, slots=True)
class Marched:
    """(times, outputs + stages, people), and each person's estimated error relative to the peak of a stage.

    The error of whose curves are not finite is NaN.
    """

    curves: Array
    error: Array


class _State:
    """Modes, and the stages, at each person's clock."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.z = np.zeros_like(problem.rate)
        self.offset = np.zeros((problem.output.shape[0], problem.people))
        self.drive_offset = np.zeros((problem.drive.shape[0], problem.people))
        self.x = problem.start.copy()
        self.peak = np.abs(self.x)
        self.error = np.zeros_like(self.x)
        self.worst = np.zeros_like(self.x)

    def enter(self, number: int, who: Array) -> None:
        """One event for those whose turn it is: `who` is one for them and zero for others."""
        problem = self.problem
        pushed = problem.column[problem.event_column[number]] * (problem.event_amount[number] * who)
        if problem.event_entry[number] == AT_ONCE:
            self.z += pushed
            return
        jump = pushed / problem.rate
        self.z += jump
        self.offset -= np.einsum("okp,kp->op", problem.output, jump)
        self.drive_offset -= np.einsum("jkp,kp->jp", problem.drive, jump)


def march(problem: Problem, finer: float = 1.0) -> Marched:
    """Solve a problem, steps `finer` ** (1 / NODES) times shorter; without sound modes a person's rows mean nothing."""
    state = _State(problem)
    curves = np.zeros((problem.times_h.size, problem.output.shape[0] + problem.start.shape[0], problem.people))
    filters, shorter = _Filters(problem), finer ** (1 / NODES)
    order = np.argsort(problem.event_h, axis=0, kind="stable")
    hours = np.take_along_axis(problem.event_h, order, axis=0)
    for rank, numbers in enumerate(order):
        _enter(state, numbers)
        later = hours[rank + 1] if rank + 1 < len(hours) else np.full(problem.people, np.inf)
        _interval(problem, state, filters, curves, _together(hours[rank], later), shorter)
    peak = np.maximum(state.peak, 1e-300)
    error = SAFETY * (state.worst / peak).max(axis=0) if state.x.size else np.zeros(problem.people)
    return Marched(curves, np.where(np.isfinite(curves.sum(axis=(0, 1))), error, np.nan))


def opened(problem: Problem, finer: float = 1.0) -> Callable[[int, int], Marched]:
    """What follows the people of a problem from one number up to another, as `march`."""
    return lambda first, last: march(problem.some(slice(first, last)), finer)


def _enter(state: _State, numbers: NDArray[np.intp]) -> None:
    for number in np.unique(numbers):
        state.enter(int(number), (numbers == number).astype(np.float64))


def _together(clock: Array, following: Array) -> tuple[Array, Array]:
    """Where everybody's interval is the same, one for all: what is (1,) instead of (people,) is computed once."""
    alike = (clock == clock[0]).all() and (following == following[0]).all()
    return (clock[:1], following[:1]) if alike else (clock, following)


def _interval(
    problem: Problem, state: _State, filters: _Filters, curves: Array, span: tuple[Array, Array], shorter: float
) -> None:
    """From one event of each person to the next."""
    clock, following = span
    stop = np.minimum(following, np.maximum(problem.times_h[-1], clock))
    length = stop - clock
    if length.max() <= 0:
        still = np.repeat(state.x[:, None], 1 + NODES, axis=1)
        _emit(problem, state, curves, still, (clock, stop, following))
        return
    start, since = clock, state.z.copy()
    for share in _shares(problem, state, float(length.max()), shorter):
        until = clock + share * length if share < 1 else stop
        _step(problem, state, filters, curves, (start, until, following))
        start = until
    state.z = since * np.exp(problem.rate * length)  # so that the steps' roundings do not add up


def _shares(problem: Problem, state: _State, longest_h: float, shorter: float) -> Iterator[float]:
    """Where steps end, as shares of each person's interval."""
    if not problem.start.shape[0]:
        yield 1.0
        return
    first = max(FIRST_STEP / shorter / _fastest_per_h(problem, state), SHORTEST_H)
    edges = [first]
    while edges[-1] < longest_h:
        edges.append(edges[-1] + max(first, GROWTH / shorter * edges[-1]))
    yield from (edge / edges[-1] for edge in edges)


def _fastest_per_h(problem: Problem, state: _State) -> float:
    """The fastest live rate: of a mode, or of a drive against what saturates it."""
    terms = problem.drive * state.z
    gross = np.abs(terms).sum(axis=1) + np.abs(state.drive_offset)
    total = np.abs(terms.sum(axis=1) + state.drive_offset) + 1e-300
    half = np.full(total.shape, np.inf)
    for number, stage in enumerate(problem.stages):
        if problem.reads[number] < total.shape[0] and stage.shape:
            half[problem.reads[number]] = np.minimum(half[problem.reads[number]], problem.half[number])
    bent = np.isfinite(half).any(axis=1, keepdims=True)
    total += np.where(bent, half, 0.0)
    slope = np.abs((terms * problem.rate).sum(axis=1))
    with np.errstate(over="ignore"):
        moving = float(np.max(np.where(bent, slope / (total + FLOOR_OF_MOVE * gross), 0.0), initial=0.0))
    live = np.abs(terms) > 1e-6 * (total + FLOOR_OF_GROSS * gross)[:, None]
    decaying = float(np.max(np.where(live.any(axis=0), -problem.rate, 0.0), initial=0.0))
    return max(moving, decaying, float(problem.loss.max()), 1e-12)


def _filter(h: Array, loss: Array) -> NDArray[np.complex128]:
    """A stage's collocation polynomial X = x + Y, (1 + h loss A) Y = h A (fed - loss x), by the eigenvalues of A.

    Returns what each part of fed - loss x is multiplied by, (NODES / 2, people) or (NODES / 2, 1).
    What is at rest stays at rest.
    """
    if h.size == 1 and (loss == loss[0]).all():
        loss = loss[:1]
    stiff = h * split(NODES).eigenvalue[:, None]
    return np.asarray(stiff / (1 + loss * stiff))


class _Filters:
    """What a step size does to modes and stages, kept while sizes return."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._kept: dict[str, tuple[Array, tuple[NDArray[np.complex128], ...]]] = {}

    def of(self, h: Array) -> tuple[Array, tuple[NDArray[np.complex128], ...]]:
        """Exponentials at the start and the nodes (1 + NODES, modes, people), and the filter of each stage."""
        if float(np.ptp(h)) > 1e-12 * float(h.max()):
            return self._computed(h)
        name = f"{float(h[0]):.11g}"
        if name not in self._kept:
            if len(self._kept) == KEPT_STEPS:
                self._kept.pop(next(iter(self._kept)))
            self._kept[name] = self._computed(h[:1])
        return self._kept[name]

    def _computed(self, h: Array) -> tuple[Array, tuple[NDArray[np.complex128], ...]]:
        problem = self.problem
        decay = np.exp(problem.rate * (_places()[:, None, None] * h))
        return decay, tuple(_filter(h, loss) for loss in problem.loss)


def _step(problem: Problem, state: _State, filters: _Filters, curves: Array, span: tuple[Array, Array, Array]) -> None:
    start, stop, _ = span
    h = stop - start
    decay, each = filters.of(h)
    X = _collocate(problem, state, decay, each, h)
    _emit(problem, state, curves, X, span)
    state.z *= decay[-1]
    for number in range(len(problem.stages)):
        state.x[number] = X[number, -1]


def _collocate(
    problem: Problem, state: _State, decay: Array, filters: tuple[NDArray[np.complex128], ...], h: Array
) -> Array:
    """The stages at the start and on the nodes, (stages, 1 + NODES, people)."""
    terms = problem.drive * state.z
    values = list(np.einsum("jkp,ikp->jip", terms, decay) + state.drive_offset[:, None]) if len(terms) else []
    found, table = np.empty((len(problem.stages), 1 + NODES, problem.people)), split(NODES)
    noise = problem.noise + ROUNDING * (np.abs(terms).sum(axis=1) + np.abs(state.drive_offset))
    for number, stage in enumerate(problem.stages):
        shaped, x, loss = (
            stage.fed(values[problem.reads[number]], problem.half[number]),
            found[number],
            problem.loss[number],
        )
        fed = problem.gain[number] * shaped + problem.base[number]
        x[0] = state.x[number]
        x[1:] = x[0] + table.through(fed[1:] - loss * x[0], filters[number])
        values.append(x)
        np.maximum(state.peak[number], np.abs(x[-1]), out=state.peak[number])
        _note_error(state, number, fed - loss * x, shaped[-1], h, noise)
    return found


def _note_error(state: _State, number: int, slope: Array, shaped: Array, h: Array, noise: Array) -> None:
    """What the polynomial leaves out of the slope, (1 + NODES, people), and what the value that it reads may be out by.

    The coefficients beyond the highest, which fall on as they did, are left out between the nodes; at the last node
    less of them remains. What has died away before the first node shows in none of them, only in the slope at the
    start, and stays.
    """
    problem = state.problem
    high, following, missed = np.abs(_telling() @ slope)
    sure = np.maximum(high, BY_CHANCE * following)
    falls = np.minimum(sure / np.maximum(following, 1e-300), 1.0)
    before, between = h * radau(NODES).nodes[0] * missed, h * sure * falls
    stays = np.maximum(between * falls, np.where(missed > 2 * sure, before, 0.0))
    left_out, reads = np.maximum(between, before), problem.reads[number]
    out = noise[reads] if reads < len(noise) else state.error[reads - len(noise)]
    steep = problem.stages[number].steepness(shaped, problem.half[number])
    passed_on = np.abs(problem.gain[number]) * h * steep * out
    state.error[number] = (state.error[number] + stays + passed_on) / (1 + problem.loss[number] * h)
    np.maximum(state.worst[number], state.error[number] + left_out, out=state.worst[number])


@cache
def _telling() -> Array:
    """(3, 1 + NODES): a slope's two highest coefficients, and how far from it at the start its polynomial is."""
    table = radau(NODES)
    return np.block([[np.zeros((2, 1)), table.tail], [np.ones((1, 1)), -table.outset]])


def _emit(problem: Problem, state: _State, curves: Array, X: Array, span: tuple[Array, Array, Array]) -> None:
    start, stop, following = span
    h = stop - start
    first, last = np.searchsorted(problem.times_h, [start.min(), stop.max()], side="left")
    for number in range(int(first), min(int(last) + 1, problem.times_h.size)):
        time = problem.times_h[number]
        mine = (start <= time) & ((time < stop) | ((time == stop) & (stop < following)))
        if mine.all():
            _read(problem, state, X, time - start, h, curves[number])
        elif mine.any():
            found = np.empty(curves.shape[1:])
            _read(problem, state, X, np.where(mine, time - start, 0.0), h, found)
            np.copyto(curves[number], found, where=mine)


def _read(problem: Problem, state: _State, X: Array, elapsed: Array, h: Array, into: Array) -> None:
    """Outputs and stages, (outputs + stages, people), so long after the start of a step."""
    outputs = problem.output.shape[0]
    z = state.z * np.exp(problem.rate * elapsed)
    np.einsum("okp,kp->op", problem.output, z, out=into[:outputs])
    into[:outputs] += state.offset
    if len(X):
        weights = _lagrange(_shared(elapsed / np.where(h > 0, h, 1.0)))
        np.einsum("ip,qip->qp", weights, X, out=into[outputs:])


def _shared(place: Array) -> Array:
    """One place for all where everybody stands at the same one."""
    return place[:1] if float(np.ptp(place)) <= 1e-12 else place


def _lagrange(place: Array) -> Array:
    """Weights (1 + NODES, people) of the polynomial through 0 and the nodes, at places from 0 to 1."""
    away = place - _places()[:, None]
    others = np.where(np.eye(1 + NODES, dtype=bool)[:, :, None], 1.0, away)
    return np.asarray(others.prod(axis=1) * radau(NODES).spread[:, None])


@cache
def _places() -> Array:
    """(1 + NODES,): the start of a step, 0, and its nodes."""
    return np.append(0.0, radau(NODES).nodes)
