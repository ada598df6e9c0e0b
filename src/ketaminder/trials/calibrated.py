"""The fit that ships: constants with their joint uncertainty, read from `calibrated.json`, which `calibrate` writes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from ketaminder.terms import Refused
from ketaminder.trials.baselines import pooled
from ketaminder.trials.calibration import PRIOR_SPREAD, Fit, fit
from ketaminder.trials.chain import INDEX, NAMES, UNKNOWNS
from ketaminder.trials.differences import Width, widths
from ketaminder.trials.elsewhere import elsewhere
from ketaminder.trials.observed import Observation, observations
from ketaminder.trials.prediction import Predictor
from ketaminder.trials.published import baseline_spread, calibrates, pooled_curves, published


def fitted_to() -> list[Observation]:
    """Every observation that the shipped fit rests on: read, and of a trial that may calibrate."""
    studies = published() | pooled_curves()
    baselines = pooled(studies.values())
    return [one for id_ in sorted(calibrates()) if id_ in studies for one in observations(studies[id_], baselines)]


def published_widths() -> list[Width]:
    """Every standard deviation between people that was read, of a trial that may calibrate."""
    studies = published() | pooled_curves()
    chosen = [studies[id_] for id_ in sorted(calibrates()) if id_ in studies]
    return widths(chosen, pooled(studies.values()), baseline_spread())


def document(found: Fit) -> dict[str, Any]:
    """A fit as `calibrated.json` holds it."""
    return {
        "constants": [
            {
                "name": one.name,
                "meaning": one.meaning,
                "value": round(float(found.theta[number]), 6),
                "sd": round(float(found.covariance[number, number] ** 0.5), 6),
                "prior": one.prior,
                "prior_sd": one.spread,
                "grade": "fitted",
            }
            for number, one in enumerate(UNKNOWNS)
        ],
        "covariance": [[round(float(one), 8) for one in row] for row in found.covariance],
    }


def refit() -> Fit:
    """Fit again to what ships in `evidence`. There is no randomness: the same evidence gives the same numbers."""
    return fit(fitted_to())


def read(document: Mapping[str, Any]) -> Fit:
    """A fit from its document.

    Raises:
        Refused: it names other constants than the chain has.
    """
    names = [one["name"] for one in document["constants"]]
    if names != list(NAMES):
        raise Refused("calibrated.json", names, "the constants of the chain; run `ketaminder calibrate`")
    theta = np.array([one["value"] for one in document["constants"]])
    return Fit(theta, np.array(document["covariance"]))


@cache
def shipped() -> Fit:
    """The fit that ships."""
    return read(json.loads((files("ketaminder.trials") / "calibrated.json").read_text("utf-8")))


@cache
def predictor() -> Predictor:
    """Predicts by the shipped fit."""
    studies = published()
    return Predictor(shipped(), pooled(studies.values()), elsewhere(studies.values()))


def informed(found: Fit, name: str) -> float:
    """How much the data narrowed a constant: 0 not at all, 1 wholly."""
    number = INDEX[name]
    return 1 - float(found.covariance[number, number] ** 0.5 / PRIOR_SPREAD[number])
