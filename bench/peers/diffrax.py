"""diffrax: Dopri8 under vmap, everybody at once, double precision, stopped at every event.

P Kidger, On neural differential equations, 2021. The steps of a batch last until its slowest person is done.
"""

from __future__ import annotations

import itertools

import diffrax
import jax
import jax.numpy as jnp
import numpy as np

from bench.peers.written_out import slopes
from bench.problem import CONSTANTS, STATES, Array, sessions

jax.config.update("jax_enable_x64", True)


def march(people: Array, times_h: Array, tolerance: float) -> Array:
    """(people, times, 11)."""
    start, at_once, swallowed = sessions(people)
    stops = np.unique(np.concatenate([start, start + CONSTANTS["DSW"], times_h[-1:]]))
    where = [np.flatnonzero((times_h > begin) & (times_h <= end)) for begin, end in itertools.pairwise(stops)]
    most = max(one.size for one in where) + 1
    asked = np.array(
        [np.append(times_h[one], np.repeat(end, most - one.size)) for one, end in zip(where, stops[1:], strict=True)]
    )
    given = np.array([at_once[:, start == begin].sum(axis=1) for begin in stops[:-1]])
    release = np.array([swallowed[:, start == begin].sum(axis=1) for begin in stops[:-1]]) / CONSTANTS["DSW"]
    found = np.asarray(_all(people, stops[:-1], stops[1:], asked, given.T, release.T, tolerance))
    out = np.empty((len(people), times_h.size, STATES))
    for number, one in enumerate(where):
        out[:, one] = found[:, number, : one.size]
    return out


@jax.jit
def _all(people, begins, ends, asked, given, release, tolerance):  # type: ignore[no-untyped-def]
    def cross(p):  # type: ignore[no-untyped-def]
        def stretch(x, one):  # type: ignore[no-untyped-def]
            begin, end, times, dose, rate = one
            x = x.at[0].add(dose)
            found = diffrax.diffeqsolve(
                diffrax.ODETerm(lambda _t, x, _: jnp.stack(slopes(p, x, rate))),
                diffrax.Dopri8(),
                begin,
                end,
                None,
                x,
                saveat=diffrax.SaveAt(ts=times),
                stepsize_controller=diffrax.PIDController(rtol=tolerance, atol=tolerance * 1e-2),
                max_steps=100_000,
            )
            return found.ys[-1], found.ys

        return stretch

    def one(p, dose, rate):  # type: ignore[no-untyped-def]
        x = jnp.zeros(11).at[8].set(1.0)
        return jax.lax.scan(cross(p), x, (begins, ends, asked, dose, rate))[1]

    return jax.vmap(one)(people, given, release)
