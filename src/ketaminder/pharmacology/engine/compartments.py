"""Compartments as places that feed one another: how fast, and which of them exchange both ways."""

from __future__ import annotations

from collections.abc import Container, Sequence
from functools import lru_cache
from graphlib import TopologicalSorter

import numpy as np

from ketaminder.pharmacology.model import Array, Parameters, Structure
from ketaminder.terms import Refused

Entries = dict[tuple[int, int], Array]
"""The non-zero entries of a generator, 1/h: (target, source), as places' numbers -> (people,)."""


def places_of(structure: Structure) -> tuple[str, ...]:
    """Compartments, then lags: all that modes follow. Sinks only collect."""
    return (*structure.compartments, *(lag.name for lag in structure.lags))


def generator(structure: Structure, parameters: Parameters, people: int, detuned: Array | None = None) -> Entries:
    """How fast each place feeds each other and itself, for parameters that are (people,) or (1,).

    `detuned` (blocks, people) quickens each block by a share of its own, so that no two keep one rate: see `neighbours`
    for why.
    """
    index = {place: number for number, place in enumerate(places_of(structure))}
    entries: Entries = {(number, number): np.zeros(people) for number in index.values()}
    for flow in structure.flows:
        source, rate = index[flow.source], flow.rate_per_h(parameters)
        entries[source, source] = entries[source, source] - rate
        if flow.target in index:
            entries[index[flow.target], source] = entries.get((index[flow.target], source), np.zeros(people)) + rate
    for lag in structure.lags:
        own = index[lag.name]
        entries[own, index[lag.follows]] = parameters[lag.rate] + np.zeros(people)
        entries[own, own] = entries[own, own] - parameters[lag.rate]
    return entries if detuned is None else _detuned(entries, blocks_of(structure), detuned)


def _detuned(entries: Entries, blocks: Sequence[tuple[int, ...]], detuned: Array) -> Entries:
    factor = {place: 1 + own for own, block in zip(detuned, blocks, strict=True) for place in block}
    return {(target, source): rate * factor[source] for (target, source), rate in entries.items()}


@lru_cache(maxsize=256)
def _blocks(edges: tuple[tuple[int, int], ...], size: int) -> tuple[tuple[int, ...], ...]:
    reaches = np.eye(size, dtype=bool)
    for source, target in edges:
        reaches[source, target] = True
    for between in range(size):
        reaches |= reaches[:, between, None] & reaches[between]
    label = np.argmax(reaches & reaches.T, axis=1)  # the first place of each block
    below: dict[int, set[int]] = {int(one): set() for one in label}
    for source, target in edges:
        if label[source] != label[target]:
            below[int(label[target])].add(int(label[source]))
    order = TopologicalSorter(below).static_order()
    return tuple(tuple(np.flatnonzero(label == one).tolist()) for one in order)


def blocks_of(structure: Structure) -> tuple[tuple[int, ...], ...]:
    """Places that exchange both ways, upstream first, as indices into `places_of`."""
    index = {place: number for number, place in enumerate(places_of(structure))}
    edges = {(index[flow.source], index[flow.target]) for flow in structure.flows if flow.target in index}
    edges |= {(index[lag.follows], index[lag.name]) for lag in structure.lags}
    return _blocks(tuple(sorted(edges)), len(index))


def tree(entries: Container[tuple[int, int]], places: tuple[int, ...]) -> list[tuple[int, int]]:
    """A walk through one block from its first place: (reached, reached from), as numbers within the block.

    Raises:
        Refused: the block holds a circle.
    """
    edges = [(i, j) for i, a in enumerate(places) for j, b in enumerate(places) if i != j and (a, b) in entries]
    if len(edges) != 2 * (len(places) - 1) or any((j, i) not in edges for i, j in edges):
        raise Refused("compartments", list(places), "compartments that exchange both ways and in no circle")
    walk: list[tuple[int, int]] = []
    reached, waiting = {0}, [0]
    while waiting:
        j = waiting.pop()
        for i in (i for i, source in edges if source == j and i not in reached):
            walk.append((i, j))
            reached.add(i)
            waiting.append(i)
    return walk
