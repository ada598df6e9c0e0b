"""When and where doses enter the states, for every person at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ketaminder.pharmacology.model import Array, Input, Structure

INSTANT_H = 1e-12
"""A release shorter than this (four nanoseconds) is instantaneous; its rate would overflow."""


class Schedule:
    """The inputs as arrays (people, inputs).

    Attributes:
        starts, ends: hours.
        amounts: mg.
        given_mg: what all inputs together bring, (people,).
        fed: the states that any release feeds, as indices into `structure.states`.
    """

    def __init__(self, structure: Structure, inputs: Sequence[Input], people: int) -> None:
        def columns(values: list[Array]) -> Array:
            return np.stack([np.broadcast_to(one, people) for one in values], axis=1, dtype=np.float64)

        self.starts = columns([np.array([entry.start_h]) for entry in inputs])
        durations = columns([entry.duration_h for entry in inputs])
        self.ends = self.starts + np.where(durations < INSTANT_H, 0.0, durations)
        self.amounts = columns([entry.amount_mg for entry in inputs])
        self.given_mg: Array = self.amounts.sum(axis=1)
        self._span = self.ends - self.starts
        self._at_once = self._span == 0
        self._rates = np.divide(self.amounts, self._span, out=np.zeros_like(self.amounts), where=~self._at_once)
        self._into = np.zeros((len(inputs), len(structure.states)))
        self._into[range(len(inputs)), [structure.states.index(entry.state) for entry in inputs]] = 1.0
        self.fed = np.flatnonzero(self._into[~self._at_once.all(axis=0)].any(axis=0))
        self._events = np.unique(np.concatenate([self.starts, self.ends], axis=1), axis=1)

    def next_event_h(self, clock: Array) -> Array:
        """Each person's first event after `clock`; infinite where none is left."""
        return np.asarray(np.where(self._events > clock[:, None], self._events, np.inf).min(axis=1))

    def feed(self, state: Array, clock: Array, arrived: Array) -> None:
        """Give what is due at `clock` to those who have `arrived` at an event, and set the rates that run from now.

        `state` (people, n) is changed in place; its last `fed` columns are the running rates, mg/h.
        """
        now = clock[:, None]
        due = self._at_once & (self.starts == now) & arrived[:, None]
        running = (self.starts <= now) & (now < self.ends)
        state[:, : self._into.shape[1]] += np.where(due, self.amounts, 0.0) @ self._into
        state[:, state.shape[1] - self.fed.size :] = np.where(running, self._rates, 0.0) @ self._into[:, self.fed]

    def undelivered_mg(self, time_h: float) -> Array:
        """What the doses have yet to bring at `time_h`, by the clock alone, (people,)."""
        elapsed = np.maximum(time_h - self.starts, 0.0)
        brought = (time_h >= self.starts).astype(np.float64)
        np.divide(elapsed, self._span, out=brought, where=~self._at_once)
        return np.asarray((self.amounts * (1 - np.minimum(brought, 1.0))).sum(axis=1))
