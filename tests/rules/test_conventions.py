"""How findings are put together: what is said of a value that stands exactly at a limit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ketaminder.evidence import load
from ketaminder.rules import assess
from ketaminder.terms import Region

from .people import candidate, recording


@pytest.mark.parametrize(("region", "named"), [(Region.EU, True), (Region.US, False)])
def test_a_limit_of_another_region_is_not_named(region: Region, named: bool) -> None:
    """The EU guide from 65 years is 150/90, that of the US 140/90: at 70 years and 150 mmHg only the former is met."""
    somebody = candidate(region=region)
    case = replace(
        recording(somebody, systolic_mmHg=150.0, diastolic_mmHg=80.0),
        patient=replace(somebody.patient, age_years=70.0),
    )
    said = [str(one.reason) for one in assess(case, load()).findings if one.rule == "X-BOUND-01"]
    assert any("Systolic blood pressure > 150 mmHg" in one for one in said) is named
