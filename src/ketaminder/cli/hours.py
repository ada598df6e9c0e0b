"""The hours at which `ketaminder simulate` says what the curves are."""

from __future__ import annotations

import numpy as np

from ketaminder.pharmacology.kinetics import EXPOSURE_H
from ketaminder.pharmacology.model import Array
from ketaminder.pharmacology.question import Scenario

FINE_H, COARSE_H, MOST_TIMES = 5 / 60, 0.25, 1500
SAME_H = 1e-9
"""Times closer than a few microseconds are one."""


def times_h(scenario: Scenario) -> Array:
    """A day after the last dose: evenly, every start and end of a dose, and every 5 min for 4 h after each start.

    The last is left out where it would make more than 1500 times.
    """
    end = max(dose.time_h + dose.duration_h for dose in scenario.doses) + EXPOSURE_H
    step = COARSE_H * max(1, int(np.ceil(end / COARSE_H / MOST_TIMES)))
    even = np.arange(np.ceil(end / step) + 1) * step
    events = [dose.time_h + later for dose in scenario.doses for later in (0.0, dose.duration_h)]
    fine = np.unique([dose.time_h for dose in scenario.doses])[:, None] + np.arange(48) * FINE_H
    whole = _apart(np.concatenate([even, events, fine.ravel()]))
    return whole if whole.size <= MOST_TIMES else _apart(np.concatenate([even, events]))


def _apart(times: Array) -> Array:
    """`times` in order; of those that differ in their last digits the last, so that a dose at that hour is in."""
    found = np.unique(times)
    kept: Array = found[np.append(np.diff(found) > SAME_H, True)]
    return kept
