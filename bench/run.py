"""Measure the engine and its peers in one run: `python3 bench/run.py`.

Sets up an environment of its own under bench/.venv from bench/requirements.txt (numbalsoda is compiled: that needs
gfortran), installs this package into it, runs `speed.py`, and writes docs/reference/speed.md and docs/images/speed.svg.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / "bench" / ".venv"
PYTHON = VENV / "bin" / "python"
UV = [sys.executable, "-m", "uv", "pip"]


def main() -> int:
    if not shutil.which("gfortran"):
        print("missing Debian package: gfortran; as root: apt-get install gfortran", file=sys.stderr)
        return 3
    quiet = {"check": True, "cwd": ROOT, "env": os.environ | {"PIP_BREAK_SYSTEM_PACKAGES": "1"}}
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--root-user-action=ignore", "uv"], **quiet)
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "uv", "venv", "-q", str(VENV)], **quiet)
    here = ["--python", str(PYTHON)]
    subprocess.run([*UV, "sync", "-q", "--require-hashes", *here, "bench/requirements.txt"], **quiet)
    subprocess.run([*UV, "install", "-q", "--no-deps", *here, "-e", "."], **quiet)
    return subprocess.run([str(PYTHON), "-m", "bench.speed", *sys.argv[1:]], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
