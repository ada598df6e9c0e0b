"""One person's amounts written out as sums of exponentials: read at any hours, with their integrals.

An input of A mg at hour s excites each mode by A c. Of a mode with rate r, an input at once leaves exp(r t) after t
hours; one that lasts d hours leaves exp(r v) (exp(r u) - 1) / (r d), where u hours of the t lay within it and v behind
it. Both are written without a difference of nearly equal numbers, and so are their integrals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ketaminder.pharmacology.engine import kernel
from ketaminder.pharmacology.engine.compartments import blocks_of, generator, places_of
from ketaminder.pharmacology.engine.modes import ROUNDING, FindModes, Modes, modes
from ketaminder.pharmacology.engine.problem import MISSED
from ketaminder.pharmacology.model import Array, Input, Parameters, Structure
from ketaminder.pharmacology.schedule import INSTANT_H

TOGETHER = 200_000
"""How many numbers are summed at once."""


@dataclass(frozen=True, slots=True)
class Written:
    """One person's course.

    Attributes:
        places: compartments, then lags.
        rate_per_h: (modes,), below zero.
        held: (places, modes), mg that one unit of a mode holds.
        excited: (inputs, modes), how much of each mode an input excites in all.
        start_h, duration_h: (inputs,); duration zero is at once.
    """

    places: tuple[str, ...]
    rate_per_h: Array
    held: Array
    excited: Array
    start_h: Array
    duration_h: Array

    def mg(self, places: Sequence[str], times_h: Array) -> Array:
        """What places hold, (places, times). At the time of an input at once they hold the input."""
        return self._read(places, times_h, self._left)

    def mg_h(self, places: Sequence[str], times_h: Array) -> Array:
        """The integrals of it from zero, (places, times)."""
        return self._read(places, times_h, self._areas)

    def _read(self, places: Sequence[str], times_h: Array, of_each: Callable[[Array], Array]) -> Array:
        """Some hours at a time: a course may hold thousands of doses."""
        pieces = max(1, self.excited.size * times_h.size // TOGETHER)
        return np.concatenate([self._summed(places, of_each(some)) for some in np.array_split(times_h, pieces)], axis=1)

    def _summed(self, places: Sequence[str], of_each: Array) -> Array:
        """The sums over inputs and modes; what lies within the rounding of its terms is zero."""
        held = self.held[[self.places.index(place) for place in places]]
        excited = self.excited[:, :, None] * of_each
        found, gross = held @ excited.sum(axis=0), np.abs(held) @ np.abs(excited).sum(axis=0)
        return np.asarray(np.where(np.abs(found) > self.excited.size * ROUNDING * gross, found, 0.0))

    def _left(self, times_h: Array) -> Array:
        """Of one unit of each mode by each input, (inputs, modes, times)."""
        rate = self.rate_per_h[:, None]
        since, within, behind = self._hours(times_h)
        lasts = self._lasting > 0
        share = np.exp(rate * behind) * np.expm1(rate * within) / (rate * np.where(lasts, self._lasting, 1.0))
        return np.where(lasts, share, np.exp(rate * np.maximum(since, 0.0))) * (since >= 0)

    def _areas(self, times_h: Array) -> Array:
        rate = self.rate_per_h[:, None]
        since, within, behind = self._hours(times_h)
        lasts = self._lasting > 0
        brought = np.expm1(rate * within) / rate
        lasting = np.where(lasts, self._lasting, 1.0)
        share = ((brought - within) / rate + brought * np.expm1(rate * behind) / rate) / lasting
        return np.where(lasts, share, np.expm1(rate * np.maximum(since, 0.0)) / rate)

    @property
    def _lasting(self) -> Array:
        return self.duration_h[:, None, None]

    def _hours(self, times_h: Array) -> tuple[Array, Array, Array]:
        """Hours since an input began, of them within it and behind it, (inputs, 1, times)."""
        since = times_h - self.start_h[:, None, None]
        within = np.clip(since, 0.0, self._lasting)
        return since, within, np.maximum(since - self._lasting, 0.0)


def written(structure: Structure, parameters: Parameters, inputs: Sequence[Input]) -> Written | None:
    """The course of one person, whose every array is (1,); what enters a sink is left out.

    None where modes may miss more than `MISSED` of what is given.
    """
    places = places_of(structure)
    find, people = _finder()
    found = find(generator(structure, parameters, people), blocks_of(structure), len(places), people)
    if not _missed(found) < MISSED:
        return None
    entered = [one for one in inputs if one.state in places]
    left = found.left[:, [places.index(one.state) for one in entered], 0].T
    duration = np.array([float(one.duration_h[0]) for one in entered])
    return Written(
        places=places,
        rate_per_h=found.rate_per_h[:, 0],
        held=found.right[:, :, 0],
        excited=np.array([float(one.amount_mg[0]) for one in entered])[:, None] * left,
        start_h=np.array([one.start_h for one in entered]),
        duration_h=np.where(duration < INSTANT_H, 0.0, duration),
    )


def _finder() -> tuple[FindModes, int]:
    """How modes are found, and of how many people at once at least."""
    return (kernel.modes, kernel.GROUP) if kernel.library() is not None else (modes, 1)


def _missed(found: Modes) -> float:
    """As a share of what is given, at any time; infinite without modes."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        missed = float(found.missed(np.inf)[0])
    return missed if found.rate_per_h[:, 0].max() < 0 and np.isfinite(missed) else np.inf
