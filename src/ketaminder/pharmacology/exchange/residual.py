"""The residual error that a paper prints, as what it does to a concentration."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from ketaminder.pharmacology.model import Array, Model, Parameter
from ketaminder.pharmacology.molar_mass import HYDROXYNORKETAMINE, KETAMINE, NORKETAMINE
from ketaminder.terms import Refused

MOLAR_MASS = {"ketamine": KETAMINE, "norketamine": NORKETAMINE, "hydroxynorketamine": HYDROXYNORKETAMINE}


@dataclass(frozen=True, slots=True)
class Residual:
    """Standard deviations: on the natural log, in proportion, and added (ng/mL)."""

    of_log: float = 0.0
    proportional: float = 0.0
    added_ng_per_mL: float = 0.0

    def observed(self, concentration: Array, rng: np.random.Generator) -> Array:
        """Concentrations as they might be measured. One below zero was measured as nothing."""
        by_log, in_proportion, added = rng.standard_normal((3, *concentration.shape))
        measured = concentration * np.exp(self.of_log * by_log) * (1 + self.proportional * in_proportion)
        return np.asarray(measured + self.added_ng_per_mL * added)


def residual(model: Model, output: str) -> Residual:
    """The residual error of one output, by its chemical name.

    Raises:
        Refused: the model prints none for it, so nothing can be said of measured values.
    """
    found = Residual()
    for one in model.residual:
        if _about(one) == output:
            found = _with(found, one, output)
    if found == Residual():
        raise Refused("model", model.id, f"a model that prints a residual error of {output}")
    return found


def _about(one: Parameter) -> str:
    """The output of a residual error, from its name: sigma_noresketamine is that of norketamine."""
    _, _, analyte = one.name.removesuffix("_add").partition("_")
    return analyte.replace("esketamine", "ketamine")


def _with(found: Residual, one: Parameter, output: str) -> Residual:
    kinds = {
        "SD of the natural log": lambda: replace(found, of_log=one.value),
        "fraction (proportional SD)": lambda: replace(found, proportional=one.value),
        "variance (proportional)": lambda: replace(found, proportional=math.sqrt(one.value)),
        "nmol/mL (additive SD)": lambda: replace(found, added_ng_per_mL=one.value * MOLAR_MASS[output]),
    }
    return kinds[one.unit]()
