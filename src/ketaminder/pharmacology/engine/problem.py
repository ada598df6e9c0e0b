"""One problem for the engine: modes, what enters them and when, what is read from them, and the stages behind.

Everything is laid out with people last, which is how both paths compute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ketaminder.pharmacology.engine.compartments import blocks_of, generator, places_of
from ketaminder.pharmacology.engine.modes import FindModes, Mask, Modes, modes
from ketaminder.pharmacology.engine.stages import Drive, Stage
from ketaminder.pharmacology.model import Array, Input, Parameters, Structure
from ketaminder.pharmacology.schedule import INSTANT_H
from ketaminder.terms import Refused

AT_ONCE, RATE_CHANGE = 0, 1
MISSED = 1e-10
"""A bound on the error of amounts, as a share of what was given, above which a person's modes are not used."""
NEAR = 0.05
"""Rates that differ by less than this share of themselves are nearly equal."""
MISSED_DETUNED = 2e-10
"""The same for a neighbour, who is only asked where a person's own modes failed."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What `definition.march` and `kernel.march` solve, for `people` people.

    Attributes:
        rate: (modes, people), 1/h, below zero.
        column: (columns, modes, people), what one unit entering excites.
        drive: (drives, modes, people).
        noise: (drives, people), by how much a drive may be out because modes are.
        output: (outputs, modes, people), the amounts in the places that are wanted.
        event_h: (events, people).
        event_amount: (events, people), mg at once or a change in mg/h.
        event_column, event_entry: (events,).
        times_h: (times,).
        reads: (stages,), a drive, or drives + an earlier stage.
        base, gain, half, loss, start: (stages, people).
        sound: (people,), whether modes may be used.
        near: (people,), whether they may not, and nearly equal rates are why: neighbours may stand in.
    """

    stages: tuple[Stage, ...]
    rate: Array
    column: Array
    drive: Array
    noise: Array
    output: Array
    event_h: Array
    event_amount: Array
    event_column: NDArray[np.int32]
    event_entry: NDArray[np.int32]
    times_h: Array
    reads: NDArray[np.int32]
    base: Array
    gain: Array
    half: Array
    loss: Array
    start: Array
    sound: Mask
    near: Mask

    @property
    def people(self) -> int:
        return int(self.rate.shape[1])

    def some(self, people: slice | NDArray[np.intp]) -> Problem:
        """The same problem for some of the people; of a slice nothing is copied."""
        return replace(self, **{name: getattr(self, name)[..., people] for name in _EACH})


_EACH = (
    "rate",
    "column",
    "drive",
    "noise",
    "output",
    "event_h",
    "event_amount",
    "base",
    "gain",
    "half",
    "loss",
    "start",
    "sound",
    "near",
)
"""What a problem holds for each of its people."""


@dataclass(frozen=True, slots=True)
class _Event:
    """Of everybody, or one for all."""

    hour: Array
    column: int
    entry: int
    amount: Array


def prepare(
    structure: Structure,
    parameters: Parameters,
    inputs: Sequence[Input],
    times_h: Array,
    people: int,
    drives: Sequence[Drive] = (),
    stages: Sequence[Stage] = (),
    detuned: Array | None = None,
    find: FindModes = modes,
    wanted: Sequence[str] | None = None,
) -> Problem:
    """Lay out one problem.

    Args:
        structure, parameters, inputs: as for `solver.solve`; what enters a sink is left out.
        times_h: output times, ascending, zero or later.
        people: how many; a multiple of eight suits the fast path.
        drives, stages: what the amounts drive.
        detuned: as for `modes.generator`.
        find: `modes.modes` or `kernel.modes`.
        wanted: the places whose amounts are outputs; None: all.

    Raises:
        Refused: no dose, an exchange in a circle, or a stage that reads what no drive or earlier stage is called.
    """
    places = places_of(structure)
    shown = slice(None) if wanted is None else [places.index(one) for one in wanted]
    entries = generator(structure, parameters, people, detuned)
    found = find(entries, blocks_of(structure), len(places), people)
    entered = sorted({places.index(one.state) for one in inputs if one.state in places})
    if not entered:
        raise Refused("doses", [], "one or more that enter a compartment")
    events = _events(places, entered, inputs)
    missed = _missed(found, inputs, float(times_h[-1]))
    sound = missed < (MISSED if detuned is None else MISSED_DETUNED)
    near = _set_apart(found, np.flatnonzero(~sound))
    given = sum((one.amount_mg for one in inputs), start=np.zeros(people))
    return Problem(
        stages=tuple(stages),
        rate=found.rate_per_h,
        column=np.stack([found.left[:, place] for place in entered]),
        drive=_drives(found, places, drives),
        noise=_rows([_largest(one) * np.where(sound, missed, 0.0) * given for one in drives], people),
        output=found.right[shown],
        event_h=_rows([one.hour for one in events], people),
        event_amount=_rows([one.amount for one in events], people),
        event_column=np.array([one.column for one in events], dtype=np.int32),
        event_entry=np.array([one.entry for one in events], dtype=np.int32),
        times_h=np.asarray(times_h, dtype=np.float64),
        reads=_reads(drives, stages),
        base=_rows([one.base for one in stages], people),
        gain=_rows([one.gain for one in stages], people),
        half=_rows([one.half for one in stages], people),
        loss=_rows([one.loss for one in stages], people),
        start=_rows([one.start for one in stages], people),
        sound=sound,
        near=near,
    )


