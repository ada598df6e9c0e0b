"""What an earlier trial counts as: A-ADQ-01 says 6 weeks and under 25%, A-ADQ-02 asks about 4 to under 6 weeks."""

from __future__ import annotations

import pytest

from ketaminder.evidence import load
from ketaminder.rules.trials import Standing, standing_of

from .people import failed


@pytest.mark.parametrize(
    ("weeks", "improvement", "outcome", "standing"),
    [
        (6, 24, "non-response", Standing.FAILED),
        (6, 0, "No response", Standing.FAILED),
        (8, 20, "partial response", Standing.FAILED),
        (5.9, 10, "non-response", Standing.ADJUDICATE),
        (4, 10, "non-response", Standing.ADJUDICATE),
        (3.9, 10, "non-response", Standing.NOT_COUNTED),
        (8, 25, "non-response", Standing.ADJUDICATE),
        (8, 26, "non-response", Standing.NOT_COUNTED),
        (8, 10, "intolerance: nausea", Standing.INTOLERANCE),
        (8, 10, "non-response, stopped for side effects", Standing.INTOLERANCE),
        (8, 10, "Poorly tolerated", Standing.INTOLERANCE),
        (8, 10, "stopped, could not be tolerated", Standing.INTOLERANCE),
        (8, 10, "well tolerated, no response", Standing.FAILED),
        (8, 10, "no side effects, no benefit", Standing.FAILED),
        (8, 10, "not effective", Standing.FAILED),
        (8, 10, "did not help", Standing.FAILED),
        (8, 10, "without remission", Standing.FAILED),
        (8, 60, "no remission", Standing.NOT_COUNTED),
        (8, 10, "ongoing", Standing.NOT_COUNTED),
        (8, 70, "response", Standing.NOT_COUNTED),
        (8, 10, "remission", Standing.NOT_COUNTED),
        (None, 10, "non-response", Standing.INCOMPLETE),
        (8, None, "non-response", Standing.INCOMPLETE),
        (8, 10, "", Standing.INCOMPLETE),
        (8, 10, "moved away", Standing.INCOMPLETE),
        (2, None, "", Standing.NOT_COUNTED),
        (None, 60, "", Standing.NOT_COUNTED),
    ],
)
def test_standing(weeks: float | None, improvement: float | None, outcome: str, standing: Standing) -> None:
    rules = load().rules
    treatment = failed("sertraline", weeks, improvement, outcome)
    assert standing_of(treatment, rules["A-ADQ-01"], rules["A-ADQ-02"]) is standing
