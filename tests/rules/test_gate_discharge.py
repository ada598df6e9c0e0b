"""At the door: time, alertness, dissociation, baseline, gait, nausea, escort, crisis; whatever is unknown asks."""

from __future__ import annotations

import pytest

from ketaminder.evidence import load
from ketaminder.rules.gates import SiteValues, discharge
from ketaminder.terms import Case, Gate, GateAnswer, Grade, Product, Region, Value

from .people import without
from .visit import LEAVING, said, session, signed


def judged(case: Case, site: SiteValues | None = None) -> GateAnswer:
    return discharge(case, load(), site or signed())


def test_all_is_well_and_known() -> None:
    assert judged(session(LEAVING)).findings == ()


@pytest.mark.parametrize(
    ("change", "verdict", "sentence"),
    [
        ({"observation_minutes": 119}, Gate.HOLD, "Hold: observed for 119 minutes, fewer than 120."),
        ({"observation_minutes": 120}, Gate.PROCEED, None),
        ({"observation_minutes": 121}, Gate.PROCEED, None),
        ({"MOAAS": 4}, Gate.HOLD, "Hold: MOAA/S 4 is neither 5 nor the score before the dose."),
        ({"MOAAS": 4, "pre_dose_MOAAS": 4}, Gate.PROCEED, None),
        ({"MOAAS": 4, "pre_dose_MOAAS": 5}, Gate.HOLD, None),
        ({"dissociation_resolved": False}, Gate.HOLD, "Hold: dissociation has not resolved."),
        ({"steady_gait": False}, Gate.HOLD, "Hold: the gait is not steady."),
        ({"nausea_controlled": False}, Gate.HOLD, "Hold: nausea is not controlled."),
        ({"escort_present": False}, Gate.HOLD, "Hold: the escort is not present."),
        ({"new_suicidal_crisis": True}, Gate.HOLD, "Hold: there is a new suicidal crisis."),
        ({"judged_clinically_stable": False}, Gate.HOLD, None),
        ({"systolic_mmHg": 185}, Gate.HOLD, "Hold: systolic 185 mmHg is at or above 180 mmHg: call the physician."),
        ({"systolic_mmHg": 140}, Gate.PROCEED, None),
    ],
)
def test_what_is_seen_decides(change: dict[str, Value | None], verdict: Gate, sentence: str | None) -> None:
    answer = judged(session({**LEAVING, **change}))
    assert answer.verdict is verdict
    assert sentence in [None, *said(answer)]


@pytest.mark.parametrize(
    ("before", "value", "sentences"),
    [
        (121, 122, ["Ask: systolic 122 mmHg is above 121 mmHg before the dose: is it falling or near baseline?"]),
        (122, 122, []),
        (123, 122, []),
    ],
)
def test_a_pressure_above_its_baseline_goes_to_the_clinician(before: int, value: int, sentences: list[str]) -> None:
    facts = {**LEAVING, "systolic_mmHg": value, "pre_dose_systolic_mmHg": before}
    answer = judged(without(session(facts), "judged_clinically_stable"))
    assert [one for one in said(answer) if "ystolic" in one] == sentences


@pytest.mark.parametrize(("before", "asks"), [(97, False), (98, False), (99, True)])
def test_a_saturation_below_its_baseline_goes_to_the_clinician(before: int, asks: bool) -> None:
    answer = judged(without(session({**LEAVING, "pre_dose_spo2_percent": before}), "judged_clinically_stable"))
    sentence = "Ask: oxygen saturation 98% is below 99% before the dose: is it at baseline?"
    assert (sentence in said(answer)) is asks


@pytest.mark.parametrize("name", sorted(set(LEAVING) - {"minutes_after_dose", "CADSS"}))
def test_what_is_not_known_asks(name: str) -> None:
    assert judged(without(session(LEAVING), name)).verdict is Gate.ASK


@pytest.mark.parametrize(("minutes", "verdict"), [(89, Gate.HOLD), (90, Gate.PROCEED), (91, Gate.PROCEED)])
def test_where_no_label_gives_a_time_the_site_s_holds(minutes: int, verdict: Gate) -> None:
    site = signed(region=Region.EU, observation_minutes=90)
    answer = judged(session({**LEAVING, "observation_minutes": minutes}, region=Region.EU), site)
    assert answer.verdict is verdict
    if verdict is Gate.HOLD:
        assert said(answer) == ["Hold: observed for 89 minutes, fewer than the site's 90."]


@pytest.mark.parametrize(
    ("name", "value", "asks"),
    [
        ("observation_minutes", 119, True),
        ("observation_minutes", 120, False),
        ("observation_minutes", 121, False),
        ("minutes_after_infusion", 59, True),
        ("minutes_after_infusion", 60, False),
        ("minutes_after_infusion", 61, False),
    ],
)
def test_a_recalled_time_asks_and_is_marked_unverified(name: str, value: int, asks: bool) -> None:
    product = Product.KETAMINE_IV
    site = signed(product, observation_minutes=30, minutes_after_infusion=10)
    facts = {**LEAVING, "minutes_after_infusion": 90, name: value}
    findings = judged(session(facts, product), site).findings
    assert [(one.rule, one.verdict, one.grade) for one in findings] == (
        [("F-TIME-03", Gate.ASK, Grade.MEMORY)] if asks else []
    )


def test_without_signed_limits_the_gate_asks() -> None:
    assert discharge(session(LEAVING), load(), None).verdict is Gate.ASK
