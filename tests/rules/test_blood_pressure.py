"""One pressure above its limit is enough to wait, and the other one is asked for."""

from __future__ import annotations

import pytest

from ketaminder.evidence import load
from ketaminder.rules import assess
from ketaminder.terms import Region, Result

from .people import candidate, recording, without

PAIRS = [("systolic_mmHg", "diastolic_mmHg"), ("diastolic_mmHg", "systolic_mmHg")]


@pytest.mark.parametrize("region", [Region.US, Region.EU])
@pytest.mark.parametrize(("high", "unknown"), PAIRS)
def test_the_pressure_that_is_not_recorded_is_asked_for_and_no_other(high: str, unknown: str, region: Region) -> None:
    """Above 140/90 by either: 152, or 96."""
    values = {"systolic_mmHg": 152, "diastolic_mmHg": 96}
    found = assess(without(recording(candidate(region=region), **{high: values[high]}), unknown), load())
    assert found.result is Result.DEFER
    assert [item.variable for item in found.missing] == [unknown]
