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


def simons(p: Values, x: Array, rate: Array) -> Array:
    """Figure 2 and Table 4, in hours: film depots, gut, three compartments, two chains of two, two metabolites."""
    film, swallowed, gut, k1, k2, k3, t1, t2, n1, n2, u1, u2, h1, h2 = x
    chain_k, chain_n = 2 / p["MTTK"], 2 / p["MTTN"]
    slopes: Array = rate + np.array(
        [
            -p["KA1"] * film,
            -p["KA2"] * swallowed,
            p["KA2"] * swallowed - gut / p["MTTG"],
            p["KA1"] * film
            - (p["CLK1"] + p["CLK2"] + p["CLK3"]) / p["VK1"] * k1
            + p["CLK2"] / p["VK2"] * k2
            + p["CLK3"] / p["VK3"] * k3,
            p["CLK2"] * (k1 / p["VK1"] - k2 / p["VK2"]),
            p["CLK3"] * (k1 / p["VK1"] - k3 / p["VK3"]),
            p["CLK1"] / p["VK1"] * k1 + gut / p["MTTG"] - chain_k * t1,
            chain_k * (t1 - t2),
            p["fmK"] * chain_k * t2 - (p["CLN1"] + p["CLN2"]) / p["VK1"] * n1 + p["CLN2"] / p["VN2"] * n2,
            p["CLN2"] * (n1 / p["VK1"] - n2 / p["VN2"]),
            p["CLN1"] / p["VK1"] * n1 - chain_n * u1,
            chain_n * (u1 - u2),
            p["fmN"] * chain_n * u2 - (p["CLH1"] + p["CLH2"]) / p["VH1"] * h1 + p["CLH2"] / p["VH2"] * h2,
            p["CLH2"] * (h1 / p["VH1"] - h2 / p["VH2"]),
        ]
    )
    return slopes


def ashraf(p: Values, x: Array, rate: Array) -> Array:
    """The published equations in quasi-steady state; QH of Table 1 is already times weight^0.75 here."""
    depot, a1, a2, a3, n1, n2 = x
    villi = p["intestinal"] * p["mucosal"] * p["villous"] * p["QH"]
    gut_flow = villi * p["CLp"] / (villi + p["CLp"])
    FG = gut_flow / (gut_flow + p["CLintG"])
    liver = p["CLintH"] * (1 - p["fm2B6"] * (1 - p["active2B6"])) * p["fu"] / p["BP"]
    EH = liver / (p["QH"] + liver)
    FGn, FHn = villi / (villi + p["CLintGn"]), p["QH"] / (p["QH"] + p["fun"] * p["CLintHn"])
    absorbed = p["ka"] * depot
    slopes: Array = rate + np.array(
        [
            -absorbed,
            absorbed * FG * (1 - EH)
            - (p["QH"] * EH + p["Q1"] + p["Q2"]) / p["Vc"] * a1
            + p["Q1"] / p["V1"] * a2
            + p["Q2"] / p["V2"] * a3,
            p["Q1"] * (a1 / p["Vc"] - a2 / p["V1"]),
            p["Q2"] * (a1 / p["Vc"] - a3 / p["V2"]),
            FHn * (EH * (p["QH"] / p["Vc"] * a1 + absorbed * FG) + (1 - FG) * FGn * absorbed)
            - (p["QH"] * (1 - FHn) + p["Qn"]) / p["Vcn"] * n1
            + p["Qn"] / p["Vpn"] * n2,
            p["Qn"] * (n1 / p["Vcn"] - n2 / p["Vpn"]),
        ]
    )
    return slopes


def bridge(p: Values, x: Array, rate: Array) -> Array:
    """Three depots, three compartments, norketamine carried as ketamine, and an arm vein that takes nothing."""
    muscle, gut, tongue, a1, a2, a3, n1, n2, vein = x
    absorbed = {
        "injected": p["ka_injected"] * muscle,
        "oral": p["ka_oral"] * gut,
        "sublingual": p["ka_sublingual"] * tongue,
    }
    slopes: Array = rate + np.array(
        [
            *(-flow for flow in absorbed.values()),
            sum(p[f"F_{route}"] * flow for route, flow in absorbed.items())
            - (p["CL"] + p["Q2"] + p["Q3"]) / p["V1"] * a1
            + p["Q2"] / p["V2"] * a2
            + p["Q3"] / p["V3"] * a3,
            p["Q2"] * (a1 / p["V1"] - a2 / p["V2"]),
            p["Q3"] * (a1 / p["V1"] - a3 / p["V3"]),
            sum(p[f"metabolite_{route}"] * flow for route, flow in absorbed.items())
            + p["fm"] * p["CL"] / p["V1"] * a1
            - (p["CLn"] + p["Q3n"]) / p["Vcn"] * n1
            + p["Q3n"] / p["Vpn"] * n2,
            p["Q3n"] * (n1 / p["Vcn"] - n2 / p["Vpn"]),
            p["kvenous"] * (a1 - vein),
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
