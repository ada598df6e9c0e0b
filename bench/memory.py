"""What it takes to summarise many people: `python3 -m bench.memory PEOPLE` follows and reduces them, and says so.

The reference problem on its sparse grid: bands over all people of the amount in the central compartment and of the
last stage. Nobody's curves are kept, and people are drawn ten thousand at a time.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import Progress

from bench.ours import request
from bench.problem import PROBLEM, random_people
from ketaminder.pharmacology.engine import Request, bands

AT_ONCE = 10_000
SEED = 20_261_129
ROWS, QUANTILES = ("central", "S"), (0.05, 0.25, 0.5, 0.75, 0.95)


def requests(people: int) -> Iterator[Request]:
    """Everybody, ten thousand at a time."""
    for first in range(0, people, AT_ONCE):
        some = random_people(min(AT_ONCE, people - first), SEED + first)
        yield request(some, np.array(PROBLEM["sparse_grid_h"]))


def summarised(people: int) -> dict[str, Any]:
    """Seconds, the process's largest memory in MB, and how many were named as failed."""
    began = time.perf_counter()
    with ThreadPoolExecutor(2) as threads, Progress(disable=not sys.stderr.isatty()) as shown:
        task = shown.add_task("people", total=people)
        _, failed = bands(requests(people), ROWS, QUANTILES, threads, lambda done: shown.advance(task, done))
    return {"people": people, "s": time.perf_counter() - began, "peak_mb": peak_mb(), "failed": failed}


def peak_mb() -> float:
    """The largest memory of this process alone; what `getrusage` says includes that of the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return float(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024  # type: ignore[index]


def apart(people: int) -> dict[str, Any]:
    """The same in a process of its own, whose memory is nobody else's."""
    command = [sys.executable, "-m", "bench.memory", str(people)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    print(json.dumps(summarised(int(sys.argv[1]))))
