"""How long `ketaminder audit verify` reads a trail of five million entries on PostgreSQL, and in how much memory.

    python3 -m uv run --group test python -m bench.clinic_trail --patients 100000
    python3 -m uv run --group test python -m bench.clinic_trail --patients 500

uses the clinic that `bench.clinic` fills in --data, or fills one, and runs the command as an operator would, as a
process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.clinic import postgresql, prepare

KB_A_MB = 1024
"""ru_maxrss is in kilobytes on Linux (getrusage(2))."""


def verified() -> dict[str, Any]:
    """What the command found, its seconds by the wall and of the processor, and its largest resident memory."""
    command = [sys.executable, "-m", "ketaminder.cli", "audit", "verify", "--json"]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    told = process.stdout.read() if process.stdout else b""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    took = time.perf_counter() - began
    found = json.loads(told)
    return {
        "entries": found["entries"],
        "events": found["events"],
        "intact": found["intact"],
        "wall_s": round(took, 1),
        "processor_s": round(used.ru_utime + used.ru_stime, 1),
        "entries_a_second": round(found["entries"] / took),
        "memory_mb": round(used.ru_maxrss / KB_A_MB),
    }


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--patients", type=int, default=100_000)
    options.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()) / "ketaminder-bench-clinic")
    given = options.parse_args()
    given.data.mkdir(parents=True, exist_ok=True)
    with postgresql(given.data / "postgresql") as address:
        began = time.perf_counter()
        prepare(address, given.patients)
        print(f"filled or found in {time.perf_counter() - began:.0f} s", flush=True)
        load = os.getloadavg()[0]
        report = {"cores": os.cpu_count(), "load_before": round(load, 2)} | verified()
    print(json.dumps(report, indent=1))
    return 0 if report["intact"] else 1


if __name__ == "__main__":
    sys.exit(main())
