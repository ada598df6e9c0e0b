"""What a concentration drives: a chain of linear filters, each fed by a function of what stands before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from ketaminder.pharmacology.model import Array


class Shape(IntEnum):
    """How a stage answers the value u that it reads; the numbers are those of `march.c`."""

    LINEAR = 0
    """u"""
    SATURATING = 1
    """u / (half + u)"""
    INVERTED_U = 2
    """u / half exp(1 - u / half): one where u equals half, less on both sides."""


@dataclass(frozen=True, slots=True)
class Drive:
    """A weighted sum of the amounts in places, such as a concentration: place -> weight (people,) or (1,)."""

    name: str
    weights: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Stage:
    """dx/dt = base + gain shape(u) - loss x, where u is the drive or the earlier stage named by `reads`.

    Every number is (people,) or (1,): base and gain in units of x per hour, loss in 1/h, half in units of u.
    """

    name: str
    reads: str
    shape: Shape
    base: Array
    gain: Array
    loss: Array
    start: Array
    half: Array

    def fed(self, u: Array, half: Array) -> Array:
        """shape(u), in the shape of `u`."""
        if self.shape is Shape.SATURATING:
            return u / (half + u)
        if self.shape is Shape.INVERTED_U:
            return u / half * np.exp(1 - u / half)
        return u

    def steepness(self, shaped: Array, half: Array) -> Array:
        """How much shape(u) may change where u is out by one, at the value `shaped`, or at most."""
        if self.shape is Shape.SATURATING:
            return (1 - shaped) ** 2 / half
        if self.shape is Shape.INVERTED_U:
            return np.e / half
        return np.ones_like(shaped)
