"""The fast path: C beside this file, compiled when the package is installed, called with NumPy arrays in place."""

from __future__ import annotations

import ctypes
import math
import platform
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ketaminder.pharmacology.engine.collocation import SAFETY, radau
from ketaminder.pharmacology.engine.compartments import Entries, tree
from ketaminder.pharmacology.engine.definition import Marched
from ketaminder.pharmacology.engine.modes import Modes
from ketaminder.pharmacology.engine.problem import Problem
from ketaminder.pharmacology.model import Array

COMPILED = Path(__file__).parent / "compiled"
NODES = 9
"""That of problem.h."""
GROUP = 8
"""People come in multiples of this: one or two vectors, whatever the processor."""
TOLERANCE, REACH = 10.0, 1.0
"""Bounds on what a step may leave out, over its error constant of 1 / (NODES + 1)!, and on how far a drive may move."""
MOST_LEFT_OUT = 1e-5
"""What a step may leave out of a stage by its own account, as a share of the stage."""

_SIZES = ("people", "modes", "columns", "drives", "outputs", "events", "times", "stages")
_ARRAYS = (
    *(
        "rate",
        "column",
        "drive",
        "noise",
        "output",
        "event_h",
        "event_amount",
        "event_column",
        "event_entry",
    ),
    *(
        "times_h",
        "reads",
        "shape",
        "base",
        "gain",
        "half",
        "loss",
        "start",
        "nodes",
        "slopes",
        "tail",
        "spread",
        "outset",
    ),
)


class _Struct(ctypes.Structure):
    """`struct problem` of problem.h; keep both alike."""

    _fields_ = (
        *((name, ctypes.c_int64) for name in _SIZES),
        *((name, ctypes.c_void_p) for name in _ARRAYS),
        *((name, ctypes.c_double) for name in ("bend", "move", "most_left_out")),
        ("curves", ctypes.c_void_p),
        ("error", ctypes.c_void_p),
        *((name, ctypes.c_int64) for name in ("first", "across", "steps")),
    )


class _Compartments(ctypes.Structure):
    """`struct compartments` of modes.c; keep both alike."""

    _fields_ = (
        *((name, ctypes.c_int64) for name in ("people", "places", "blocks")),
        *((name, ctypes.c_void_p) for name in ("block_start", "member", "entry", "child", "parent", "value")),
        *((name, ctypes.c_void_p) for name in ("rate", "right", "left", "off", "rounding", "stray")),
    )


@cache
def library() -> ctypes.CDLL | None:
    """The compiled kernel that suits this processor; None where none was compiled from the sources beside it."""
    for level in _levels():
        path = COMPILED / f"engine-{level}.so"
        if path.exists() and _fits(found := ctypes.CDLL(str(path))):
            return found
    return None


def _fits(found: ctypes.CDLL) -> bool:
    """Whether the structs of a library are those of this file, and not of an earlier version whose file stayed."""
    told = ("size_of_problem", "size_of_compartments", "nodes_of_a_step")
    if not all(hasattr(found, name) for name in told):
        return False
    expected = ctypes.sizeof(_Struct), ctypes.sizeof(_Compartments), NODES
    return tuple(getattr(found, name)() for name in told) == expected


def _levels() -> tuple[str, ...]:
    if platform.machine() not in ("x86_64", "AMD64"):
        return ("generic",)
    probe = COMPILED / "engine-generic.so"
    if not probe.exists():
        return ()
    level = ctypes.CDLL(str(probe)).processor_level()
    return (*(f"x86-64-v{number}" for number in range(level, 2, -1)), "generic")


def march(problem: Problem, finer: float = 1.0) -> Marched:
    """Solve one problem of a multiple of `GROUP` people, with steps chosen for an error `finer` times smaller.

    Raises:
        RuntimeError: no kernel was compiled.
    """
    return opened(problem, finer)(0, problem.people)


