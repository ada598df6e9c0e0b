"""The dose waits for what holds and for what is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ketaminder.evidence import load
from ketaminder.rules.gates import SiteValues, pre_dose
from ketaminder.terms import Case, Fact, Gate, GateAnswer, Product, Value

from .people import without
from .visit import BEFORE, said, session, signed


def judged(case: Case, site: SiteValues | None = None) -> GateAnswer:
    return pre_dose(case, load(), site or signed())


def test_nothing_against_it_and_all_known_proceeds() -> None:
    answer = judged(session(BEFORE))
    assert (answer.verdict, answer.findings) == (Gate.PROCEED, ())


@pytest.mark.parametrize(
    ("change", "verdict", "sentence"),
    [
        ({"systolic_mmHg": 139}, Gate.PROCEED, None),
        ({"systolic_mmHg": 140}, Gate.PROCEED, None),
        ({"systolic_mmHg": 152}, Gate.HOLD, "Hold: systolic 152 mmHg is above 140 mmHg."),
        ({"diastolic_mmHg": 91}, Gate.HOLD, "Hold: diastolic 91 mmHg is above 90 mmHg."),
        ({"hours_since_food": 1.9}, Gate.HOLD, "Hold: food 1.9 h ago, less than 2 h."),
        ({"hours_since_food": 2}, Gate.PROCEED, None),
        ({"minutes_since_fluids": 29}, Gate.HOLD, "Hold: fluids 29 minutes ago, less than 30 minutes."),
        ({"safe_transport_arranged": False}, Gate.HOLD, "Hold: no safe way home is arranged."),
        ({"spo2_percent": 92}, Gate.HOLD, "Hold: oxygen saturation 92% is below 93% on room air."),
        ({"hypertension_controlled": True}, Gate.PROCEED, None),
    ],
)
def test_what_was_measured_today_decides(change: dict[str, Value | None], verdict: Gate, sentence: str | None) -> None:
    answer = judged(session({**BEFORE, **change}))
    assert answer.verdict is verdict
    assert sentence in [None, *said(answer)]


@pytest.mark.parametrize("name", ["systolic_mmHg", "spo2_percent", *BEFORE])
def test_what_is_not_known_asks(name: str) -> None:
    asking = load().variables[name].ask
    answer = judged(without(session(BEFORE), name))
    assert answer.verdict is Gate.ASK
    assert said(answer) == [f"Ask: {asking[0].lower()}{asking[1:]}"]


@pytest.mark.parametrize(("day", "verdict"), [(21, Gate.ASK), (22, Gate.PROCEED)])
def test_yesterday_s_pressure_counts_for_nothing_today(day: int, verdict: Gate) -> None:
    case = session(BEFORE)
    measured = {name: Fact(80, date(2026, 11, day)) for name in ("systolic_mmHg", "diastolic_mmHg")}
    assert judged(replace(case, facts={**case.facts, **measured})).verdict is verdict


def test_a_precaution_is_heeded_and_does_not_stop() -> None:
    answer = judged(session({**BEFORE, "hypertension_controlled": True}))
    assert [(one.rule, one.verdict) for one in answer.findings] == [("B-BP-06", Gate.PROCEED)]


def test_no_session_starts_without_signed_limits() -> None:
    answer = pre_dose(session(BEFORE), load(), None)
    assert said(answer) == ["Ask: the responsible physician signs the site's limits first."]


def test_limits_signed_for_another_product_do_not_serve() -> None:
    answer = judged(session(BEFORE, Product.KETAMINE_IV), signed())
    assert "Ask: the signed limits are for another product or region." in said(answer)


@pytest.mark.parametrize(("value", "verdict"), [(129, Gate.PROCEED), (130, Gate.PROCEED), (131, Gate.HOLD)])
def test_a_site_that_is_stricter_holds_earlier(value: float, verdict: Gate) -> None:
    answer = judged(session({**BEFORE, "systolic_mmHg": value}), signed(pre_dose_systolic_mmHg=130))
    assert answer.verdict is verdict
    if verdict is Gate.HOLD:
        assert said(answer) == ["Hold: systolic 131 mmHg is above the site's 130 mmHg."]
