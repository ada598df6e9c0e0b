"""The diagnosis beside the indication: a form that names two different things is deferred, not believed in one."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ketaminder import intake
from ketaminder.evidence import load
from ketaminder.rules import assess
from ketaminder.terms import CandidateAssessment, Result

PEOPLE = Path(__file__).parents[1] / "cases" / "people"
OCD = {"primary": "OCD", "icd10": "F42.2"}
BIPOLAR = {"primary": "bipolar II, current episode depressed", "icd10": "F31.81"}


def assessed(person: str, **changed: Any) -> CandidateAssessment:
    form = json.loads((PEOPLE / f"{person}.json").read_text(encoding="utf-8")) | changed
    return assess(intake.read(json.dumps(form), on=date(2026, 11, 2)), load())


@pytest.mark.parametrize(
    ("person", "diagnosis", "said"),
    [
        ("us_resistant", OCD, "The recorded diagnosis, OCD F42.2, is not what the indication, TRD, treats."),
        ("us_resistant", {"primary": "low mood"}, "The recorded diagnosis, low mood, is not what"),
        ("us_resistant", {"icd10": "F34.1"}, "The recorded diagnosis, F34.1, is not what"),
        ("us_suicidal", BIPOLAR, "The recorded diagnosis, bipolar II, current episode depressed F31.81, is not what"),
    ],
)
def test_another_diagnosis_defers(person: str, diagnosis: dict[str, str], said: str) -> None:
    found = assessed(person, diagnosis=diagnosis)
    assert found.result is Result.DEFER
    assert any(one.rule == "X-DIAGNOSIS-01" and str(one.reason).startswith(said) for one in found.findings)


@pytest.mark.parametrize("diagnosis", [None, {}, {"severity": "severe"}])
def test_no_diagnosis_asks_for_one(diagnosis: dict[str, str] | None) -> None:
    found = assessed("us_resistant", diagnosis=diagnosis)
    assert found.result is Result.DEFER
    assert "primary_diagnosis" in {one.variable for one in found.missing}


@pytest.mark.parametrize("said", ["severe depression", "MDD", "recurrent depressive disorder, severe"])
def test_a_depression_in_words_is_a_depression(said: str) -> None:
    found = assessed("us_resistant", diagnosis={"primary": said})
    assert "X-DIAGNOSIS-01" not in {one.rule for one in found.findings}
    assert found.result is Result.ELIGIBLE


def test_a_bipolar_depression_that_the_form_calls_resistant_is_examined_as_bipolar() -> None:
    found = assessed("us_resistant", diagnosis=BIPOLAR)
    assert {"A-OFF-01", "A-BD-01"} <= {one.rule for one in found.findings}
    assert found.result is Result.DEFER  # neither a YMRS nor a mood stabiliser is recorded
