"""Every product, region and condition: an answer that says what kind of use it is, and never more than was read."""

from __future__ import annotations

from itertools import product as combinations

import pytest

from ketaminder.evidence import load
from ketaminder.rules import assess
from ketaminder.terms import (
    CandidateAssessment,
    Case,
    Finding,
    Grade,
    Indication,
    Product,
    Psychotherapy,
    Region,
    Result,
)

from .people import candidate, failed, recording

APPROVED = {
    (Product.ESKETAMINE_NASAL, region, indication)
    for region in Region
    for indication in (Indication.TRD, Indication.ACUTE_SUICIDALITY)
}
EVERY = list(combinations(Product, Region, Indication))


def person(product: Product, region: Region, indication: Indication, **facts: object) -> Case:
    """Somebody whom nothing speaks against, with enough tried for any condition."""
    treated = (failed("sertraline"), failed("paroxetine"), failed("venlafaxine"), failed("clomipramine", weeks=12))
    case = candidate(
        product=product,
        region=region,
        indication=indication,
        prior_treatments=treated,
        psychotherapy=tuple(Psychotherapy(type_, 15, "completed") for type_ in ("CBT", "ERP", "PE")),
    )
    known = {"YMRS": 2, "mood_stabiliser": True, "crisis_assessment_documented": True, **facts}
    return recording(case, **known)  # type: ignore[arg-type]


def judged(case: Case) -> CandidateAssessment:
    return assess(case, load())


def finding(assessment: CandidateAssessment, rule: str) -> Finding:
    (found,) = [each for each in assessment.findings if each.rule == rule]
    return found


@pytest.mark.parametrize(("product", "region", "indication"), EVERY)
def test_only_a_read_label_makes_anybody_plainly_eligible(
    product: Product, region: Region, indication: Indication
) -> None:
    assessment = judged(person(product, region, indication))
    approved = (product, region, indication) in APPROVED
    status, strength = assessment.standing
    assert str(status.reason).startswith("Approved in" if approved else "Off-label in")
    assert status.sources
    assert strength.sources
    off_label = {each.rule for each in assessment.findings if each.verdict is Result.PRECAUTIONS} & {"A-OFF-01"}
    assert bool(off_label) is not approved
    if not approved or region is Region.CH:
        assert assessment.result is not Result.ELIGIBLE
    elif indication is Indication.TRD:
        assert assessment.result is Result.ELIGIBLE


ABNORMAL = {
    "systolic_mmHg": (160, {"B-BP-01", "B-BP-02", "B-BP-03"}),
    "diastolic_mmHg": (100, {"B-BP-01", "B-BP-02", "B-BP-03"}),
    "days_since_cardiovascular_event": (10, {"B-ABS-05"}),
    "months_since_mi_ua_revascularisation": (5, {"B-CV-02"}),
    "child_pugh": ("C", {"B-LIV-01"}),
    "alt_x_uln": (4, {"B-LIV-03"}),
    "pulmonary_insufficiency": (True, {"B-RESP-01"}),
    "spo2_percent": (92, {"B-RESP-03"}),
    "epilepsy": (True, {"B-NEURO-01"}),
}
"""Variable -> an abnormal value, and the rules that were read on it."""


@pytest.mark.parametrize("name", ABNORMAL)
@pytest.mark.parametrize(("product", "region"), list(combinations(Product, Region)))
def test_an_abnormal_value_waits_everywhere_by_a_rule_or_by_the_nearest(
    product: Product, region: Region, name: str
) -> None:
    value, rules = ABNORMAL[name]
    assessment = judged(person(product, region, Indication.TRD, **{name: value}))
    stopping = {each.rule for each in assessment.findings if each.verdict.strength >= Result.DEFER.strength}
    informing = {each.rule for each in assessment.findings if each.verdict is Result.INFORM}
    assert stopping & (rules | {"X-NEAREST-01"})
    assert stopping & rules or informing & rules


@pytest.mark.parametrize(
    ("product", "indication", "said"),
    [
        (
            Product.ESKETAMINE_NASAL,
            Indication.TRD,
            "6 randomised trials, 858 people; MADRS points -4.09 (interval -6.00 to -2.18) after four weeks; "
            "certainty: moderate (judged by this project).",
        ),
        (Product.KETAMINE_IV, Indication.BIPOLAR_DEPRESSION, "3 randomised trials, 69 people;"),
        (Product.KETAMINE_IV, Indication.PTSD, "6 randomised trials, 221 people;"),
        (Product.KETAMINE_ORAL, Indication.TRD, "Nothing was read for this route; for another:"),
        (Product.KETAMINE_IV, Indication.OCD, "Number of randomised trials not read; no pooled effect was read;"),
        (Product.KETAMINE_IV, Indication.PANIC, "0 randomised trials; no pooled effect was read;"),
        (Product.ESKETAMINE_NASAL, Indication.OCD, "No controlled evidence was read for this drug"),
    ],
)
def test_the_evidence_stands_in_one_line(product: Product, indication: Indication, said: str) -> None:
    assessment = judged(person(product, Region.US, indication))
    assert str(finding(assessment, "X-STRENGTH-01").reason).startswith(said)


def test_a_recalled_certainty_is_marked_unverified() -> None:
    assessment = judged(person(Product.KETAMINE_IV, Region.US, Indication.TRD))
    found = finding(assessment, "X-STRENGTH-01")
    assert found.grade is Grade.MEMORY
    assert "low to very low (recalled, unverified)" in str(found.reason)


def test_the_stage_of_resistance_is_counted_and_not_scored() -> None:
    # Sertraline and paroxetine SSRI, venlafaxine SNRI, clomipramine TCA: four medicines of three classes.
    assessment = judged(person(Product.ESKETAMINE_NASAL, Region.US, Indication.TRD))
    assert str(finding(assessment, "X-STAGING-01").reason) == (
        "Failed after an adequate trial: 4 antidepressants of 3 classes, 4 of them in this episode; other medicines: "
        "0. For the clinician to judge: 0. Not fully recorded: 0. Stopped for side effects: 0. Staging points are not "
        "computed."
    )


def test_the_risk_of_misuse_says_what_is_known_and_asks_for_the_rest() -> None:
    case = person(
        Product.ESKETAMINE_NASAL,
        Region.US,
        Indication.TRD,
        lifetime_hallucinogen_use_disorder=True,
        alcohol_last_24h=False,
    )
    found = finding(judged(case), "X-MISUSE-01")
    assert found.verdict is Result.INFORM
    assert str(found.reason).startswith(
        "Known: Ketamine, PCP, LSD or MDMA use disorder, ever. To ask: Unexplained positive drug screen, Misuse or "
        "diversion. To watch: Requests for more frequent sessions"
    )
