"""Who stands in for a person whose modes cancel.

What happens in a body depends smoothly on its rates, so somebody with nearly equal rates is read off from six people
whose rates differ by a few thousandths: the central average f = 3/4 (f(+d) + f(-d)) - 3/10 (f(+2d) + f(-2d))
+ 1/20 (f(+3d) + f(-3d)), which leaves an error of order d^6.
"""

from __future__ import annotations

import numpy as np

from ketaminder.pharmacology.engine.compartments import blocks_of
from ketaminder.pharmacology.engine.modes import Mask
from ketaminder.pharmacology.engine.paths import Path, padded, prepared
from ketaminder.pharmacology.engine.problem import Problem
from ketaminder.pharmacology.engine.requests import Numbers, Request
from ketaminder.pharmacology.model import Array, Structure

STEPS, WEIGHTS = np.array([(1, 0.75), (-1, 0.75), (2, -0.3), (-2, -0.3), (3, 0.05), (-3, 0.05)]).T
"""By how many distances a neighbour's rates differ, and its weight."""
DISTANCES = (5e-3, 7e-3, 6e-3, 8e-3)
"""Where a neighbour is itself unlucky, another distance serves."""
_GROUP, _SIX = padded(np.arange(WEIGHTS.size)), slice(WEIGHTS.size)


def detunings(structure: Structure) -> Array:
    """(distances, blocks): by what share each block's rates may differ, each distance dealt to them in three ways.

    Where three rates nearly coincide, one way of dealing lets two of them meet at every distance.
    """
    shares = np.linspace(-1.0, 1.0, len(blocks_of(structure)))
    dealt = np.stack([shares, np.concatenate([shares[1::2], shares[::2]]), np.roll(shares, -1)])
    return np.asarray((dealt[:, None] * np.array(DISTANCES)[:, None]).reshape(-1, shares.size))


def mean(values: Array, weights: Array = WEIGHTS) -> Array:
    """(..., people) of (..., people x group): what each is read off from."""
    return np.asarray(np.einsum("w,...w->...", weights, values.reshape(*values.shape[:-1], -1, _GROUP.size)[..., _SIX]))


class Neighbourhoods:
    """Of each person six neighbours at each of some distances: a group, the last standing in for those who are missing.

    Attributes:
        people: by number.
        sound: (people, distances), whether all six have modes of their own.
    """

    def __init__(self, asked: Request, people: Numbers, distances: Array, path: Path) -> None:
        self.people = people
        several = asked.only(np.repeat(people, len(distances) * _GROUP.size))
        differ = (distances[:, None] * STEPS[_GROUP][:, None]).reshape(-1, distances.shape[1])
        self._problem = prepared(several, path, np.tile(differ, (people.size, 1)).T)
        self._numbers = np.arange(several.people).reshape(people.size, len(distances), _GROUP.size)
        self.sound: Mask = np.asarray(self._problem.sound[self._numbers].all(axis=2))

    def problem(self, those: Numbers, distance: Numbers) -> Problem:
        """That of some neighbourhoods: numbers among the people, and each one's among the distances."""
        return self._problem.some(self._numbers[those, distance].ravel())