def opened(problem: Problem, finer: float = 1.0) -> Callable[[int, int], Marched]:
    """What follows the people of a problem from one number up to another, both multiples of `GROUP`, as `march`."""
    found = library()
    if found is None:
        raise RuntimeError("no kernel was compiled when this package was installed: use definition.march")
    lanes, error = found.lanes_side_by_side(), np.zeros(problem.people)
    struct, held = filled(problem, error, finer)
    space = workspace(struct, len(problem.stages))
    rows = problem.output.shape[0] + problem.start.shape[0]

    def follow(first: int, last: int) -> Marched:
        out = np.empty((held["times_h"].size, rows, last - first))
        struct.curves, struct.first, struct.across = out.ctypes.data, first, last - first
        groups = ctypes.c_int64(first // lanes), ctypes.c_int64(last // lanes)
        found.march(ctypes.byref(struct), ctypes.c_void_p(space.ctypes.data), *groups)
        return Marched(out, SAFETY * error[first:last])

    return follow


def modes(entries: Entries, blocks: Sequence[tuple[int, ...]], size: int, people: int) -> Modes:
    """As `modes.modes`, for a multiple of `GROUP` people.

    Raises:
        Refused: as there.
        RuntimeError: no kernel was compiled.
        MemoryError: the kernel could not get its workspace.
    """
    found = library()
    if found is None:
        raise RuntimeError("no kernel was compiled when this package was installed: use modes.modes")
    walks = [edge for block in blocks for edge in tree(entries, block)]
    numbered = np.full((size, size), -1, dtype=np.int32)
    for number, entry in enumerate(entries):
        numbered[entry] = number
    held: dict[str, NDArray[Any]] = {
        "block_start": np.cumsum([0, *(len(block) for block in blocks)], dtype=np.int32),
        "member": np.array([place for block in blocks for place in block], dtype=np.int32),
        "entry": numbered,
        "child": np.array([child for child, _ in walks], dtype=np.int32),
        "parent": np.array([parent for _, parent in walks], dtype=np.int32),
        "value": np.stack([np.broadcast_to(value, people) for value in entries.values()]),
    }
    rate, rounding, stray, off = *(np.empty((size, people)) for _ in range(3)), np.empty(people)
    right, left = np.empty((size, size, people)), np.empty((size, size, people))
    held |= {"rate": rate, "right": right, "left": left, "off": off, "rounding": rounding, "stray": stray}
    pointers = {name: array.ctypes.data for name, array in held.items()}
    struct = _Compartments(people=people, places=size, blocks=len(blocks), **pointers)
    if found.find_modes(ctypes.byref(struct), ctypes.c_int64(len(entries))):
        raise MemoryError("the kernel's workspace")
    return Modes(rate, right, left, off, rounding, stray)


def filled(problem: Problem, error: Array, finer: float) -> tuple[_Struct, dict[str, NDArray[Any]]]:
    """The struct of a problem, as yet without curves, and the arrays that it points to, which must outlive it."""
    table = radau(NODES)
    arrays = {name: getattr(problem, name) for name in _ARRAYS if hasattr(problem, name)}
    arrays["shape"] = np.array([one.shape for one in problem.stages], dtype=np.int32)
    arrays |= {name: getattr(table, name) for name in ("nodes", "slopes", "tail", "spread", "outset")}
    held = {name: np.ascontiguousarray(array) for name, array in (arrays | {"error": error}).items()}
    struct = _Struct(
        people=problem.people,
        modes=problem.rate.shape[0],
        columns=problem.column.shape[0],
        drives=problem.drive.shape[0],
        outputs=problem.output.shape[0],
        events=problem.event_h.shape[0],
        times=problem.times_h.size,
        stages=len(problem.stages),
        bend=math.log2(TOLERANCE / finer * math.factorial(NODES + 1)),
        move=math.log2(REACH / finer ** (1 / NODES)),
        most_left_out=MOST_LEFT_OUT / finer,
        **{name: array.ctypes.data for name, array in held.items()},
    )
    return struct, held


def workspace(struct: _Struct, stages: int) -> NDArray[np.int8]:
    """Bytes in which the kernel follows people and so many of their stages."""
    found = library()
    if found is None:
        raise RuntimeError("no kernel was compiled when this package was installed")
    found.space_for.restype = ctypes.c_int64
    what = ctypes.byref(struct), ctypes.c_int64(stages)
    space = np.empty(found.space_for(*what), dtype=np.int8)
    found.begin(*what, ctypes.c_void_p(space.ctypes.data))
    return space
