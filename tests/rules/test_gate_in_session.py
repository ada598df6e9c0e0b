"""In the room: alarms just before, at and beyond each limit; unknown asks; a recalled value only adds caution."""

from __future__ import annotations

import pytest

from ketaminder.evidence import load
from ketaminder.rules.gates import Due, due, in_session, next_device
from ketaminder.terms import Gate, Grade, Product, Value

from .people import without
from .visit import DURING, said, session, signed


@pytest.mark.parametrize(
    ("change", "verdict", "sentence"),
    [
        ({}, Gate.PROCEED, None),
        ({"systolic_mmHg": 179}, Gate.PROCEED, None),
        ({"systolic_mmHg": 180}, Gate.HOLD, "Hold: systolic 180 mmHg is at or above 180 mmHg: call the physician."),
        ({"systolic_mmHg": 181}, Gate.HOLD, "Hold: systolic 181 mmHg is at or above 180 mmHg: call the physician."),
        ({"systolic_mmHg": 199}, Gate.HOLD, "Hold: systolic 199 mmHg is at or above 180 mmHg: call the physician."),
        ({"systolic_mmHg": 200}, Gate.HOLD, "Hold: systolic 200 mmHg is at or above 200 mmHg: urgent evaluation."),
        ({"diastolic_mmHg": 109}, Gate.PROCEED, None),
        ({"diastolic_mmHg": 110}, Gate.HOLD, "Hold: diastolic 110 mmHg is at or above 110 mmHg: call the physician."),
        ({"diastolic_mmHg": 120}, Gate.HOLD, "Hold: diastolic 120 mmHg is at or above 120 mmHg: urgent evaluation."),
        ({"spo2_percent": 94}, Gate.PROCEED, None),
        ({"spo2_percent": 93}, Gate.PROCEED, None),
        ({"spo2_percent": 92}, Gate.HOLD, "Hold: oxygen saturation 92% is below 93%: call the physician."),
        ({"spo2_percent": 89}, Gate.HOLD, "Hold: oxygen saturation 89% is below 90%: urgent evaluation."),
        ({"MOAAS": 4}, Gate.PROCEED, None),
        (
            {"MOAAS": 3},
            Gate.HOLD,
            "Hold: MOAA/S 3 is below 4: stop dosing, check the airway, call the physician.",
        ),
        ({"CADSS": 4}, Gate.PROCEED, None),
        (
            {"CADSS": 5},
            Gate.ASK,
            "Ask: a CADSS total of 5 is above 4: reassure; if distress does not settle, the physician reviews.",
        ),
        (
            {"hypertensive_emergency_signs": True},
            Gate.HOLD,
            "Hold: signs of a hypertensive emergency: immediate emergency care.",
        ),
    ],
)
def test_one_observation(change: dict[str, Value | None], verdict: Gate, sentence: str | None) -> None:
    answer = in_session(session({**DURING, **change}), load(), signed())
    assert answer.verdict is verdict
    assert said(answer) == ([sentence] if sentence else [])


@pytest.mark.parametrize("name", ["systolic_mmHg", "diastolic_mmHg", "spo2_percent", "MOAAS"])
def test_a_value_not_taken_asks(name: str) -> None:
    answer = in_session(without(session(DURING), name), load(), signed())
    assert answer.verdict is Gate.ASK


def test_the_site_s_own_limit_holds() -> None:
    answer = in_session(session({**DURING, "systolic_mmHg": 170}), load(), signed(alarm_systolic_mmHg=170))
    (finding,) = answer.findings
    assert (finding.verdict, finding.rule, finding.criteria[0].value) == (Gate.HOLD, "site values", 170)


@pytest.mark.parametrize(("minutes", "verdict"), [(4, Gate.HOLD), (5, Gate.PROCEED), (6, Gate.PROCEED)])
def test_devices_stand_five_minutes_apart(minutes: float, verdict: Gate) -> None:
    answer = next_device(session({"minutes_between_devices": minutes}), load())
    assert answer.verdict is verdict
    if verdict is Gate.HOLD:
        assert said(answer) == ["Hold: the previous device was given 4 minutes ago, fewer than 5."]
        assert answer.findings[0].grade is Grade.SOURCE


def test_an_unknown_time_of_the_device_before_asks() -> None:
    assert next_device(session({}), load()).verdict is Gate.ASK


@pytest.mark.parametrize(
    ("observed", "now", "expected"),
    [
        ([], 29, []),
        ([], 30, [Due(30, "site values", 0)]),
        ([30], 39, []),
        ([30], 40, [Due(40, "F-BP-01", 0)]),
        ([30], 41, [Due(40, "F-BP-01", 1)]),
        ([30, 40], 59, []),
        ([], 65, [Due(30, "site values", 35), Due(40, "F-BP-01", 25), Due(60, "site values", 5)]),
        ([62], 65, []),
        ([70], 65, [Due(30, "site values", 35), Due(40, "F-BP-01", 25), Due(60, "site values", 5)]),
    ],
)
def test_observations_fall_due_at_the_peak_and_at_every_interval(
    observed: list[float], now: float, expected: list[Due]
) -> None:
    assert list(due(load(), signed(observe_every_minutes=30), observed, now)) == expected


def test_the_nasal_peak_is_no_duty_of_an_infusion() -> None:
    site = signed(Product.KETAMINE_IV, observe_every_minutes=60)
    assert due(load(), site, [], 45) == ()
