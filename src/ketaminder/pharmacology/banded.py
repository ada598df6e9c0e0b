"""Bands of virtual people: of a few thousand from all their curves, of more by counting as the curves pass."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

import numpy as np

from ketaminder.pharmacology.adults import People, together
from ketaminder.pharmacology.crowd import Crowd
from ketaminder.pharmacology.kinetics import with_sums
from ketaminder.pharmacology.model import Array
from ketaminder.pharmacology.population import QUANTILES, Bands, bands
from ketaminder.pharmacology.receptor import AFFINITIES, LABEL_UNBOUND, share_of, strength

AT_ONCE, CHANGING_AT_ONCE = 500_000, 4_000_000
"""How many people times hours are followed before they are reduced to bands: some tens of megabytes, and some hundreds
where covariates change, which the solver follows from zero each time."""

STRENGTHS = frozenset(affinity.id for affinity in AFFINITIES)

Spread = Callable[[Array], dict[str, Array]]
"""Hours, ascending -> the curves of virtual people at them, (people, times), of each enantiomer."""


def counted(
    several: Iterable[tuple[Spread, People | None]],
    times: Array,
    left_out: Container[str],
    progress: Callable[[int], None],
) -> tuple[dict[str, Bands], People | None]:
    """Bands of people whose curves are counted and let go, and the covariates of those who differ."""
    crowds: dict[str, Crowd] = {}
    drawn = []
    for spread, covariates_drawn in several:
        for name, values in _rows(spread(times), left_out):
            crowds.setdefault(name, Crowd(times.size)).add(values)
        drawn.append(covariates_drawn)
        progress(len(values))
    found = {name: Bands(_shared(name, one.quantiles(QUANTILES))) for name, one in crowds.items()}
    return found, together([one for one in drawn if one is not None])


def pieces_of(times: Array, people: int, *, changing: bool) -> list[Array]:
    """Hours that are followed together; more apart where covariates change, which costs memory."""
    at_once = CHANGING_AT_ONCE if changing else AT_ONCE
    return np.array_split(times, min(times.size, max(1, people * times.size // at_once)))


def banded(spread: Spread, pieces: Sequence[Array], left_out: Container[str]) -> dict[str, Bands]:
    """Bands of each analyte and, by the name of the affinity, of each occupancy.

    Some hours at a time, so that many people need no more memory than few. The last hour is asked for each time: how
    far somebody must be followed decides how that is done.
    """
    found: dict[str, list[Array]] = {}
    for some in pieces:
        curves = spread(some if some is pieces[-1] else np.append(some, pieces[-1][-1]))
        for name, quantiles in _quantiles({name: one[:, : some.size] for name, one in curves.items()}, left_out):
            found.setdefault(name, []).append(quantiles)
    return {name: Bands(np.concatenate(several, axis=1)) for name, several in found.items()}


def _quantiles(curves: Mapping[str, Array], left_out: Container[str]) -> Iterator[tuple[str, Array]]:
    for name, one in _rows(curves, left_out):
        yield name, _shared(name, bands(one).values)


def _rows(curves: Mapping[str, Array], left_out: Container[str]) -> Iterator[tuple[str, Array]]:
    """Each analyte and, by the name of the affinity, the strength with which what competes asks for the receptor."""
    for name, one in with_sums(curves).items():
        if name not in left_out:
            yield name, one
    for affinity in AFFINITIES:
        yield affinity.id, strength(curves, affinity, LABEL_UNBOUND)


def _shared(name: str, values: Array) -> Array:
    """Who has more of what competes has more receptors occupied: quantiles are those of the strength."""
    return share_of(values) if name in STRENGTHS else values
