"""Whom and what a published model was made for: the questions it answers, the people and doses behind it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ketaminder.terms import Drug, Message, Route


class Sampling(StrEnum):
    """Where the blood was taken. While drug enters, arterial concentrations are much higher than venous ones."""

    VENOUS = "venous"
    ARTERIAL = "arterial"


@dataclass(frozen=True, slots=True)
class Range:
    """A span of analysed values, and how it is known; `stated` is false where nothing that was read says it."""

    low: float
    high: float
    printed: str
    stated: bool = True


def two_sd(studies: tuple[tuple[float, float], ...], unit: str) -> Range:
    """Two standard deviations around the means: our reading where a paper prints mean (SD) and no range."""
    printed = " and ".join(f"{mean:g} ({sd:g})" for mean, sd in studies)
    return Range(
        min(mean - 2 * sd for mean, sd in studies),
        max(mean + 2 * sd for mean, sd in studies),
        f"mean (SD) {printed} {unit}; two SD either side",
    )


def not_stated(low: float = 0.0) -> Range:
    """A span that nothing we read states."""
    return Range(low, math.inf, "not stated in what was read", stated=False)


@dataclass(frozen=True, slots=True)
class Claim:
    """A question (drug, route, sampling) that a model answers.

    `place` orders the models that claim one question; 1 is asked first. `place_of_a_bolus` puts those whose data are of
    boluses before the others where every dose is one. `until_h` is the last hour after the start of a dose that the
    data behind the model reached. `dose_mg` is the span of total doses analysed, `infusion_min` that of infusion times,
    which every intravenous claim has.
    `of_a_bolus` is said where an intravenous dose is a bolus.
    """

    drug: Drug
    route: Route
    sampling: Sampling
    place: int
    dose_mg: Range
    until_h: float = math.inf
    note: Message | None = None
    of_a_bolus: Message | None = None
    place_of_a_bolus: int | None = None
    infusion_min: Range | None = None


@dataclass(frozen=True, slots=True)
class Validity:
    """Who was analysed and what the model may not be used for."""

    age_years: Range
    weight_kg: Range
    use_for: str
    not_for: tuple[Message, ...]
    claims: tuple[Claim, ...]
    by_route: Mapping[Route, Message] = field(default_factory=dict)
