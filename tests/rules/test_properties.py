"""What holds for every case: more against never helps, less known never helps, order is nothing, regions keep apart."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from ketaminder.evidence import load
from ketaminder.rules import assess
from ketaminder.rules.derive import PERMITTING
from ketaminder.terms import (
    Case,
    Fact,
    Indication,
    Medication,
    Patient,
    Product,
    Psychotherapy,
    Region,
    Result,
    Sex,
    Value,
)

from .people import ON, candidate, failed, known_absent, without

LIBRARY = load()
AGAINST = sorted(
    name
    for name, variable in LIBRARY.variables.items()
    if variable.kind == "flag" and name in known_absent(LIBRARY) and name not in PERMITTING
)
MEDICINES = [
    "sertraline",
    "Xanax",
    "oxycodone",
    "tranylcypromine",
    "lithium",
    "quetiapine",
    "theophylline",
    "HCTZ",
    "who knows",
]
TREATMENTS = [
    failed("sertraline"),
    failed("venlafaxine"),
    failed("bupropion", weeks=5),
    failed("paroxetine", improvement=25),
    failed("clomipramine", weeks=None),
    failed("fluoxetine", outcome="intolerance"),
]
THERAPIES = [
    Psychotherapy("CBT", 12, "completed"),
    Psychotherapy("ERP", 15, "completed"),
    Psychotherapy("EMDR", 0, "waiting"),
]
MEASURES: dict[str, st.SearchStrategy[Value | None]] = {
    "systolic_mmHg": st.integers(90, 200),
    "diastolic_mmHg": st.integers(50, 120),
    "spo2_percent": st.integers(85, 100),
    "alt_x_uln": st.floats(0.2, 6),
    "YMRS": st.integers(0, 20),
    "pregnancy_test": st.sampled_from(["negative", "positive", "not applicable"]),
    "days_since_cardiovascular_event": st.one_of(st.none(), st.integers(1, 500)),
    "months_since_moderate_severe_sud": st.one_of(st.none(), st.integers(0, 20)),
    "child_pugh": st.one_of(st.none(), st.sampled_from(["A", "B", "C"])),
    "lorazepam_equivalent_mg_per_day": st.floats(0, 9),
}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A fully recorded person: any region, product, indication, age, values, flags, medicines and history."""
    flags = draw(st.sets(st.sampled_from(AGAINST), max_size=2))
    measured = {name: Fact(draw(values)) for name, values in MEASURES.items()}
    return candidate(
        region=draw(st.sampled_from(Region)),
        product=draw(st.sampled_from(Product)),
        indication=draw(st.sampled_from(Indication)),
        patient=Patient(
            "invented",
            age_years=draw(st.integers(15, 90)),
            sex=draw(st.sampled_from([Sex.FEMALE, Sex.MALE])),
            weight_kg=draw(st.integers(45, 150)),
            height_cm=170,
        ),
        facts={
            **known_absent(LIBRARY),
            "psychotic_features": Fact(False),
            "bipolar_disorder": Fact(draw(st.booleans())),
            "crisis_assessment_documented": Fact(draw(st.booleans())),
            **measured,
            **{name: Fact(True) for name in flags},
        },
        medications=tuple(Medication(name) for name in draw(st.lists(st.sampled_from(MEDICINES), max_size=3))),
        prior_treatments=tuple(draw(st.lists(st.sampled_from(TREATMENTS), max_size=4))),
        psychotherapy=tuple(draw(st.lists(st.sampled_from(THERAPIES), max_size=2))),
    )


def result(case: Case) -> Result:
    return assess(case, LIBRARY).result


@given(cases(), st.sampled_from(AGAINST))
@settings(max_examples=150, deadline=None)
def test_one_thing_more_against_never_helps(case: Case, flag: str) -> None:
    worse = replace(case, facts={**case.facts, flag: Fact(True)})
    assert result(worse).strength >= result(case).strength


@given(cases(), st.sampled_from(sorted({*AGAINST, *MEASURES, "crisis_assessment_documented", "bipolar_disorder"})))
@settings(max_examples=150, deadline=None)
def test_a_fact_less_never_makes_a_stricter_case_treatable(case: Case, name: str) -> None:
    assert_no_better(case, without(case, name))


@given(cases(), st.sampled_from(["medications", "prior_treatments", "psychotherapy", "region", "indication"]))
@settings(max_examples=150, deadline=None)
def test_a_list_or_choice_less_never_makes_a_stricter_case_treatable(case: Case, name: str) -> None:
    assert_no_better(case, replace(case, **{name: None}))  # type: ignore[arg-type]


@given(cases(), st.sampled_from(["age_years", "sex", "weight_kg", "height_cm"]))
@settings(max_examples=150, deadline=None)
def test_a_person_less_known_is_never_more_treatable(case: Case, name: str) -> None:
    assert_no_better(case, replace(case, patient=replace(case.patient, **{name: None})))  # type: ignore[arg-type]


@given(cases(), st.data(), st.sampled_from(["weeks", "improvement_percent", "outcome", "in_current_episode"]))
@settings(max_examples=150, deadline=None)
def test_a_trial_less_recorded_is_never_more_failed(case: Case, data: st.DataObject, name: str) -> None:
    treatments = list(case.prior_treatments or ())
    if not treatments:
        return
    place = data.draw(st.integers(0, len(treatments) - 1))
    treatments[place] = replace(treatments[place], **{name: "" if name == "outcome" else None})  # type: ignore[arg-type]
    assert_no_better(case, replace(case, prior_treatments=tuple(treatments)))


def assert_no_better(case: Case, less_known: Case) -> None:
    before, after = result(case), result(less_known)
    if before.strength >= Result.DEFER.strength:
        assert after.strength >= Result.DEFER.strength
    else:
        assert after.strength >= before.strength


@given(cases(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_a_list_changes_nothing(case: Case, random: object) -> None:
    def shuffled(entries: tuple[object, ...] | None) -> tuple[object, ...]:
        mixed = list(entries or ())
        random.shuffle(mixed)  # type: ignore[attr-defined]
        return tuple(mixed)

    mixed = replace(
        case,
        medications=shuffled(case.medications),  # type: ignore[arg-type]
        prior_treatments=shuffled(case.prior_treatments),  # type: ignore[arg-type]
        psychotherapy=shuffled(case.psychotherapy),  # type: ignore[arg-type]
        facts=dict(reversed(list(case.facts.items()))),
    )
    one, other = assess(case, LIBRARY), assess(mixed, LIBRARY)
    assert (one.result, [found.rule for found in one.findings]) == (
        other.result,
        [found.rule for found in other.findings],
    )
    assert one.missing == other.missing


@given(cases())
@settings(max_examples=150, deadline=None)
def test_a_rule_of_another_region_or_product_never_decides(case: Case) -> None:
    for found in assess(case, LIBRARY).findings:
        evidence = LIBRARY.rules[found.rule]
        if not (evidence.governs(case.region) and evidence.concerns(case.product)):
            assert found.verdict is Result.INFORM
    assert case.on == ON


@given(cases())
@settings(max_examples=150, deadline=None)
def test_the_result_is_its_strongest_finding_and_a_deferral_says_what_lifts_it(case: Case) -> None:
    assessment = assess(case, LIBRARY)
    assert assessment.result is max(
        (Result.ELIGIBLE, *(found.verdict for found in assessment.findings)), key=lambda verdict: verdict.strength
    )
    deferring = [found for found in assessment.findings if found.verdict is Result.DEFER]
    assert all(found.lifted_by for found in deferring)
