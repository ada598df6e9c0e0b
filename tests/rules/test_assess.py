"""How findings become a result: the strongest wins, what is missing is asked for once, other regions inform."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ketaminder.evidence import load
from ketaminder.rules import assess
from ketaminder.rules.rule import all_rules, rule
from ketaminder.terms import (
    CandidateAssessment,
    Case,
    Finding,
    Medication,
    Message,
    Patient,
    Phase,
    Product,
    Region,
    Result,
)

from .people import candidate, recording, without


def judged(case: Case) -> CandidateAssessment:
    return assess(case, load())


def finding(assessment: CandidateAssessment, rule_id: str) -> Finding:
    (found,) = (each for each in assessment.findings if each.rule == rule_id)
    return found


def test_nothing_against_is_eligible_and_asks_for_nothing() -> None:
    assessment = judged(candidate())
    assert (assessment.result, assessment.missing, assessment.lifted_by) == (Result.ELIGIBLE, (), ())


def test_the_strongest_finding_wins_and_stands_first() -> None:
    case = recording(candidate(), aneurysmal_vascular_disease=True, psychosis_history=True, child_pugh="B")
    assessment = judged(case)
    verdicts = [each.verdict.strength for each in assessment.findings]
    assert assessment.result is Result.EXCLUDE
    assert assessment.findings[0].rule == "B-ABS-01"
    assert verdicts == sorted(verdicts, reverse=True)


def test_a_finding_carries_value_limit_source_grade_and_end() -> None:
    found = finding(judged(recording(candidate(), systolic_mmHg=152)), "B-BP-01")
    assert str(found.reason) == "Systolic 152 mmHg is above 140 mmHg."
    assert [(seen.label, seen.value, seen.unit) for seen in found.seen] == [("Systolic blood pressure", 152, "mmHg")]
    assert [str(criterion) for criterion in found.criteria] == ["> 140 mmHg", "> 90 mmHg"]
    assert {citation.source.id for citation in found.sources} == {"PI_PDR", "JNJ_AHT", "PI_2019", "MIMS_PHD"}
    assert found.grade == "read in source"
    assert found.lifted_by == Message(
        "Blood pressure re-measured at or below 140/90, or the physician documents benefit over risk."
    )


def test_another_region_informs_and_says_whose_rule_it_is() -> None:
    found = finding(judged(recording(candidate(region=Region.EU), systolic_mmHg=145)), "B-BP-01")
    assert found.verdict is Result.INFORM
    assert found.lifted_by is None
    assert str(found.reason) == "US rule, information here: Systolic 145 mmHg is above 140 mmHg."


def test_missing_items_are_asked_for_once_with_the_rules_that_asked() -> None:
    assessment = judged(candidate(medications=None))
    (item,) = assessment.missing
    assert (item.variable, str(item.ask)) == (
        "current_medications",
        "Record the current medicines, or that there are none.",
    )
    assert {"C-MAOI-01", "C-OPI-01", "X-MEDICINE-01"} <= set(item.rules)
    assert str(finding(assessment, "X-MISSING-01").reason) == "Not recorded: Current medicines."
    assert item.ask in assessment.lifted_by


def test_an_item_that_only_a_precaution_needs_leaves_a_precaution() -> None:
    assessment = judged(without(candidate(), "nasal_obstruction"))
    assert assessment.result is Result.PRECAUTIONS
    assert [item.variable for item in assessment.missing] == ["nasal_obstruction"]


def test_what_is_known_only_on_the_day_decides_nothing_until_then() -> None:
    assessment = judged(candidate())
    listed = {item.variable for item in assessment.to_check_on_the_day}
    assert {"safe_transport_arranged", "hours_since_food", "minutes_since_fluids", "alcohol_last_24h"} <= listed
    assert assessment.result is Result.ELIGIBLE
    assert judged(recording(candidate(), safe_transport_arranged=False)).result is Result.DEFER


def test_an_open_record_asks_for_every_flag() -> None:
    assessment = judged(replace(candidate(), facts={}))
    asked = {item.variable for item in assessment.missing}
    assert assessment.result is Result.DEFER
    assert {"aneurysmal_vascular_disease", "systolic_mmHg", "days_since_cardiovascular_event", "epilepsy"} <= asked


def test_no_region_defers_and_no_label_governs() -> None:
    assessment = judged(candidate(region=None))
    assert assessment.result is Result.DEFER
    assert "region" in {item.variable for item in assessment.missing}
    regional = {id_ for id_, evidence in load().rules.items() if evidence.regions}
    assert {each.verdict for each in assessment.findings if each.rule in regional} <= {Result.INFORM}


def test_a_rule_is_silent_before_it_is_in_force() -> None:
    # US monotherapy was approved on 21 January 2025.
    before, since = candidate(on=date(2025, 1, 20)), candidate(on=date(2025, 1, 21))
    assert "A-TRD-02" not in {each.rule for each in judged(before).findings}
    assert "A-TRD-02" in {each.rule for each in judged(since).findings}


def test_the_result_reads_the_same_in_follow_up() -> None:
    start = recording(candidate(), systolic_mmHg=150)
    assert judged(start).result is judged(replace(start, phase=Phase.MAINTENANCE)).result is Result.DEFER


@pytest.mark.parametrize("product", [each for each in Product if each is not Product.ESKETAMINE_NASAL])
def test_racemic_ketamine_is_off_label_by_every_route(product: Product) -> None:
    assessment = judged(candidate(product=product))
    assert assessment.result is Result.PRECAUTIONS
    assert finding(assessment, "A-OFF-01").verdict is Result.PRECAUTIONS


def test_the_swiss_label_was_not_read_in_full_and_never_gives_eligible() -> None:
    assert judged(candidate(region=Region.CH)).result is Result.PRECAUTIONS


def test_names_in_a_sentence_are_quoted_as_recorded() -> None:
    case = candidate(medications=(Medication("{braces} & <b>mix</b>"),))
    assert str(finding(judged(case), "X-MEDICINE-01").reason) == "Name the ingredient of '{braces} & <b>mix</b>'."


def test_the_same_case_twice_gives_the_same_answer() -> None:
    case = candidate(patient=Patient("invented", age_years=70))
    assert judged(case) == judged(case)


def test_two_functions_may_not_judge_one_rule() -> None:
    with pytest.raises(ValueError, match="rule B-BP-01 is judged by"):
        rule("B-BP-01")(all_rules()["B-ABS-01"])
