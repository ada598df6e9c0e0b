"""Doses: one administration of a drug."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ketaminder.terms.message import Refused
from ketaminder.terms.words import Drug, Route


@dataclass(frozen=True, slots=True)
class Dose:
    """One administration: free base, in mg, at a time; an infusion has a duration.

    A nasal dose is one 28-mg device; two devices are two doses, five minutes apart.
    """

    drug: Drug
    route: Route
    amount_mg: float
    time_h: float = 0.0
    duration_h: float = 0.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.amount_mg) and self.amount_mg > 0):
            raise Refused("dose", self.amount_mg, "an amount above zero, in mg")
        if not (math.isfinite(self.time_h) and self.time_h >= 0):
            raise Refused("dose time", self.time_h, "zero or more hours after the start")
        if not (math.isfinite(self.duration_h) and self.duration_h >= 0):
            raise Refused("dose duration", self.duration_h, "zero hours (a bolus) or more")
