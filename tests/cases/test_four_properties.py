"""Four promises, tried on invented case forms through the door: small here, ten thousand forms with `--full`."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ketaminder import evidence, intake
from ketaminder.rules import assess
from ketaminder.terms import CandidateAssessment, Result

from .form import ON, form
from .random_forms import FLAGS, Form, forms

LIBRARY = evidence.load()
REMOVABLE = (
    "region",
    "indication_route",
    "age_years",
    "sex",
    "weight_kg",
    "safety_flags",
    "vitals",
    "labs",
    "pregnancy_test",
    "current_medications",
    "prior_treatments",
    "psychotherapy",
)
"""What the assessment asks for where it is not recorded. What is only known on the day is checked on the day."""

DETAILS = ("weeks", "improvement_percent", "outcome", "in_current_episode")


def assessed(form: Form) -> CandidateAssessment:
    return assess(intake.read(json.dumps(form), on=ON), LIBRARY)


def no_better(less: CandidateAssessment, more: CandidateAssessment) -> bool:
    """Unknown data defers at most: it may not make treatable what was not, and may not ease what was."""
    return less.result.strength >= min(more.result.strength, Result.DEFER.strength)


def with_flag(form: Form, name: str) -> Form:
    """The form with one thing more against; a form without any flags says nothing of the others."""
    return form | {"safety_flags": {**(form["safety_flags"] or {}), name: True}}


def without(form: Form, name: str) -> Form:
    """The form with one section less; a diagnosis goes with the purpose that follows from it."""
    also = {"diagnosis": None} if name == "indication_route" else {}
    return form | {name: None} | also


def without_detail(form: Form, random: Any, name: str) -> Form:
    entries = [dict(entry) for entry in form["prior_treatments"]]
    random.choice(entries)[name] = None
    return form | {"prior_treatments": entries}


def mixed(form: Form, random: Any) -> Form:
    """The same form, every list and every object in another order."""

    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            names = list(value)
            random.shuffle(names)
            return {name: turned(value[name]) for name in names}
        if isinstance(value, list):
            entries = [turned(entry) for entry in value]
            random.shuffle(entries)
            return entries
        return value

    found: Form = turned(form)
    return found


def said(assessment: CandidateAssessment) -> tuple[object, ...]:
    rules = [(found.rule, found.verdict) for found in assessment.findings]
    return assessment.result, rules, [item.variable for item in assessment.missing]


def decided_elsewhere(form: Form, assessment: CandidateAssessment) -> list[str]:
    """Findings that decide although their rule is another region's or product's."""
    deciding = [found.rule for found in assessment.findings if found.verdict is not Result.INFORM]
    governs = {
        id_
        for id_, rule in LIBRARY.rules.items()
        if (not rule.regions or form["region"] in rule.regions)
        and (not rule.products or form["product"] in rule.products)
    }
    return [id_ for id_ in deciding if id_ not in governs]


def test_free_text_is_never_read_by_a_rule() -> None:
    """Neither the history nor a remark, a title, an expected answer or an electrocardiogram in words decides."""
    plain = form("us_resistant")
    told = "aneurysm, pregnant, psychosis, heart attack last week, allergic to ketamine, 200/120 mmHg, on Parnate"
    noted = [{**entry, "note": told} for entry in plain["current_medications"]]
    wordy = {
        "history": [told],
        "title": told,
        "expected": {"category": told},
        "ecg": told,
        "current_medications": noted,
    }
    assert said(assessed(plain | wordy)) == said(assessed(plain))


def test_four_properties(proof: Any) -> None:
    results: Counter[str] = Counter()

    @settings(deadline=None, max_examples=proof.size(100, 10_000), suppress_health_check=list(HealthCheck))
    @given(
        forms(),
        st.sampled_from(FLAGS),
        st.sampled_from(REMOVABLE),
        st.sampled_from(DETAILS),
        st.randoms(use_true_random=False),
    )
    def hold(case: Form, flag: str, section: str, detail: str, random: Any) -> None:
        before = assessed(case)
        results[before.result] += 1
        if case["safety_flags"] is not None:
            assert assessed(with_flag(case, flag)).result.strength >= before.result.strength, flag
        assert no_better(assessed(without(case, section)), before), section
        if case["prior_treatments"]:
            assert no_better(assessed(without_detail(case, random, detail)), before), detail
        assert said(assessed(mixed(case, random))) == said(before)
        assert decided_elsewhere(case, before) == []

    hold()
    if proof.full:
        assert {Result.ELIGIBLE, Result.PRECAUTIONS, Result.DEFER, Result.EXCLUDE} <= {*results}, "forms of every kind"
    proof.record(
        "four-properties-of-an-assessment",
        tried=results.total(),
        results=dict(results),
        held=[
            "one contraindication or caution more never improves a result",
            "one section, or one detail of an earlier treatment, less never makes a deferred case treatable",
            "the order of entries and names changes nothing",
            "no rule of another region or product decides",
        ],
    )
