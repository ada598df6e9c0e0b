"""What is missing, and what the answer would be with it: the same answer that the fuller record gets."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ketaminder.evidence import load
from ketaminder.rules import assess
from ketaminder.terms import CandidateAssessment, Case, Fact, IfKnown, Product, Region, Sex, Value

from .people import candidate, without

LIBRARY = load()


def judged(case: Case) -> CandidateAssessment:
    return assess(case, LIBRARY)


def said(known: IfKnown | None) -> str:
    assert known is not None
    return str(known.said)


def test_both_pressures_are_known_together_at_the_guide() -> None:
    assessment = judged(without(without(candidate(), "systolic_mmHg"), "diastolic_mmHg"))
    assert [said(item.if_known) for item in assessment.missing] == [
        "If it is recorded as 140 mmHg and 90 mmHg, and nothing else changes: eligible."
    ] * 2
    assert said(assessment.if_all_known) == "If everything missing is recorded and speaks against nothing: eligible."


def test_where_another_thing_holds_the_answer_stays() -> None:
    case = without(candidate(), "systolic_mmHg")
    case = replace(case, facts={**case.facts, "aneurysmal_vascular_disease": Fact(True)})
    (item,) = judged(case).missing
    assert said(item.if_known) == "If it is recorded as 140 mmHg, and nothing else changes: exclude."


def test_no_medicines_would_not_serve_the_eu_label() -> None:
    assessment = judged(replace(candidate(region=Region.EU), medications=None))
    (item,) = [each for each in assessment.missing if each.variable == "current_medications"]
    assert said(item.if_known) == "If it is recorded as no medicines, and nothing else changes: defer."


@pytest.mark.parametrize("missing", ["prior_treatments", "region", "indication"])
def test_what_has_no_unremarkable_value_is_not_guessed(missing: str) -> None:
    assessment = judged(replace(candidate(), **{missing: None}))  # type: ignore[arg-type]
    (item,) = [each for each in assessment.missing if each.variable == missing]
    assert item.if_known is None
    assert assessment.if_all_known is None


def test_nothing_missing_says_nothing() -> None:
    assert judged(candidate()).if_all_known is None


UNREMARKABLE: dict[str, Value | None] = {
    "systolic_mmHg": 140,
    "diastolic_mmHg": 90,
    "spo2_percent": 93,
    "alt_x_uln": 3,
    "pregnancy_test": "negative",
    "days_since_cardiovascular_event": None,
    "months_since_mi_ua_revascularisation": None,
    "months_since_moderate_severe_sud": None,
    "child_pugh": None,
    "epilepsy": False,
    "psychosis_history": False,
    "osa_untreated": False,
    "crisis_assessment_documented": True,
}


EVENTS = {"days_since_cardiovascular_event", "months_since_mi_ua_revascularisation"}
"""The second follows from the first."""


@example(EVENTS, Product.ESKETAMINE_NASAL, Region.US, Sex.MALE)
@given(
    st.sets(st.sampled_from(sorted(UNREMARKABLE)), min_size=1, max_size=4),
    st.sampled_from([Product.ESKETAMINE_NASAL, Product.KETAMINE_IV]),
    st.sampled_from([Region.US, Region.EU]),
    st.sampled_from(Sex),
)
@settings(max_examples=60, deadline=None)
def test_it_is_the_answer_that_the_fuller_record_gets(
    names: set[str], product: Product, region: Region, sex: Sex
) -> None:
    person = replace(candidate().patient, sex=sex)
    case = candidate(product=product, region=region, patient=person)
    for name in names:
        case = without(case, name)
    missing = judged(case).missing
    for item in missing:
        if item.if_known is None:
            continue
        acts = [other.variable for other in missing if other.ask == item.ask]
        fuller = replace(case, facts={**case.facts, **{act: Fact(UNREMARKABLE[act]) for act in acts}})
        assert item.if_known.result is judged(fuller).result
