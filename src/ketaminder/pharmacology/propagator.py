"""Exponentials of compartmental matrices, batched over people, without subtraction.

A compartmental generator G has no negative entry off its diagonal. Shifted by its largest outflow q it has none at all,
and exp(G h) = exp(-q h) exp((G + q I) h) is a Taylor series of non-negative terms, scaled and squared. Nothing cancels,
so every entry is accurate relative to itself, none is negative, and equal rates, defective matrices and zero rates need
no special case (J Xue and Q Ye, Computing exponentials of essentially non-negative matrices entrywise to high relative
accuracy, Math Comp 2013;82:1577-1596).

Each squaring doubles what rounding has done so far, a billionfold where a fast exchange is followed for days. But what
it doubles is mass that appeared or vanished, and no mass does: so every column is brought back to the mass that it had,
and what a place keeps that feeds no other is set to its own exponential.
"""

from __future__ import annotations

import math

import numpy as np

from ketaminder.pharmacology.model import Array

TAYLOR_TERMS = 20
"""With a norm of at most one, the first term left out is below 1/21! = 2e-20."""


def propagator(generator: Array, step_h: Array, states: int = 0, rates: int = 0) -> Array:
    """exp(generator x step) of each person.

    Args:
        generator: (people, n, n), 1/h; column j holds the flows out of place j.
        step_h: (people,) or (1,), zero or more.
        states: how many of the first places hold drug that only moves among them.
        rates: how many of the last places are rates, mg/h, that feed states. Places in between feed nothing.

    Returns:
        (people, n, n), non-negative.
    """
    outflow: Array = -np.einsum("nii->ni", generator).min(axis=1)
    step = np.broadcast_to(step_h, outflow.shape)[:, None, None]
    identity = np.eye(generator.shape[-1])
    shifted = (generator + outflow[:, None, None] * identity) * step
    halvings = _halvings(float(shifted.sum(axis=1).max()))
    part = step / 2.0**halvings
    known = _Known(generator, states, rates)
    result: Array = _taylor(shifted / 2.0**halvings, identity) * np.exp(-outflow[:, None, None] * part)
    for _ in range(halvings):
        known.restore(result, part[:, :, 0])
        result, part = result @ result, 2 * part
    known.restore(result, part[:, :, 0])
    return result


class _Known:
    """What is known of an exponential before it is computed."""

    def __init__(self, generator: Array, states: int, rates: int) -> None:
        self.states, self.fed = states, generator.shape[-1] - rates
        self.between = np.arange(states, self.fed) if states else np.arange(0)
        self.own = generator[:, self.between, self.between]

    def restore(self, result: Array, hours: Array) -> None:
        """Set and scale columns, in place: a milligram stays one, and a rate of one brings as many as `hours`."""
        result[:, self.between, self.between] = np.exp(self.own * hours)
        if not self.states:
            return
        mass = result[:, : self.states].sum(axis=1)
        result[:, :, : self.states] /= mass[:, None, : self.states]
        brought = mass[:, self.fed :]
        scale = np.divide(hours, brought, out=np.ones_like(brought), where=brought > 0)
        result[:, : self.states, self.fed :] *= scale[:, None]


def _halvings(norm: float) -> int:
    return max(0, math.ceil(math.log2(norm))) if norm > 0 else 0


def _taylor(matrix: Array, identity: Array) -> Array:
    series = np.broadcast_to(identity, matrix.shape)
    for term in range(TAYLOR_TERMS, 0, -1):
        series = identity + matrix @ series / term
    return series
