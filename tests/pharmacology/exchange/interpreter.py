"""NONMEM's records told event by event, apart from our own code: Otto 2021 typed from its Table 3, SciPy's `expm`.

PREDPP's words: PK is called with each record, whose values hold on the way to it; an additional dose is given before a
record of its time; SS 1 replaces and cancels, SS 2 adds; EVID 3 and 4 empty and cancel.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm

Array = NDArray[np.float64]
V2, Q2, V3, Q3, VPN, QN = 187.0, 23.2, 98.8, 157.0, 160.04, 42.778
NOW = 1e-12
"""Hours closer than this are one."""


@dataclass(frozen=True)
class Row:
    """One record; `cmt` and `dvid` count from 1."""

    time: float
    evid: int
    wt: float
    amt: float = 0.0
    rate: float = 0.0
    ii: float = 0.0
    addl: int = 0
    ss: int = 0
    cmt: int = 1
    dvid: int = 1

    def cells(self) -> str:
        """As a line of a table with the columns of `HEADER`."""
        dose = f"{self.amt!r},{self.rate!r},{self.ii!r},{self.addl},{self.ss},{self.cmt}"
        return f"1,{self.time!r},{self.evid},{dose if self.evid in (1, 4) else '.,.,.,.,.,.'},{self.dvid},{self.wt!r},1"


HEADER = "ID,TIME,EVID,AMT,RATE,II,ADDL,SS,CMT,DVID,WT,MDV"


def rates(wt: float, clearance: float = 95.2) -> tuple[Array, tuple[float, float]]:
    """d amounts/dt by amounts, 1/h, and the two central volumes in L, of somebody of `wt` kg."""
    v1, cl, vn, cln = 133 * wt / 70, clearance * (wt / 70) ** 0.75, 98.638 * wt / 70, 57.72 * (wt / 70) ** 0.75
    found = np.zeros((5, 5))
    for first, second, q, one, other in ((0, 1, Q2, v1, V2), (0, 2, Q3, v1, V3), (3, 4, QN, vn, VPN)):
        found[[first, second], [first, second]] -= q / one, q / other
        found[[second, first], [first, second]] += q / one, q / other
    found[0, 0] -= cl / v1
    found[3, 0] += cl / v1
    found[3, 3] -= cln / vn
    return found, (v1, vn)


def moved(a: Array, amounts: Array, entering: Array, hours: float) -> Array:
    """Amounts after `hours` of constant input."""
    whole = np.zeros((6, 6))
    whole[:5, :5], whole[:5, 5] = a, entering
    return np.asarray((expm(whole * hours) @ np.append(amounts, 1.0))[:5])


@dataclass
class Body:
    """Amounts now, infusions that run (compartment, rate, end) and doses that are pending (time, row)."""

    clock: float
    amounts: Array = field(default_factory=lambda: np.zeros(5))
    running: list[tuple[int, float, float]] = field(default_factory=list)
    pending: list[tuple[float, Row]] = field(default_factory=list)

    def empty(self) -> None:
        self.amounts, self.running, self.pending = np.zeros(5), [], []

    def wait(self, a: Array, until: float) -> None:
        """Let time pass, stopping wherever an infusion ends."""
        while self.clock < until:
            self.running = [one for one in self.running if one[2] > self.clock + NOW]
            stop = min([until, *(end for _, _, end in self.running)])
            entering = np.zeros(5)
            for place, rate, _ in self.running:
                entering[place] += rate
            self.amounts, self.clock = moved(a, self.amounts, entering, stop - self.clock), stop

    def give(self, row: Row) -> None:
        if row.rate:
            self.running.append((row.cmt - 1, row.rate, self.clock + row.amt / row.rate))
        else:
            self.amounts[row.cmt - 1] += row.amt

    def steady(self, a: Array, row: Row) -> None:
        """Replace, or add, what infinitely many such doses leave at the time of the last of them."""
        if row.ss == 1:
            self.empty()
        one = np.eye(5)[row.cmt - 1]
        if not row.amt:
            self.amounts = self.amounts + np.linalg.solve(-a, row.rate * one)
            return
        forever = np.eye(5) - expm(a * row.ii)
        if not row.rate:
            self.amounts = self.amounts + np.linalg.solve(forever, row.amt * one)
            return
        lasting = row.amt / row.rate
        whole = math.floor(lasting / row.ii + NOW)
        over = lasting - whole * row.ii
        through = moved(a, np.zeros(5), (whole + 1) * row.rate * one, over)
        through = moved(a, through, whole * row.rate * one, row.ii - over)
        self.amounts = self.amounts + np.linalg.solve(forever, through)
        left = (lasting - number * row.ii for number in range(whole + 1))
        self.running += [(row.cmt - 1, row.rate, self.clock + hours) for hours in left if hours > NOW]


def told(rows: list[Row], clearance: float = 95.2) -> Array:
    """ng/mL at each observation."""
    body, found = Body(rows[0].time), []
    for row in rows:
        a, volumes = rates(row.wt, clearance)
        if row.evid in (3, 4):
            body.empty()
            body.clock = row.time
        for hour, earlier in sorted((one for one in body.pending if one[0] <= row.time), key=lambda one: one[0]):
            body.wait(a, hour)
            body.give(earlier)
        body.pending = [one for one in body.pending if one[0] > row.time]
        body.wait(a, row.time)
        if row.evid in (1, 4):
            body.steady(a, row) if row.ss else body.give(row)
            body.pending += [(row.time + number * row.ii, row) for number in range(1, row.addl + 1)]
        if row.evid == 0:
            found.append(1000 * body.amounts[0 if row.dvid == 1 else 3] / volumes[row.dvid - 1])
    return np.array(found)
