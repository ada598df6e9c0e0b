"""Change from baseline, by the published definitions that the scale's file prints."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from ketaminder.outcomes.scale import Change, Scale, round_half_up

FALL_PERCENT = "% fall from baseline"
TOTAL_POINTS = "points, total"
ChangeValue = float | bool | None


def change(scale: Scale, total: int, baseline: int) -> Mapping[str, ChangeValue]:
    """The fall from `baseline` in percent (one decimal, a half goes up) and each printed definition's answer.

    From a baseline of zero there is no percentage: what rests on one is None.
    """
    fall = Fraction(100 * (baseline - total), baseline) if baseline else None
    answers: dict[str, ChangeValue] = {"pct_reduction": None if fall is None else float(round_half_up(fall, 1))}
    for definition in scale.changes:
        if definition.printed:
            answers[definition.name] = _answer(definition, total, fall, answers)
    return answers


def _answer(definition: Change, total: int, fall: Fraction | None, earlier: Mapping[str, ChangeValue]) -> bool | None:
    if definition.criterion.unit == TOTAL_POINTS:
        return definition.criterion.met_by(total)
    if fall is None:
        return None
    # Exact, not the rounded percentage: 34.96% prints as 35.0 and is no response at 35%.
    return definition.criterion.met_by(float(fall)) and not earlier.get(definition.unless)
