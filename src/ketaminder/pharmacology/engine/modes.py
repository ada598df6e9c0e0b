"""Linear compartments taken apart into modes, each of which decays by itself.

The flow graph falls into blocks of compartments that exchange both ways; blocks feed one another in one direction only.
A block without a cycle of its own is symmetric after scaling, so Jacobi rotations give its modes to full accuracy; the
modes of a block then drive those below it. Everything is batched with people last: (places, modes, people).

Two modes of different blocks with nearly equal rates cancel each other's digits, and rates of very different sizes hide
one another. So modes are multiplied out again and held against what they came from: `Modes.missed` says what is
missing, and whoever uses modes must look at it; `pharmacology.solver` needs no modes and takes over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketaminder.pharmacology.engine.compartments import Entries, tree
from ketaminder.pharmacology.model import Array

Mask = NDArray[np.bool_]

ROUNDING = float(np.finfo(np.float64).eps)
SWEEPS = 12
"""Jacobi converges quadratically; six sweeps suffice for four compartments."""


@dataclass(frozen=True, slots=True)
class Modes:
    """x(t) = right @ exp(rate t) @ left @ x(0), for each person.

    Attributes:
        rate_per_h: (modes, people), zero or below.
        right: (places, modes, people), amounts that one unit of a mode holds.
        left: (modes, places, people), how much of each mode one unit in a place excites.
        off: (people,), how far right @ left is from the identity: the error of one unit at time zero. NaN where there
            are no modes.
        rounding: (modes, people), by how much sums over the places may be out because a mode's amounts are rounded.
        stray: (modes, people), how fast that error may grow for as long as the mode lives: what is left over where a
            mode decays by its rate and not as the generator says.
    """

    rate_per_h: Array
    right: Array
    left: Array
    off: Array
    rounding: Array
    stray: Array

    def missed(self, until_h: float, shortest_h: Array | float = np.inf) -> Array:
        """(people,): a bound, at every hour until `until_h`, on the error of one unit in any place; may be NaN.

        With L = left, R = right and G the generator, x = R exp(rate t) L obeys dx/dt = G x + (R rate - G R) exp(rate t)
        L, and no unit of drug ever becomes more than one: so each mode adds what is left over of it, times the hours
        for which it lives. An infusion, of which the shortest takes `shortest_h`, is the difference of two steady
        states, which in a slow mode are many times what is given.
        """
        mean_h = -1 / self.rate_per_h
        grown, held = np.minimum(until_h, mean_h) * self.stray, np.maximum(mean_h / shortest_h, 1.0) * self.rounding
        return np.asarray(self.off + (grown + held).sum(axis=0))


FindModes = Callable[[Entries, Sequence[tuple[int, ...]], int, int], Modes]
"""`modes` or `kernel.modes`."""


def modes(entries: Entries, blocks: Sequence[tuple[int, ...]], size: int, people: int) -> Modes:
    """The modes of `size` places for `people` people.

    Raises:
        Refused: compartments that exchange in a circle, which scaling cannot make symmetric.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        own = [_own_modes(entries, places, people) for places in blocks]
        right, left = np.zeros((size, size, people)), np.zeros((size, size, people))
        column = 0
        for number, block in enumerate(own):
            for mode in range(len(block.places)):
                _follow(right[:, column], block, mode, own[number + 1 :], entries, downward=True)
                _follow(left[column], block, mode, own[:number][::-1], entries, downward=False)
                column += 1
        rate = np.concatenate([block.rate for block in own])
        bounds = _off(right, left), _rounding(right, left), _stray(entries, rate, right, left)
        return Modes(rate, right, left, *bounds)


def _off(right: Array, left: Array) -> Array:
    """`Modes.off`: the largest sum over the places that one unit in any place can reach."""
    off = np.zeros(left.shape[2])
    for into in range(len(left)):
        one = (right * left[:, into]).sum(axis=1)
        one[into] -= 1
        np.maximum(off, np.abs(one).sum(axis=0), out=off)
    return off


def _rounding(right: Array, left: Array) -> Array:
    """`Modes.rounding`: half a rounding for each place that is summed, and seven for entering, decaying, weighing."""
    each = 0.5 * ROUNDING * (len(right) + 7)
    return np.asarray(each * np.abs(right).sum(axis=0) * np.abs(left).max(axis=1))


def _stray(entries: Entries, rate: Array, right: Array, left: Array) -> Array:
    """`Modes.stray`. What is left over is itself a sum of rounded terms, half a rounding for each of them and more."""
    rest = right * rate
    gross, terms = np.abs(rest), np.full(len(right), 3.0)
    for (target, source), value in entries.items():
        term = value * right[source]
        rest[target] -= term
        gross[target] += np.abs(term)
        terms[target] += 1
    left_over = (np.abs(rest) + 0.5 * ROUNDING * terms[:, None, None] * gross).sum(axis=0)
    return np.asarray(left_over * np.abs(left).max(axis=1))