def _set_apart(found: Modes, unsound: NDArray[np.intp]) -> Mask:
    """(people,): who of the unsound is near equal rates. In place, nothing is left of the modes of any of them."""
    near = np.zeros(found.rate_per_h.shape[1], dtype=bool)
    near[unsound] = _nearly_equal(found.rate_per_h[:, unsound])
    found.rate_per_h[:, unsound], found.left[..., unsound], found.right[..., unsound] = -1.0, 0.0, 0.0
    return near


def _missed(found: Modes, inputs: Sequence[Input], until_h: float) -> Array:
    """(people,): how much of what is given the modes may miss at any time; infinite without modes."""
    shortest_h = np.full(1, np.inf)
    for one in inputs:
        shortest_h = np.minimum(shortest_h, np.where(one.duration_h < INSTANT_H, np.inf, one.duration_h))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        missed = found.missed(until_h, shortest_h)
        return np.where((found.rate_per_h.max(axis=0) < 0) & np.isfinite(missed), missed, np.inf)


def _nearly_equal(rate: Array) -> Mask:
    """(people,): who has two modes that hardly differ, while all of them decay."""
    slower = -np.sort(rate, axis=0)
    with np.errstate(invalid="ignore"):
        close = (-np.diff(slower, axis=0) <= NEAR * slower[:-1]).any(axis=0)
        return np.asarray(close & (slower > 0).all(axis=0))


def _rows(values: Sequence[Array], people: int) -> Array:
    rows = np.empty((len(values), people))
    for number, one in enumerate(values):
        rows[number] = one
    return rows


def _events(places: tuple[str, ...], entered: Sequence[int], inputs: Sequence[Input]) -> list[_Event]:
    """Inputs as events in the order of their earliest time. A release starts and ends with a change of rate.

    The first event is time zero, where nothing enters: stages move from there on.
    """
    events = [_Event(np.zeros(1), 0, AT_ONCE, np.zeros(1))]
    for one in inputs:
        if one.state in places:
            events += _entered(one, entered.index(places.index(one.state)))
    return sorted(events, key=lambda event: float(event.hour.min()))


def _entered(one: Input, column: int) -> list[_Event]:
    """What enters at once, or the start and the end of a release; both where people differ."""
    start, instant = np.array([one.start_h]), one.duration_h < INSTANT_H
    if instant.all():
        return [_Event(start, column, AT_ONCE, one.amount_mg)]
    end = start + np.where(instant, 0.0, one.duration_h)
    rate = np.where(instant, 0.0, one.amount_mg / np.where(instant, 1.0, end - start))
    release = [_Event(start, column, RATE_CHANGE, rate), _Event(end, column, RATE_CHANGE, -rate)]
    if not instant.any():
        return release
    return [_Event(start, column, AT_ONCE, np.where(instant, one.amount_mg, 0.0)), *release]


def _drives(found: Modes, places: tuple[str, ...], drives: Sequence[Drive]) -> Array:
    rows = [sum(weight * found.right[places.index(place)] for place, weight in one.weights.items()) for one in drives]
    return np.stack(rows) if rows else np.zeros((0, *found.rate_per_h.shape))


def _largest(drive: Drive) -> Array:
    return np.asarray(np.abs(np.stack(np.broadcast_arrays(*drive.weights.values()))).max(axis=0))


def _reads(drives: Sequence[Drive], stages: Sequence[Stage]) -> NDArray[np.int32]:
    names = [one.name for one in drives]
    reads = []
    for stage in stages:
        if stage.reads not in names:
            raise Refused("stage input", stage.reads, f"a drive or an earlier stage: {', '.join(names)}")
        reads.append(names.index(stage.reads))
        names.append(stage.name)
    return np.array(reads, dtype=np.int32)
