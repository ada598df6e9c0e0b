"""Radau IIA collocation: nodes, integrals of the interpolating polynomial, and how to tell that it bends too much.

E Hairer and G Wanner, Solving Ordinary Differential Equations II, Springer 1996, section IV.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.polynomial import Legendre, Polynomial
from numpy.typing import NDArray

from ketaminder.pharmacology.model import Array


@dataclass(frozen=True, slots=True)
class Collocation:
    """One step from 0 to 1.

    Attributes:
        nodes: (nodes,), the last one 1.
        weights: (nodes, nodes); row i integrates the polynomial through values on the nodes from 0 to node i.
        slopes: (nodes, nodes), the inverse; row i takes values on the nodes to the slope on node i.
        spread: (nodes + 1,), what Lagrange's weights through 0 and the nodes are multiplied by.
        tail: (2, nodes); the two highest Legendre coefficients of that polynomial, the highest first.
        outset: (nodes,); the value of that polynomial at 0, where there is no node.
    """

    nodes: Array
    weights: Array
    slopes: Array
    tail: Array
    spread: Array
    outset: Array


@cache
def radau(size: int) -> Collocation:
    """The tables of Radau IIA with `size` nodes, two or more."""
    nodes = np.append((_inner(size - 1) + 1) / 2, 1.0)
    basis = [_lagrange(nodes, number) for number in range(size)]
    weights = np.array([[one.integ()(node) for one in basis] for node in nodes])
    tail = np.linalg.inv(np.array([[Legendre.basis(n, [0, 1])(node) for n in range(size)] for node in nodes]))
    outset = np.array([one(0.0) for one in basis])
    slopes, spread = np.linalg.inv(weights), _spread(np.append(0.0, nodes))
    return Collocation(nodes, weights, slopes, np.ascontiguousarray(tail[[-1, -2]]), spread, outset)


def _inner(size: int) -> Array:
    """The roots of the Jacobi polynomial for the weight 1 - x on (-1, 1): eigenvalues of its three-term recurrence.

    G H Golub and J H Welsch, Math Comp 1969;23:221-230. Taken from here and not from SciPy, whose import takes longer
    than a person's first curve.
    """
    k = np.arange(size)
    beside = np.sqrt(k[1:] * (k[1:] + 1.0)) / (2 * k[1:] + 1)
    recurrence = np.diag(-1 / ((2.0 * k + 1) * (2 * k + 3))) + np.diag(beside, 1) + np.diag(beside, -1)
    return np.asarray(np.linalg.eigvalsh(recurrence))


def _spread(places: Array) -> Array:
    return 1 / np.array([np.prod(one - np.delete(places, number)) for number, one in enumerate(places)])


def _lagrange(nodes: Array, number: int) -> Polynomial:
    others = np.delete(nodes, number)
    one: Polynomial = Polynomial.fromroots(others) / np.prod(nodes[number] - others)
    return one


BY_CHANCE = 0.2
"""A highest coefficient smaller than this share of the one before may have been met at its zero."""
SAFETY = 5.0
"""On the error that steps estimate of themselves: what covered random chains of every shape (`test_fuzz.py`)."""


@dataclass(frozen=True, slots=True)
class Split:
    """The integrals of a collocation taken apart: weights = back @ pairs @ to, each pair one complex eigenvalue.

    Attributes:
        eigenvalue: (nodes / 2,), complex, one of each conjugate pair.
        to: (nodes, nodes); the real parts of what it makes come first, then the imaginary ones.
        back: (nodes, nodes), from there to the values on the nodes.
    """

    eigenvalue: NDArray[np.complex128]
    to: Array
    back: Array

    def through(self, values: Array, factor: NDArray[np.complex128]) -> Array:
        """Values on the nodes (nodes, people), each of whose parts is multiplied by `factor` (nodes / 2, people)."""
        parts, pairs = self.to @ values, self.eigenvalue.size
        real, imaginary, a, b = parts[:pairs], parts[pairs:], factor.real, factor.imag
        return np.asarray(self.back @ np.concatenate([a * real - b * imaginary, a * imaginary + b * real]))


@cache
def split(size: int) -> Split:
    """For an even number of nodes, of which no eigenvalue is real."""
    eigenvalue, vectors = np.linalg.eig(radau(size).weights)
    upper = eigenvalue.imag > 0
    inverse = np.linalg.inv(vectors)[upper]
    back = 2 * vectors[:, upper]
    return Split(
        eigenvalue[upper], np.concatenate([inverse.real, inverse.imag]), np.concatenate([back.real, -back.imag], axis=1)
    )
