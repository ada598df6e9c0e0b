"""Compartments in ball arithmetic: amounts with rigorous bounds, by python-flint (FLINT 3, Johansson's Arb)."""

from __future__ import annotations

import numpy as np
from flint import arb, arb_mat, ctx

from ketaminder.pharmacology.engine import Request
from ketaminder.pharmacology.model import Array

BITS = 400
"""Enough that bounds are far below a rounding error after scaling and squaring 1e9-fold exponents."""


def amounts(asked: Request, person: int) -> Array:
    """(times, places) of one person, in the order of compartments, then lags."""
    ctx.prec = BITS
    places = [*asked.structure.compartments, *(lag.name for lag in asked.structure.lags)]
    generator = _generator(asked, person, places)
    state, rate = arb_mat(len(places), 1), arb_mat(len(places), 1)
    events = _events(asked, person, places)
    found, now = np.zeros((asked.times_h.size, len(places))), arb(0)
    for number, time in enumerate(asked.times_h):
        while events and events[0][0] <= arb(float(time)):
            hour, place, at_once, change = events.pop(0)
            state, now = _moved(generator, state, rate, hour - now), hour
            state[place, 0] += at_once
            rate[place, 0] += change
        there = _moved(generator, state, rate, arb(float(time)) - now)
        for place in range(len(places)):
            ball = there[place, 0]
            assert float(ball.rad()) <= 1e-25 * (1 + abs(float(ball.mid()))), "the bound must be far below a double's"
            found[number, place] = float(ball.mid())
    return found


def _generator(asked: Request, person: int, places: list[str]) -> arb_mat:
    matrix = arb_mat(len(places), len(places))
    for flow in asked.structure.flows:
        rate, source = arb(_of(asked.parameters[flow.rate], person)), places.index(flow.source)
        matrix[source, source] -= rate
        if flow.target in places:
            matrix[places.index(flow.target), source] += rate
    for lag in asked.structure.lags:
        rate, own = arb(_of(asked.parameters[lag.rate], person)), places.index(lag.name)
        matrix[own, places.index(lag.follows)] += rate
        matrix[own, own] -= rate
    return matrix


def _events(asked: Request, person: int, places: list[str]) -> list[tuple[arb, int, arb, arb]]:
    """(hour, place, mg at once, change of mg/h) in order of time."""
    events = []
    for one in asked.inputs:
        start, place = arb(one.start_h), places.index(one.state)
        amount, duration = arb(_of(one.amount_mg, person)), arb(_of(one.duration_h, person))
        if duration == 0:
            events.append((start, place, amount, arb(0)))
        else:
            end = arb(one.start_h + _of(one.duration_h, person))
            events.append((start, place, arb(0), amount / (end - start)))
            events.append((end, place, arb(0), -amount / (end - start)))
    return sorted(events, key=lambda event: float(event[0].mid()))


def _moved(generator: arb_mat, state: arb_mat, rate: arb_mat, hours: arb) -> arb_mat:
    """exp of the generator with the running rates as one more column."""
    size = state.nrows()
    extended = arb_mat(size + 1, size + 1)
    for row in range(size):
        for column in range(size):
            extended[row, column] = generator[row, column] * hours
        extended[row, size] = rate[row, 0] * hours
    start = arb_mat(size + 1, 1)
    for row in range(size):
        start[row, 0] = state[row, 0]
    start[size, 0] = arb(1)
    moved = extended.exp() * start
    return arb_mat([[moved[row, 0]] for row in range(size)])


def _of(values: Array, person: int) -> float:
    return float(values[person % values.size])
