"""People per second on the reference problem, with the accuracy reached beside it, everybody in one run.

Every engine is asked for the loosest tolerance on a short list whose error on people it was not tuned on stays within
1e-6. Peers run on one core, as they come; the engine on one thread and on two.
"""

from __future__ import annotations

import argparse
import importlib
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from bench import report
from bench.ours import march as ours
from bench.peers import numbalsoda
from bench.problem import PROBLEM, Array, errors, random_people
from ketaminder.pharmacology.engine import DEFINITION, KERNEL

WITHIN = 1e-6
TOLERANCES = (1e-6, 3e-7, 1e-7, 3e-8, 1e-8, 3e-9, 1e-9)
PEERS = {"numbalsoda": 256, "libroadrunner": 32, "diffrax": 32, "scipy": 4}
"""Peer -> how many people keep it busy for a few seconds."""
ROUNDS = 3
SEED = 20_261_126


@dataclass(frozen=True, slots=True)
class Speed:
    """One engine on one grid: people per second in the median of the rounds, and the largest error of a person."""

    engine: str
    cores: int
    grid: str
    people: int
    per_s: float
    error: float
    setting: str


def measured(
    name: str, cores: int, grid: str, people: Array, answers: Array, run: Callable[[Array], Array], setting: str
) -> Speed:
    """Accuracy against `answers` of the first of `people`, and the median rate of `ROUNDS` runs over all of them."""
    off = float(errors(run(people[: len(answers)]), answers).max())
    seconds = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        run(people)
        seconds.append(time.perf_counter() - begin)
    return Speed(name, cores, grid, len(people), len(people) / float(np.median(seconds)), off, setting)


def peer(name: str, grid: str, times_h: Array) -> Speed:
    """A peer at the loosest tolerance that stays within 1e-6."""
    march = importlib.import_module(f"bench.peers.{name}").march
    people = random_people(PEERS[name], SEED)
    answers = numbalsoda.answers(people, times_h)
    for tolerance in TOLERANCES:
        if errors(march(people, times_h, tolerance), answers).max() <= WITHIN:
            break
    return measured(
        name, 1, grid, people, answers, lambda some: march(some, times_h, tolerance), f"tolerance {tolerance:g}"
    )


def engine(grid: str, times_h: Array, accurate: int, many: int) -> list[Speed]:
    """The kernel on one thread and two, and the NumPy definition."""
    people = random_people(many, SEED + 1)
    answers = numbalsoda.answers(people[:accurate], times_h)
    found = []
    with ThreadPoolExecutor(2) as threads:
        for name, path, executor, cores, size in (
            ("kernel", KERNEL, None, 1, many),
            ("kernel", KERNEL, threads, 2, many),
            ("definition", DEFINITION, None, 1, 4096),
            ("definition", DEFINITION, threads, 2, 4096),
        ):
            said = f"{name}, blocks streamed"
            run = lambda some, p=path, e=executor: ours(some, times_h, p, e)  # noqa: E731
            found.append(measured(f"ketaminder {name}", cores, grid, people[:size], answers, run, said))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--accurate", type=int, default=1000, help="people whose answers are compared")
    options.add_argument("--many", type=int, default=40_000, help="people whose rate is measured")
    given = options.parse_args(arguments)
    speeds = []
    for grid in ("dense", "sparse"):
        times_h = np.array(PROBLEM[f"{grid}_grid_h"])
        speeds += engine(grid, times_h, given.accurate, given.many)
        speeds += [peer(name, grid, times_h) for name in PEERS]
        for one in speeds[-len(PEERS) - 3 :]:
            print(
                f"{one.grid:7} {one.engine:24} {one.cores} core  {one.per_s:9.0f}/s  error {one.error:.1e}", flush=True
            )
    report.write(speeds)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
