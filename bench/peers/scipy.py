"""SciPy: LSODA with a right-hand side in Python, one person after another, stopped at every event."""

from __future__ import annotations

import itertools

import numpy as np
from scipy.integrate import solve_ivp

from bench.peers.written_out import slopes
from bench.problem import CONSTANTS, STATES, Array, edges, sessions


def march(people: Array, times_h: Array, tolerance: float) -> Array:
    """(people, times, 11)."""
    start, at_once, swallowed = sessions(people)
    return np.stack([_one(p, start, at_once[n], swallowed[n], times_h, tolerance) for n, p in enumerate(people)])


def _one(p: Array, start: Array, at_once: Array, swallowed: Array, times_h: Array, tolerance: float) -> Array:
    stops = np.unique(np.concatenate([start, start + CONSTANTS["DSW"], edges(times_h)[-1:]]))
    x, release, out = np.zeros(STATES), 0.0, np.empty((times_h.size, STATES))
    x[8] = 1.0
    for begin, end in itertools.pairwise(stops):
        session = np.flatnonzero(start == begin)
        release = float(swallowed[session[0]] / CONSTANTS["DSW"]) if session.size else 0.0
        x[0] += at_once[session].sum()
        asked = times_h[(times_h >= begin) & (times_h < end)]
        found = solve_ivp(
            lambda _, x, r=release: np.array(slopes(p, x, r)),
            (begin, end),
            x,
            method="LSODA",
            t_eval=np.append(asked, end),
            rtol=tolerance,
            atol=tolerance * 1e-2,
        )
        out[np.searchsorted(times_h, asked)] = found.y[:, :-1].T
        x = found.y[:, -1].copy()
    out[times_h == stops[-1]] = x
    return out
