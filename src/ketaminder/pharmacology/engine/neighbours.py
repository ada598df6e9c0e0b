"""Who stands in for a person whose modes cancel.

What happens in a body depends smoothly on its rates, so somebody with nearly equal rates is read off from six people
whose rates differ by a few thousandths: the central average f = 3/4 (f(+d) + f(-d)) - 3/10 (f(+2d) + f(-2d))
+ 1/20 (f(+3d) + f(-3d)), which leaves an error of order d^6.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ketaminder.pharmacology.engine.compartments import blocks_of
from ketaminder.pharmacology.model import Array, Structure

STEPS, WEIGHTS = np.array([(1, 0.75), (-1, 0.75), (2, -0.3), (-2, -0.3), (3, 0.05), (-3, 0.05)]).T
"""By how many distances a neighbour's rates differ, and its weight."""
DISTANCES = (5e-3, 7e-3, 6e-3, 8e-3)
"""Where a neighbour is itself unlucky, another distance serves."""


def each_detuning(structure: Structure) -> Iterator[Array]:
    """By what share each block's rates may differ, (blocks,): distance by distance, dealt to the blocks in three ways.

    Where three rates nearly coincide, one way of dealing lets two of them meet at every distance.
    """
    shares = np.linspace(-1.0, 1.0, len(blocks_of(structure)))
    for dealt in (shares, np.concatenate([shares[1::2], shares[::2]]), np.roll(shares, -1)):
        yield from (distance * dealt for distance in DISTANCES)


def six_around(detuned: Array, people: int, group: NDArray[np.intp]) -> Array:
    """(blocks, people x group): by how much the rates of everybody's neighbours differ, repeated as `group` says."""
    return np.asarray(detuned[:, None] * np.tile(STEPS[group], people))
