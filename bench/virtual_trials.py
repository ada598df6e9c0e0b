"""A course of 12 sessions in 8 weeks on 100,000 virtual patients, beside the engine's reference problem on that grid.

`python3 -m uv run --group test python -m bench.virtual_trials`. The bar: half as many people per second as the engine.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from statistics import median

import numpy as np

from bench.ours import march
from bench.problem import random_people
from ketaminder.pharmacology.engine import KERNEL
from ketaminder.trials import shipped
from ketaminder.trials.virtual import Design, Run, run, summary
from ketaminder.trials.virtual.shipped import named

ROUNDS, ENGINE_PEOPLE, SEED = 3, 8192, 1


def rate(people: int, work: Callable[[], object]) -> float:
    """People per second, the median of `ROUNDS`."""
    seconds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return people / median(seconds)


def course(people: int) -> Design:
    given = named("course")
    arms = tuple(replace(arm, n=people // 2, given=replace(arm.given, n=people // 2)) for arm in given.arms)
    return replace(given, arms=arms)


def trial(given: Design, executor: Executor | None) -> Callable[[], object]:
    return lambda: summary(given, run(Run(given, shipped(), SEED, 1), executor))


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=100_000)
    people = options.parse_args().people
    given = course(people)
    times_h = np.array([0.0, *given.visits_h])
    bodies = random_people(ENGINE_PEOPLE, SEED)
    march(bodies[:64], times_h, KERNEL, None)
    with ProcessPoolExecutor(2) as processes, ThreadPoolExecutor(2) as threads:
        trial(course(2000), processes)()
        found = {
            ("virtual trial, scores and acute effects", 1): rate(people, trial(given, None)),
            ("virtual trial, scores and acute effects", 2): rate(people, trial(given, processes)),
            ("engine, reference problem, same hours", 1): rate(
                ENGINE_PEOPLE, lambda: march(bodies, times_h, KERNEL, None)
            ),
            ("engine, reference problem, same hours", 2): rate(
                ENGINE_PEOPLE, lambda: march(bodies, times_h, KERNEL, threads)
            ),
        }
    for (name, cores), per_s in found.items():
        print(f"{name:42} {cores} cores {per_s:10,.0f} people/s")
    (trial_name, _), _, (engine_name, _), _ = found
    for cores in (1, 2):
        ratio = found[trial_name, cores] / found[engine_name, cores]
        print(f"{cores} cores: {ratio:.2f} of the engine (bar: 0.50)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
