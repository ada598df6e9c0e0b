"""The reference problem of `bench/`, as a request to the engine, and its measure of error."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ketaminder.pharmacology.engine import Drive, Request, Shape, Stage
from ketaminder.pharmacology.model import Input
from ketaminder.pharmacology.models.perez_ruixo_2021 import STRUCTURE

Array = NDArray[np.float64]
PROBLEM: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "bench" / "reference_problem.json").read_text(encoding="utf-8")
)
WITHOUT_ORAL = replace(
    STRUCTURE,
    compartments=tuple(one for one in STRUCTURE.compartments if one != "oral depot"),
    flows=tuple(flow for flow in STRUCTURE.flows if flow.source != "oral depot"),
)
DEVICE_MG = 28.0


def random_people(number: int, rng: np.random.Generator) -> Array:
    """(number, 21) in the order of the problem's names."""
    columns = []
    for name in PROBLEM["names"]:
        variance = PROBLEM["log_variance_between_people"].get(name, 0.0)
        difference = math.sqrt(variance) * rng.standard_normal(number)
        if name == "frn":
            columns.append(1 / (1 + 0.46 / 0.54 * np.exp(-difference)))
        else:
            columns.append(PROBLEM["typical"][name] * np.exp(difference))
    return np.stack(columns, axis=1)


def request(people: Array, times_h: list[float]) -> Request:
    """The problem for these people at these times."""
    of = dict(zip(PROBLEM["names"], people.T, strict=True))
    fixed = {name: np.array([value]) for name, value in PROBLEM["constants"].items()}
    zero, one = np.zeros(1), np.ones(1)
    return Request(
        structure=WITHOUT_ORAL,
        parameters={**of, "Vp1": of["Vp"]},
        inputs=_doses(of, fixed),
        times_h=np.array(times_h),
        people=len(people),
        drives=(Drive("C", {"central": 1000 / of["Vc"]}),),
        stages=(
            Stage("G", "C", Shape.SATURATING, fixed["KOUT"], fixed["KOUT"] * of["Sg"], fixed["KOUT"], one, of["Ki"]),
            Stage("P", "G", Shape.LINEAR, -fixed["KP"], fixed["KP"], of["kloss"], zero, one),
            Stage("S", "P", Shape.SATURATING, zero, fixed["KS"] * of["Smax"], fixed["KF"], zero, of["P50"]),
        ),
    )


def _doses(of: dict[str, Array], fixed: dict[str, Array]) -> list[Input]:
    inputs = []
    for start_h, dose_mg in zip(PROBLEM["dose_times_h"], PROBLEM["dose_mg"], strict=True):
        later = round(dose_mg / DEVICE_MG) - 1
        absorbed = of["frn"] * DEVICE_MG * (1 + later * fixed["SPRAY"])
        swallowed = (dose_mg - absorbed) * fixed["FGUT"]
        inputs.append(Input("nasal depot", absorbed, start_h, np.zeros(1)))
        inputs.append(Input("swallowed depot", swallowed, start_h, fixed["DSW"]))
    return inputs


def errors(curves: Array, answers: Array) -> Array:
    """(people, states): the problem's measure of curves (times, states, people) against answers of the same shape."""
    peak = np.abs(answers).max(axis=0)
    relative = np.abs(curves - answers) / (np.abs(answers) + 0.01 * peak)
    return np.asarray(relative.max(axis=0).T)
