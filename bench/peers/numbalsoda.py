"""numbalsoda: compiled integrators with a compiled right-hand side. LSODA is the peer; DOP853 gives the answers.

NJ Wogan, numbalsoda 0.3.4 (LSODA after LR Petzold 1983; DOP853 after E Hairer).
"""

from __future__ import annotations

import numpy as np
from numba import carray, cfunc, njit
from numbalsoda import dop853, lsoda, lsoda_sig

from bench.problem import CONSTANTS, STATES, Array, edges, sessions

KOUT, KP, KS, KF, DSW = (CONSTANTS[name] for name in ("KOUT", "KP", "KS", "KF", "DSW"))
PARAMETERS = 21


@cfunc(lsoda_sig)
def slopes(_t, x_, dx_, p_):  # type: ignore[no-untyped-def]  # compiled
    """The eleven equations written out; parameter 21 is the running release into the swallowed depot, mg/h."""
    x, dx, p = carray(x_, (11,)), carray(dx_, (11,)), carray(p_, (22,))
    ka_n, ka_sw, Vc, Q1, Vp, Q2, Vp2, Qh, Vh = p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9]
    kel, kmet, Vcn, CLn, Vpn, Q3 = p[10], p[11], p[12], p[13], p[14], p[15]
    Ki, Sg, kloss, P50, Smax = p[16], p[17], p[18], p[19], p[20]
    c, p1, p2, h = x[2] / Vc, x[3] / Vp, x[4] / Vp2, x[5] / Vh
    n1, n2 = x[6] / Vcn, x[7] / Vpn
    dx[0] = -ka_n * x[0]
    dx[1] = p[21] - ka_sw * x[1]
    dx[2] = ka_n * x[0] + Q1 * (p1 - c) + Q2 * (p2 - c) + Qh * (h - c)
    dx[3] = Q1 * (c - p1)
    dx[4] = Q2 * (c - p2)
    dx[5] = ka_sw * x[1] + Qh * (c - h) - (kel + kmet) * x[5]
    dx[6] = kmet * x[5] - CLn * n1 + Q3 * (n2 - n1)
    dx[7] = Q3 * (n1 - n2)
    concentration = 1000 * c
    dx[8] = KOUT * (1 + Sg * concentration / (Ki + concentration)) - KOUT * x[8]
    dx[9] = KP * (x[8] - 1) - kloss * x[9]
    dx[10] = KS * Smax * x[9] / (P50 + x[9]) - KF * x[10]


ADDRESS = slopes.address


def _crossing(integrate, every_output):  # type: ignore[no-untyped-def]
    @njit  # type: ignore[untyped-decorator]
    def cross(people, start, at_once, swallowed, landed, times_h, rtol, atol):  # type: ignore[no-untyped-def]
        out = np.empty((people.shape[0], times_h.size, 11))
        for person in range(people.shape[0]):
            p, x = np.zeros(22), np.zeros(11)
            p[:21] = people[person]
            x[8] = 1.0
            session, read, at = 0, 0, 0
            while at < landed.size:
                t = landed[at]
                if session < start.size and t == start[session]:
                    x[0] += at_once[person, session]
                    p[21] = swallowed[person, session] / DSW
                    session += 1
                elif session and abs(t - start[session - 1] - DSW) < 1e-12:
                    p[21] = 0.0
                if read < times_h.size and t == times_h[read]:
                    out[person, read] = x
                    read += 1
                stop = at + 1
                while not every_output and stop < landed.size - 1 and _plain(landed[stop], start):
                    stop += 1
                if stop >= landed.size:
                    break
                found, good = integrate(ADDRESS, x, landed[at : stop + 1].copy(), p, rtol, atol)
                if not good:
                    out[person] = np.nan
                    break
                for number in range(at + 1, stop):
                    out[person, read] = found[number - at]
                    read += 1
                x = found[stop - at].copy()
                at = stop
        return out

    return cross


@njit  # type: ignore[untyped-decorator]
def _plain(t, start):  # type: ignore[no-untyped-def]
    """Whether nothing starts or stops entering at `t`."""
    for one in start:  # noqa: SIM110  (numba compiles no generator)
        if t == one or abs(t - one - DSW) < 1e-12:
            return False
    return True


_lsoda, _dop853 = _crossing(lsoda, False), _crossing(dop853, True)


def march(people: Array, times_h: Array, tolerance: float) -> Array:
    """(people, times, 11), by LSODA at this relative tolerance, stopped at every event."""
    return np.asarray(_lsoda(people, *sessions(people), edges(times_h), times_h, tolerance, tolerance * 1e-2))


def answers(people: Array, times_h: Array) -> Array:
    """(people, times, 11), by DOP853 at 1e-13, landing on every event and every output."""
    start, at_once, swallowed = sessions(people)
    out = np.empty((len(people), times_h.size, STATES))
    for number in range(len(people)):
        one = slice(number, number + 1)
        out[number] = _dop853(people[one], start, at_once[one], swallowed[one], edges(times_h), times_h, 1e-13, 1e-14)[
            0
        ]
    return out
