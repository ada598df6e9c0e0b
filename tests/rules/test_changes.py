"""A changed criterion lists exactly the people whose answer changes, old and new."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from shutil import copytree

from ketaminder.evidence import load
from ketaminder.evidence.loader import read
from ketaminder.rules import assess_each, changes
from ketaminder.terms import CandidateAssessment, Refused, Result

from .people import candidate, recording

PRINTED = (
    'criteria.systolic_mmHg = { meaning = "systolic blood pressure", comparator = ">", value = 140, unit = "mmHg" }'
)


def test_a_lower_guide_lists_whom_it_stops(tmp_path: Path) -> None:
    copy = copytree(str(files("ketaminder.evidence")), tmp_path / "evidence")
    path = copy / "criteria" / "blood_pressure.toml"
    text = path.read_text(encoding="utf-8")
    assert text.index(PRINTED) > text.index("[B-BP-01]")
    path.write_text(text.replace(PRINTED, PRINTED.replace("140", "135"), 1), encoding="utf-8")

    people = [recording(candidate(), systolic_mmHg=systolic) for systolic in (134, 135, 136, 140, 141)]
    found = list(changes(people, load(), read(copy)))
    assert [(one.case.facts["systolic_mmHg"].value, one.before.result, one.after.result) for one in found] == [
        (136, Result.ELIGIBLE, Result.DEFER),
        (140, Result.ELIGIBLE, Result.DEFER),
    ]


def test_the_same_evidence_changes_nobody() -> None:
    assert list(changes([candidate(), recording(candidate(), systolic_mmHg=150)], load(), load())) == []


def test_a_batch_answers_each_case_in_order_and_goes_on_after_a_refusal() -> None:
    cases = [candidate(), candidate(product=None), recording(candidate(), systolic_mmHg=150)]
    answers = list(assess_each(cases, load()))
    assert [each.result if isinstance(each, CandidateAssessment) else type(each) for each in answers] == [
        Result.ELIGIBLE,
        Refused,
        Result.DEFER,
    ]
