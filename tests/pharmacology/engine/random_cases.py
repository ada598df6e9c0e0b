"""Random compartments, people and dosing records, the degenerate among them on purpose."""

from __future__ import annotations

import numpy as np

from ketaminder.pharmacology.engine import Drive, Request, Shape, Stage
from ketaminder.pharmacology.model import Array, Flow, Input, Lag, Parameters, Structure

HOURS = 72.0
KINDS = ("ordinary", "wide", "equal", "nearly equal", "pairs", "clears nothing", "some zero")
"""What a person's rates are like; the last six are degenerate."""


def random_request(rng: np.random.Generator, people: int, kinds: tuple[str, ...], *, stages: bool) -> Request:
    """One structure and one dosing record for `people` people, whose rates, amounts and durations all differ."""
    structure = random_structure(rng)
    rates = sorted({flow.rate for flow in structure.flows} | {lag.rate for lag in structure.lags})
    eliminating = {flow.rate for flow in structure.flows if flow.target == "out"}
    kind = rng.choice(kinds, people)
    parameters = random_rates(rng, rates, eliminating, kind)
    inputs = random_inputs(rng, structure.compartments, people)
    times = random_times(rng, inputs)
    drives = (
        Drive("u", {place: np.ones(1) for place in rng.choice(structure.compartments, 2)}),
        Drive("leaving", leaving(structure, parameters)),
    )
    return Request(structure, parameters, inputs, times, people, drives, random_stages(rng, people) if stages else ())


def leaving(structure: Structure, parameters: Parameters) -> dict[str, Array]:
    """mg/h that leave for good, as weights of a drive."""
    weights: dict[str, Array] = {}
    for flow in structure.flows:
        if flow.target == "out":
            weights[flow.source] = weights.get(flow.source, np.zeros(1)) + parameters[flow.rate]
    return weights


def random_structure(rng: np.random.Generator) -> Structure:
    """Blocks of one to three places in a tree, each fed by one before it; at least the last is eliminated from."""
    flows: list[Flow] = []
    places: list[str] = []

    def add(source: str, target: str) -> None:
        flows.append(Flow(source, target, f"k{len(flows)}"))

    for _ in range(rng.integers(1, 5)):
        block = [f"c{len(places) + n}" for n in range(rng.integers(1, 4))]
        for number, place in enumerate(block[1:], start=1):
            other = block[rng.integers(number)]
            add(place, other)
            add(other, place)
        if places:
            add(str(rng.choice(places)), str(rng.choice(block)))
            if rng.random() < 0.3:
                source = str(rng.choice(places))
                if not any(flow.source == source and flow.target in block for flow in flows):
                    add(source, str(rng.choice(block)))
        places += block
    for place in places:
        if place == places[-1] or rng.random() < 0.3:
            add(place, "out")
    lags = (Lag("lag", str(rng.choice(places)), "k_lag"),) if rng.random() < 0.3 else ()
    return Structure(tuple(places), ("out",), tuple(flows), {}, lags)


def random_rates(rng: np.random.Generator, names: list[str], eliminating: set[str], kind: Array) -> dict[str, Array]:
    """1/h of each flow, (people,), as the kind of each person says."""
    people = kind.size
    shared = 10 ** rng.uniform(-2, 1, people)
    found = {}
    for number, name in enumerate(names):
        ordinary = 10 ** rng.uniform(-2, 1.5, people)
        options = {
            "ordinary": ordinary,
            "wide": 10 ** rng.uniform(-6, 6, people),
            "equal": shared,
            "nearly equal": shared * (1 + rng.choice([-1, 1], people) * 10 ** rng.uniform(-15, -2, people)),
            "pairs": np.where(number % 2, ordinary, shared),
            "clears nothing": np.full(people, 0.0) if name in eliminating else ordinary,
            "some zero": np.where(rng.random(people) < 0.3, 0.0, ordinary),
        }
        found[name] = np.select([kind == one for one in options], list(options.values()))
    return found


def random_inputs(rng: np.random.Generator, compartments: tuple[str, ...], people: int) -> list[Input]:
    """One to six entries: at once or over a time, some at the same moment, some overlapping, of any size."""
    inputs: list[Input] = []
    for _ in range(rng.integers(1, 7)):
        start = inputs[-1].start_h if inputs and rng.random() < 0.3 else float(rng.choice([0.0, rng.uniform(0, HOURS)]))
        size = 10 ** (rng.uniform(-6, 6, people) if rng.random() < 0.2 else rng.uniform(0, 2, people))
        lasting = rng.random()
        duration = np.zeros(people) if lasting < 0.4 else 10 ** rng.uniform(-3, 1.5, people)
        if lasting > 0.8:
            duration = np.where(rng.random(people) < 0.5, 0.0, duration)
        inputs.append(Input(str(rng.choice(compartments)), size, start, duration))
    return inputs


def random_times(rng: np.random.Generator, inputs: list[Input]) -> Array:
    """Ten hours or so, the starts of doses among them."""
    spread = np.concatenate([rng.uniform(0, HOURS, 5), 10 ** rng.uniform(-4, 2.3, 4)])
    return np.unique(np.concatenate([[0.0], [one.start_h for one in inputs][:3], spread]))


def random_stages(rng: np.random.Generator, people: int) -> tuple[Stage, ...]:
    """A chain of one to three filters, each fed by the drive or by the one before."""
    stages: list[Stage] = []
    for number in range(rng.integers(1, 4)):
        reads = "u" if not stages or rng.random() < 0.2 else stages[-1].name
        stages.append(
            Stage(
                f"s{number}",
                reads,
                Shape(int(rng.integers(3))),
                base=10 ** rng.uniform(-3, 0, people),
                gain=10 ** rng.uniform(-2, 1, people),
                loss=10 ** rng.uniform(-3, 0.5, people),
                start=rng.choice([0.0, 1.0], people),
                half=10 ** rng.uniform(-1, 2, people),
            )
        )
    return tuple(stages)
