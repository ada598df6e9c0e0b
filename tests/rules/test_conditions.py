"""Ways to write a rule, where not everything that it looks at is recorded."""

from __future__ import annotations

import pytest

from ketaminder.evidence import load
from ketaminder.rules.conditions import any_present, crossed
from ketaminder.rules.situation import NotRecorded, Situation
from ketaminder.terms import Value

from .people import candidate, facts

STROKE, RHYTHM = "stroke_history", "uncontrolled_arrhythmia"
EITHER = any_present({STROKE: "A stroke is recorded.", RHYTHM: "A rhythm is recorded."})
GUIDE = load().rules["B-BP-01"]
"""Systolic above 140 mmHg, diastolic above 90 mmHg."""


def situation(**values: Value | None) -> Situation:
    return Situation(candidate(), facts(**values), load())


def test_one_that_is_present_speaks_though_the_other_is_unknown() -> None:
    fires = EITHER(situation(uncontrolled_arrhythmia=True), GUIDE)
    assert fires is not None
    assert (str(fires.reason), fires.seen) == ("A rhythm is recorded.", (RHYTHM,))


def test_the_first_that_is_present_speaks_and_all_are_shown() -> None:
    fires = EITHER(situation(stroke_history=True, uncontrolled_arrhythmia=True), GUIDE)
    assert fires is not None
    assert (str(fires.reason), fires.seen) == ("A stroke is recorded.", (STROKE, RHYTHM))


def test_none_present_and_one_unknown_asks_for_that_one() -> None:
    with pytest.raises(NotRecorded) as asked:
        EITHER(situation(stroke_history=False), GUIDE)
    assert asked.value.variables == (RHYTHM,)


def test_none_present_and_all_known_is_silent() -> None:
    assert EITHER(situation(stroke_history=False, uncontrolled_arrhythmia=False), GUIDE) is None


def test_one_pressure_above_is_enough_and_one_below_is_not() -> None:
    pressures = ("systolic_mmHg", "diastolic_mmHg")
    assert crossed(situation(systolic_mmHg=141), GUIDE, *pressures) == ("systolic_mmHg",)
    assert crossed(situation(systolic_mmHg=140, diastolic_mmHg=90), GUIDE, *pressures) == ()
    with pytest.raises(NotRecorded) as asked:
        crossed(situation(systolic_mmHg=140), GUIDE, *pressures)
    assert asked.value.variables == ("diastolic_mmHg",)
