"""Compile the fast path when the package is built: one library for each level of processor.

With `CC`, or cc on the path, or else the compiler that the ziglang wheel carries. Without any the package still works:
the engine then computes by its NumPy definition, and says so.
"""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ENGINE = Path("src/ketaminder/pharmacology/engine")
SOURCES = ("modes.c", "group.c", "march.c", "reduce.c")
FLAGS = ("-O2", "-funroll-loops", "-fno-math-errno", "-std=gnu11", "-shared", "-fPIC", "-Wall", "-Wno-psabi")
CPU = {"x86-64-v4": "x86_64_v4", "x86-64-v3": "x86_64_v3"}
"""Levels as cc names them -> as zig does."""


class Kernel(BuildHookInterface[Any]):
    """Called by hatchling for wheels and for editable installs."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return [] if compiler() else ["ziglang==0.17.1"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        folder = Path(self.root) / ENGINE / "compiled"
        folder.mkdir(exist_ok=True)
        levels = ("generic", *CPU) if platform.machine() in ("x86_64", "AMD64") else ("generic",)
        made = [self.compiled(level, folder) for level in levels]
        if version != "editable" and any(made):
            build_data["artifacts"] += [f"/{ENGINE}/compiled/*.so"]
            build_data |= {"pure_python": False, "infer_tag": True}

    def compiled(self, level: str, folder: Path) -> bool:
        """Compile one level to a file of its own, put in place whole."""
        target = folder / f"engine-{level}.so"
        part = folder / f"part-{os.getpid()}-{level}.so"
        command = [
            *(compiler() or zig()),
            *FLAGS,
            *for_level(level),
            *(str(Path(self.root) / ENGINE / name) for name in SOURCES),
        ]
        try:
            subprocess.run([*command, "-o", str(part), "-lm"], check=True)
        except (OSError, subprocess.CalledProcessError) as failure:
            self.app.display_warning(f"the fast path was not compiled for {level}: {failure}")
            return False
        part.replace(target)
        return True


def compiler() -> list[str]:
    """The C compiler of this machine; empty where it has none."""
    named = os.environ.get("CC") or shutil.which("clang") or shutil.which("cc") or ""
    return shlex.split(named)


def zig() -> list[str]:
    return [sys.executable, "-m", "ziglang", "cc"]


def for_level(level: str) -> list[str]:
    if level == "generic":
        return []
    return [f"-march={level}"] if compiler() else [f"-mcpu={CPU[level]}"]
