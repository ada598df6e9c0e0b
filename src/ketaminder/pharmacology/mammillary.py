"""The plain structure behind most anaesthetic models: a central volume that trades with peripheral ones."""

from __future__ import annotations

from ketaminder.pharmacology.model import Flow, Output, Structure, exchange

CENTRAL, ELIMINATED = "central", "eliminated"


def by_clearance() -> Structure:
    """Three compartments with volumes V1 to V3 (L) and clearances CL, Q2, Q3 (L/h)."""
    return Structure(
        compartments=(CENTRAL, "peripheral 1", "peripheral 2"),
        sinks=(ELIMINATED,),
        flows=(
            *exchange(CENTRAL, "peripheral 1", "Q2", ("V1", "V2")),
            *exchange(CENTRAL, "peripheral 2", "Q3", ("V1", "V3")),
            Flow(CENTRAL, ELIMINATED, "CL", "V1"),
        ),
        outputs={"ketamine": Output(CENTRAL, "V1")},
    )


def by_rate(peripheral: int) -> Structure:
    """A central volume V1 (L) and rate constants k10, k12, k21 ... (1/h) to `peripheral` compartments."""
    numbers = range(2, 2 + peripheral)
    names = {number: f"peripheral {number - 1}" for number in numbers}
    there = tuple(Flow(CENTRAL, names[number], f"k1{number}") for number in numbers)
    back = tuple(Flow(names[number], CENTRAL, f"k{number}1") for number in numbers)
    return Structure(
        compartments=(CENTRAL, *names.values()),
        sinks=(ELIMINATED,),
        flows=(*there, *back, Flow(CENTRAL, ELIMINATED, "k10")),
        outputs={"ketamine": Output(CENTRAL, "V1")},
    )
