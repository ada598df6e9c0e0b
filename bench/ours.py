"""The engine on the reference problem."""

from __future__ import annotations

from concurrent.futures import Executor

import numpy as np

from bench.problem import CONSTANTS, NAMES, STATES, Array, sessions
from ketaminder.pharmacology.engine import Drive, Path, Request, Shape, Stage, each, follow
from ketaminder.pharmacology.model import Flow, Input, Structure, exchange

STRUCTURE = Structure(
    compartments=("nasal", "swallowed", "central", "peripheral 1", "peripheral 2", "liver", "met", "met peripheral"),
    sinks=("eliminated",),
    flows=(
        Flow("nasal", "central", "ka_n"),
        Flow("swallowed", "liver", "ka_sw"),
        *exchange("central", "peripheral 1", "Q1", ("Vc", "Vp")),
        *exchange("central", "peripheral 2", "Q2", ("Vc", "Vp2")),
        *exchange("central", "liver", "Qh", ("Vc", "Vh")),
        Flow("liver", "eliminated", "kel"),
        Flow("liver", "met", "kmet"),
        *exchange("met", "met peripheral", "Q3", ("Vcn", "Vpn")),
        Flow("met", "eliminated", "CLn", "Vcn"),
    ),
    outputs={},
)
KEPT_UP_TO = 2000


def request(people: Array, times_h: Array) -> Request:
    """The reference problem as the engine takes it."""
    of = dict(zip(NAMES, people.T, strict=True))
    k = {name: np.array([value]) for name, value in CONSTANTS.items()}
    zero, one = np.zeros(1), np.ones(1)
    start, at_once, swallowed = sessions(people)
    inputs = [Input("nasal", at_once[:, n], float(hour), zero) for n, hour in enumerate(start)]
    inputs += [Input("swallowed", swallowed[:, n], float(hour), k["DSW"]) for n, hour in enumerate(start)]
    stages = (
        Stage("G", "C", Shape.SATURATING, k["KOUT"], k["KOUT"] * of["Sg"], k["KOUT"], one, of["Ki"]),
        Stage("P", "G", Shape.LINEAR, -k["KP"], k["KP"], of["kloss"], zero, one),
        Stage("S", "P", Shape.SATURATING, zero, k["KS"] * of["Smax"], k["KF"], zero, of["P50"]),
    )
    drives = (Drive("C", {"central": 1000 / of["Vc"]}),)
    return Request(STRUCTURE, of, inputs, times_h, len(people), drives, stages)


def march(people: Array, times_h: Array, path: Path, executor: Executor | None) -> Array:
    """(people, times, 11) of few people; of many, every block is computed and let go, and nothing is returned."""
    asked = request(people, times_h)
    if len(people) > KEPT_UP_TO:
        for _ in each(asked, lambda block: len(block.how), executor, path):
            pass
        return np.empty((0, times_h.size, STATES))
    return follow(asked, executor, path).curves.transpose(2, 0, 1)
