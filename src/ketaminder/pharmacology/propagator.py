"""Exponentials of compartmental matrices, batched over people, without subtraction.

A compartmental generator G has no negative entry off its diagonal. Shifted by its largest outflow q it has none at all,
and exp(G h) = exp(-q h) exp((G + q I) h) is a Taylor series of non-negative terms, scaled and squared. Nothing cancels,
so every entry is accurate relative to itself, none is negative, and equal rates, defective matrices and zero rates need
no special case (J Xue and Q Ye, Computing exponentials of essentially non-negative matrices entrywise to high relative
accuracy, Math Comp 2013;82:1577-1596).
"""

from __future__ import annotations

import math

import numpy as np

from ketaminder.pharmacology.model import Array

TAYLOR_TERMS = 20
"""With a norm of at most one, the first term left out is below 1/21! = 2e-20."""


def propagator(generator: Array, step_h: Array) -> Array:
    """exp(generator x step) of each person.

    Args:
        generator: (people, states, states), 1/h; column j holds the flows out of state j.
        step_h: (people,) or (1,), zero or more.

    Returns:
        (people, states, states), non-negative.
    """
    outflow: Array = -np.einsum("nii->ni", generator).min(axis=1)
    step = np.broadcast_to(step_h, outflow.shape)[:, None, None]
    identity = np.eye(generator.shape[-1])
    shifted = (generator + outflow[:, None, None] * identity) * step
    halvings = _halvings(float(shifted.sum(axis=1).max()))
    result: Array = _taylor(shifted / 2.0**halvings, identity) * np.exp(-outflow[:, None, None] * step / 2.0**halvings)
    for _ in range(halvings):
        result = result @ result
    return result


def _halvings(norm: float) -> int:
    return max(0, math.ceil(math.log2(norm))) if norm > 0 else 0


def _taylor(matrix: Array, identity: Array) -> Array:
    series = np.broadcast_to(identity, matrix.shape)
    for term in range(TAYLOR_TERMS, 0, -1):
        series = identity + matrix @ series / term
    return series
