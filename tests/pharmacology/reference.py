"""The published equations written out by hand and integrated step by step: an independent answer for the solver.

Nothing here reads the structures under `models/`. The integration stops at every change of an input and at every output
time, because an integrator's dense output is only accurate to about 5e-7.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

Array = NDArray[np.float64]
Values = Mapping[str, float]
Slopes = Callable[[Values, Array, Array], Array]


def perez_ruixo(p: Values, x: Array, rate: Array) -> Array:
    """Section 2.3 and Figure 1: nasal, swallowed, oral; central, two peripheral, liver; noresketamine."""
    nasal, swallowed, oral, c, p1, p2, h, n1, n2 = x
    slopes: Array = rate + np.array(
        [
            -p["ka_n"] * nasal,
            -p["ka_sw"] * swallowed,
            -p["ka_po"] * oral,
            p["ka_n"] * nasal
            + p["Q1"] * (p1 / p["Vp1"] - c / p["Vc"])
            + p["Q2"] * (p2 / p["Vp2"] - c / p["Vc"])
            + p["Qh"] * (h / p["Vh"] - c / p["Vc"]),
            p["Q1"] * (c / p["Vc"] - p1 / p["Vp1"]),
            p["Q2"] * (c / p["Vc"] - p2 / p["Vp2"]),
            p["ka_sw"] * swallowed
            + p["ka_po"] * oral
            + p["Qh"] * (c / p["Vc"] - h / p["Vh"])
            - (p["kel"] + p["kmet"]) * h,
            p["kmet"] * h - p["CLn"] / p["Vcn"] * n1 + p["Q3"] * (n2 / p["Vpn"] - n1 / p["Vcn"]),
            p["Q3"] * (n1 / p["Vcn"] - n2 / p["Vpn"]),
        ]
    )
    return slopes


def otto(p: Values, x: Array, rate: Array) -> Array:
    """Supplementary control stream: three compartments, all of the clearance into two norketamine compartments."""
    a1, a2, a3, n1, n2 = x
    slopes: Array = rate + np.array(
        [
            -(p["CL"] + p["Q2"] + p["Q3"]) / p["V1"] * a1 + p["Q2"] / p["V2"] * a2 + p["Q3"] / p["V3"] * a3,
            p["Q2"] * (a1 / p["V1"] - a2 / p["V2"]),
            p["Q3"] * (a1 / p["V1"] - a3 / p["V3"]),
            p["CL"] / p["V1"] * a1 - (p["CLn"] + p["Qn"]) / p["Vn"] * n1 + p["Qn"] / p["Vpn"] * n2,
            p["Qn"] * (n1 / p["Vn"] - n2 / p["Vpn"]),
        ]
    )
    return slopes


@dataclass(frozen=True, slots=True)
class Delivery:
    """An amount into one compartment, at once or over a time."""

    compartment: int
    mg: float
    start_h: float
    duration_h: float = 0.0


def integrate(slopes: Slopes, p: Values, size: int, deliveries: list[Delivery], times: Array) -> Array:
    """Amounts (times, size) by SciPy's DOP853 at 1e-12, stopped at every event and every output."""
    events = [time for one in deliveries for time in (one.start_h, one.start_h + one.duration_h)]
    stops = np.unique(np.concatenate([[0.0], events, times]))
    state, found = np.zeros(size), {}
    for number, now in enumerate(stops):
        for one in deliveries:
            if one.duration_h == 0 and one.start_h == now:
                state[one.compartment] += one.mg
        found[now] = state
        if number + 1 < stops.size:
            state = _advance(slopes, p, state, _rates(deliveries, now, size), (now, stops[number + 1]))
    return np.array([found[time] for time in times])


def _rates(deliveries: list[Delivery], now: float, size: int) -> Array:
    rate = np.zeros(size)
    for one in deliveries:
        if one.duration_h > 0 and one.start_h <= now < one.start_h + one.duration_h:
            rate[one.compartment] += one.mg / one.duration_h
    return rate


def _advance(slopes: Slopes, p: Values, state: Array, rate: Array, span: tuple[float, float]) -> Array:
    solution = solve_ivp(lambda _, x: slopes(p, x, rate), span, state, method="DOP853", rtol=1e-12, atol=1e-18)
    assert solution.success
    end: Array = solution.y[:, -1]
    return end
