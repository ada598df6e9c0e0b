"""How soon a fresh process shows one person's first curve: `python3 -m bench.start`.

Each time a process of its own runs `ketaminder simulate` on one nasal dose. Warm: as on any day. First after
installation: no module has been compiled to bytecode yet, which an installer may leave to the first run.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

SCENARIO = {"drug": "esketamine", "route": "nasal", "dose_mg": 56, "age_years": 45, "weight_kg": 70}
TIMES = 7


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds by the wall's clock and of processor time, the median of several processes."""

    how: str
    wall_s: float
    processor_s: float


def started(how: str, cache: Path | None) -> Start:
    """Start several times; with `cache` modules are compiled anew each time, into folders there."""
    took = np.array([once(cache / str(number) if cache else None) for number in range(TIMES)])
    wall, processor = np.median(took, axis=0)
    return Start(how, float(wall), float(processor))


def once(cache: Path | None) -> tuple[float, float]:
    """Seconds of one process: wall, processor."""
    environment = os.environ | ({"PYTHONPYCACHEPREFIX": str(cache)} if cache else {})
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "ketaminder.cli", "simulate", "-", "--json"]
    text = json.dumps(SCENARIO).encode()
    subprocess.run(command, input=text, check=True, stdout=subprocess.DEVNULL, env=environment)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measured() -> list[Start]:
    once(None)
    with tempfile.TemporaryDirectory(prefix="ketaminder-start-") as folder:
        return [started("warm", None), started("first after installation", Path(folder))]


if __name__ == "__main__":
    print(json.dumps([asdict(one) for one in measured()], indent=2))
