"""People per second on the reference problem, with the accuracy reached beside it, everybody in one run.

Every engine is asked for the loosest tolerance on a short list whose error on people it was not tuned on stays within
1e-6. Peers run on one core, as they come; the engine on one thread and on two. In each round everybody runs once, so
that whatever else the machine does falls on all alike, and just before follows a fourth of its people untimed.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from bench import memory, redraw, report, start
from bench.measured import Around, Conditions, Speed
from bench.ours import march as ours
from bench.peers import numbalsoda
from bench.problem import PROBLEM, Array, errors, random_people
from ketaminder.pharmacology.engine import DEFINITION, KERNEL

WITHIN = 1e-6
TOLERANCES = (1e-6, 3e-7, 1e-7, 3e-8, 1e-8, 3e-9, 1e-9)
PEERS = {"numbalsoda": 256, "libroadrunner": 32, "diffrax": 32, "scipy": 4}
"""Peer -> how many people keep it busy for a few seconds."""
ROUNDS = 9
WARMING = 4
SEED = 20_261_126
SWITCH_S = 2e-4
"""How long a thread waits for Python while another prepares people. By itself Python makes it wait 5 ms, as long as the
kernel takes for a block."""


@dataclass(frozen=True, slots=True)
class Entrant:
    """One engine on one grid, its accuracy known, its speed not yet."""

    engine: str
    cores: int
    grid: str
    people: Array
    run: Callable[[Array], Array]
    setting: str
    error: float


def worst(run: Callable[[Array], Array], people: Array, answers: Array) -> float:
    """The largest error of the people whose answers are known."""
    return float(errors(run(people[: len(answers)]), answers).max())


def raced(entrants: Sequence[Entrant], rounds: int) -> list[Speed]:
    """Everybody once in each round, and medians over the rounds."""
    took = np.array([[timed(one) for one in entrants] for _ in range(rounds)])
    wall, processor = np.median(took, axis=0).T
    return [
        Speed(e.engine, e.cores, e.grid, len(e.people), len(e.people) / w, len(e.people) / p, e.error, e.setting)
        for e, w, p in zip(entrants, wall, processor, strict=True)
    ]


def timed(entrant: Entrant) -> tuple[float, float]:
    """Seconds by the wall's clock and of processors, after a fourth of the work untimed."""
    entrant.run(entrant.people[: max(len(entrant.people) // WARMING, 1)])
    wall, processor = time.perf_counter(), time.process_time()
    entrant.run(entrant.people)
    return time.perf_counter() - wall, time.process_time() - processor


def peer(name: str, grid: str, times_h: Array) -> Entrant:
    """A peer at the loosest tolerance that stays within 1e-6."""
    march = importlib.import_module(f"bench.peers.{name}").march
    people = random_people(PEERS[name], SEED)
    answers = numbalsoda.answers(people, times_h)
    for tolerance in TOLERANCES:
        error = float(errors(march(people, times_h, tolerance), answers).max())
        if error <= WITHIN:
            break
    run = lambda some: march(some, times_h, tolerance)  # noqa: E731
    return Entrant(name, 1, grid, people, run, f"tolerance {tolerance:g}", error)


def engine(grid: str, times_h: Array, accurate: int, many: int, threads: Executor) -> list[Entrant]:
    """The kernel on one thread and two, and the NumPy definition."""
    people = random_people(many, SEED + 1)
    answers = numbalsoda.answers(people[:accurate], times_h)
    found = []
    for name, path, size in (("kernel", KERNEL, many), ("definition", DEFINITION, 4096)):
        alone = lambda some, p=path: ours(some, times_h, p, None)  # noqa: E731
        together = lambda some, p=path: ours(some, times_h, p, threads)  # noqa: E731
        error = worst(alone, people, answers)
        for cores, run in ((1, alone), (2, together)):
            found.append(
                Entrant(f"ketaminder {name}", cores, grid, people[:size], run, f"{name}, blocks streamed", error)
            )
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--accurate", type=int, default=1000, help="people whose answers are compared")
    options.add_argument("--many", type=int, default=80_000, help="people whose rate is measured")
    options.add_argument("--rounds", type=int, default=ROUNDS, help="how often everybody runs")
    options.add_argument("--summarise", type=int, nargs="+", default=[100_000, 1_000_000], help="people, for memory")
    given = options.parse_args(arguments)
    speeds, before = [], os.getloadavg()[0]
    sys.setswitchinterval(SWITCH_S)
    with ThreadPoolExecutor(2) as threads:
        for grid in ("dense", "sparse"):
            times_h = np.array(PROBLEM[f"{grid}_grid_h"])
            entrants = engine(grid, times_h, given.accurate, given.many, threads)
            entrants += [peer(name, grid, times_h) for name in PEERS]
            speeds += raced(entrants, given.rounds)
            for one in speeds[-len(entrants) :]:
                print(f"{one.grid:7} {one.engine:24} {one.cores} core  {one.per_s:9.0f}/s  error {one.error:.1e}")
    load = before, os.getloadavg()[0]
    report.write(speeds, Conditions(given.rounds, given.accurate, load), around(given.summarise))
    return 0


def around(summarised: Sequence[int]) -> Around:
    """What is not a rate: memory, start, and the page's redraw."""
    return Around([memory.apart(people) for people in summarised], start.measured(), redraw.apart())


if __name__ == "__main__":
    raise SystemExit(main())
