"""Between sessions: benefit, reasons to stop, signs of relapse; whatever is unknown asks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ketaminder.evidence import load
from ketaminder.rules.gates import continuation
from ketaminder.terms import Case, Gate, Grade, Phase, Product, Value

from .people import candidate, without
from .visit import said, session

KNOWN: dict[str, Value | None] = {
    "week": 2,
    "infusions_without_response": 2,
    "serious_adverse_event": False,
    "misuse_or_diversion": False,
    "consent_withdrawn": False,
    "MADRS": 15,
}


def judged(**change: Value | None) -> tuple[Gate, list[str]]:
    answer = continuation(session({**KNOWN, **change}), load())
    return answer.verdict, said(answer)


def test_all_known_and_nothing_against_goes_on() -> None:
    assert judged() == (Gate.PROCEED, [])


@pytest.mark.parametrize(("week", "verdict"), [(3, Gate.PROCEED), (4, Gate.HOLD), (5, Gate.HOLD)])
def test_benefit_is_judged_at_the_end_of_induction(week: int, verdict: Gate) -> None:
    assert judged(week=week)[0] is verdict
    assert judged(week=week, benefit_judged=True)[0] is Gate.PROCEED


@pytest.mark.parametrize(("infusions", "verdict"), [(5, Gate.PROCEED), (6, Gate.HOLD), (7, Gate.HOLD)])
def test_infusions_without_response_hold_unverified(infusions: int, verdict: Gate) -> None:
    case = session({**KNOWN, "infusions_without_response": infusions}, Product.KETAMINE_IV)
    answer = continuation(case, load())
    assert answer.verdict is verdict
    assert [one.grade for one in answer.findings] == ([Grade.MEMORY] if verdict is Gate.HOLD else [])


@pytest.mark.parametrize(("total", "verdict"), [(21, Gate.PROCEED), (22, Gate.ASK), (23, Gate.ASK)])
def test_a_recalled_sign_of_relapse_asks(total: int, verdict: Gate) -> None:
    assert judged(MADRS=total)[0] is verdict


@pytest.mark.parametrize(
    "name",
    [
        "serious_adverse_event",
        "misuse_or_diversion",
        "consent_withdrawn",
        "current_mania_or_mixed",
        "psychotic_features",
        "interstitial_cystitis_or_luts",
    ],
)
def test_a_reason_to_stop_holds(name: str) -> None:
    label = load().variables[name].label.lower()
    assert judged(**{name: True}) == (Gate.HOLD, [f"Hold: a reason to stop or pause is recorded: {label}."])


@pytest.mark.parametrize("name", sorted(set(KNOWN) - {"infusions_without_response"}))
def test_what_is_not_known_asks(name: str) -> None:
    assert continuation(without(session(KNOWN), name), load()).verdict is Gate.ASK


def test_a_course_that_has_not_begun_has_nothing_to_continue() -> None:
    case: Case = replace(candidate(), phase=Phase.START)
    assert continuation(case, load()).findings == ()