@dataclass(frozen=True, slots=True)
class _Block:
    """The modes of one block by itself: columns of `right` and rows of `left` belong to `rate`."""

    places: tuple[int, ...]
    rate: Array
    right: Array
    left: Array


def _follow(
    vector: Array,
    block: _Block,
    mode: int,
    others: Sequence[_Block],
    entries: Entries,
    *,
    downward: bool,
) -> None:
    """Fill in one right (downward) or left (upward) eigenvector, (places, people), block by block."""
    for local, place in enumerate(block.places):
        vector[place] = block.right[local, mode] if downward else block.left[mode, local]
    done = list(block.places)
    for other in others:
        pushed = _pushed(vector, done, other.places, entries, downward=downward)
        if pushed is None:
            continue
        project, lift = (
            (other.left, other.right) if downward else (other.right.swapaxes(0, 1), other.left.swapaxes(0, 1))
        )
        gap = block.rate[mode] - other.rate
        excited = np.einsum("kip,ip->kp", project, pushed) / gap
        vector[list(other.places)] = np.einsum("ikp,kp->ip", lift, excited)
        done += other.places


def _pushed(
    vector: Array,
    done: Sequence[int],
    places: Sequence[int],
    entries: Entries,
    *,
    downward: bool,
) -> Array | None:
    """What the places done so far push into `places`, (places, people); None where nothing connects them."""
    total = np.zeros((len(places), vector.shape[1]))
    connected = False
    for local, place in enumerate(places):
        for other in done:
            rate = entries.get((place, other) if downward else (other, place))
            if rate is not None:
                connected = True
                total[local] += rate * vector[other]
    return total if connected else None


def _own_modes(entries: Entries, places: tuple[int, ...], people: int) -> _Block:
    size = len(places)
    if size == 1:
        one = np.ones((1, 1, people))
        return _Block(places, entries[places[0], places[0]][None, :] + np.zeros(people), one, one)
    scale = _symmetric_scale(entries, places, people)
    matrix = np.zeros((size, size, people))
    for i in range(size):
        matrix[i, i] = entries[places[i], places[i]]
        for j in range(i):
            there, back = entries.get((places[i], places[j])), entries.get((places[j], places[i]))
            if there is not None and back is not None:
                matrix[i, j] = matrix[j, i] = np.sqrt(there * back)
    rate, turned = jacobi(matrix)
    return _Block(places, rate, turned / scale[:, None], turned.swapaxes(0, 1) * scale)


def _symmetric_scale(entries: Entries, places: tuple[int, ...], people: int) -> Array:
    """Factors t (places, people) that make t_i a_ij / t_j symmetric."""
    scale = np.ones((len(places), people))
    for i, j in tree(entries, places):
        there, back = entries[places[i], places[j]], entries[places[j], places[i]]
        ratio = np.where((there > 0) & (back > 0), back / there, 1.0)
        scale[i] = scale[j] * np.sqrt(ratio)
    return scale


def jacobi(matrix: Array) -> tuple[Array, Array]:
    """Eigenvalues (n, people) and orthonormal eigenvectors (n, n, people) of symmetric matrices (n, n, people).

    Cyclic Jacobi rotations (C Jacobi, J reine angew Math 1846;30:51-94), all people at once.
    """
    a, size = matrix.copy(), matrix.shape[0]
    vectors = np.broadcast_to(np.eye(size)[:, :, None], a.shape).copy()
    for _ in range(SWEEPS):
        off = max(float(np.max(np.abs(a[p, q]) - 1e-17 * np.sqrt(np.abs(a[p, p] * a[q, q])))) for p, q in _pairs(size))
        if off <= 0:
            break
        for p, q in _pairs(size):
            _rotate(a, vectors, p, q)
    return np.stack([a[i, i] for i in range(size)]), vectors


def _pairs(size: int) -> list[tuple[int, int]]:
    return [(p, q) for p in range(size) for q in range(p + 1, size)]


def _rotate(a: Array, vectors: Array, p: int, q: int) -> None:
    """One rotation, in place, that makes a[p, q] zero."""
    apq = a[p, q].copy()
    with np.errstate(over="ignore"):
        theta = np.divide(a[q, q] - a[p, p], 2 * apq, out=np.zeros_like(apq), where=apq != 0)
    tangent = np.where(apq != 0, np.where(theta < 0, -1.0, 1.0) / (np.abs(theta) + np.hypot(theta, 1.0)), 0.0)
    cosine = 1 / np.sqrt(tangent * tangent + 1)
    sine = tangent * cosine
    a[p, p] -= tangent * apq
    a[q, q] += tangent * apq
    a[p, q] = a[q, p] = 0.0
    for r in range(a.shape[0]):
        if r not in (p, q):
            arp, arq = a[r, p].copy(), a[r, q].copy()
            a[r, p] = a[p, r] = cosine * arp - sine * arq
            a[r, q] = a[q, r] = sine * arp + cosine * arq
        vrp, vrq = vectors[r, p].copy(), vectors[r, q].copy()
        vectors[r, p] = cosine * vrp - sine * vrq
        vectors[r, q] = sine * vrp + cosine * vrq
