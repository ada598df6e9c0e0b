"""The eleven equations written out once for engines that take a right-hand side in Python."""

from __future__ import annotations

from typing import Any

from bench.problem import CONSTANTS as K


def slopes(p: Any, x: Any, release: Any) -> list[Any]:
    """Slopes of the eleven states for parameters in the order of the problem's names; `release` in mg/h."""
    _, ka_n, ka_sw, Vc, Q1, Vp, Q2, Vp2, Qh, Vh, kel, kmet, Vcn, CLn, Vpn, Q3, Ki, Sg, kloss, P50, Smax = p
    nasal, swallowed, central, peripheral_1, peripheral_2, liver, met, met_peripheral, G, P, S = x
    c, p1, p2, h = central / Vc, peripheral_1 / Vp, peripheral_2 / Vp2, liver / Vh
    n1, n2 = met / Vcn, met_peripheral / Vpn
    return [
        -ka_n * nasal,
        release - ka_sw * swallowed,
        ka_n * nasal + Q1 * (p1 - c) + Q2 * (p2 - c) + Qh * (h - c),
        Q1 * (c - p1),
        Q2 * (c - p2),
        ka_sw * swallowed + Qh * (c - h) - (kel + kmet) * liver,
        kmet * liver - CLn * n1 + Q3 * (n2 - n1),
        Q3 * (n1 - n2),
        K["KOUT"] * (1 + Sg * 1000 * c / (Ki + 1000 * c)) - K["KOUT"] * G,
        K["KP"] * (G - 1) - kloss * P,
        K["KS"] * Smax * P / (P50 + P) - K["KF"] * S,
    ]
