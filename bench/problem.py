"""The reference problem for every engine alike: people, doses, grids and the measure of error."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
PROBLEM: dict[str, Any] = json.loads((Path(__file__).parent / "reference_problem.json").read_text(encoding="utf-8"))
NAMES: list[str] = PROBLEM["names"]
STATES = len(PROBLEM["states"])
DEVICE_MG = 28.0
CONSTANTS: dict[str, float] = PROBLEM["constants"]


def random_people(number: int, seed: int) -> Array:
    """(number, 21) in the order of NAMES, laid out parameter by parameter."""
    rng, columns = np.random.default_rng(seed), []
    for name in NAMES:
        variance = PROBLEM["log_variance_between_people"].get(name, 0.0)
        difference = math.sqrt(variance) * rng.standard_normal(number)
        share = name == "frn"
        columns.append(
            1 / (1 + 0.46 / 0.54 * np.exp(-difference)) if share else PROBLEM["typical"][name] * np.exp(difference)
        )
    return np.stack(columns).T


def sessions(people: Array) -> tuple[Array, Array, Array]:
    """Start of each session (h), and what each person's nasal depot gets at once and swallowed depot over DSW (mg).

    Both are (people, sessions), laid out session by session.
    """
    start, dose = np.array(PROBLEM["dose_times_h"]), np.array(PROBLEM["dose_mg"])
    later = np.round(dose / DEVICE_MG) - 1
    absorbed = people[:, NAMES.index("frn")] * DEVICE_MG * (1 + later[:, None] * CONSTANTS["SPRAY"])
    return start, absorbed.T, ((dose[:, None] - absorbed) * CONSTANTS["FGUT"]).T


def edges(times_h: Array) -> Array:
    """Every time at which something enters, stops entering, or is read: integrators land on all of them."""
    start = np.array(PROBLEM["dose_times_h"])
    return np.unique(np.concatenate([start, start + CONSTANTS["DSW"], times_h]))


def errors(found: Array, answers: Array) -> Array:
    """(people,): the problem's measure, of states (people, times, states)."""
    peak = np.abs(answers).max(axis=1, keepdims=True)
    return np.asarray((np.abs(found - answers) / (np.abs(answers) + 0.01 * peak)).max(axis=(1, 2)))
