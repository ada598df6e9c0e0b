"""What surrounds the doses of a trial, as its document says it."""

from __future__ import annotations

from typing import Any

import pytest

from ketaminder.terms import Refused
from ketaminder.trials import study
from ketaminder.trials.study import Setting

ARM = {"id": "K", "n": 30, "treatments": [{"drug": "ketamine_racemic", "route": "iv_infusion", "times_h": [0]}]}


def document(designed: dict[str, Any] | None = None, **said: Any) -> dict[str, Any]:
    """One arm of ketamine; `designed` lies over its sim_design, the rest over the document."""
    given = {"id": "t", "indication": "depression", "outcomes": [], "sim_design": {"arms": [ARM]} | (designed or {})}
    return given | said


def setting(designed: dict[str, Any] | None = None, **said: Any) -> Setting:
    return study(document(designed, **said)).setting


@pytest.mark.parametrize(
    ("design", "open_label"),
    [
        ("open-label, single arm", True),
        ("retrospective chart review", True),
        ("randomised, double-blind", False),
        ("double-blind, then an open extension", False),
        ("randomised", False),
    ],
)
def test_who_knows_what_is_given(design: str, open_label: bool) -> None:
    assert setting(design=design).open_label is open_label


@pytest.mark.parametrize(
    ("co_treatment", "new", "unmedicated"),
    [
        ("newly started SSRI", True, False),
        ("drug-free for two weeks", False, True),
        ("washout of all psychotropics", False, True),
        ("usual antidepressants continued", False, False),
        ("none", False, True),
        ("none stated", False, False),
    ],
)
def test_what_is_taken_beside_it(co_treatment: str, new: bool, unmedicated: bool) -> None:
    found = setting(co_treatment=co_treatment)
    assert (found.new_antidepressant, found.unmedicated) == (new, unmedicated)


def test_a_new_antidepressant_may_stand_among_the_concomitant_drugs() -> None:
    assert setting({"concomitant": [{"drug": "duloxetine", "note": "newly initiated"}]}).new_antidepressant
    assert not setting({"concomitant": [{"drug": "duloxetine", "note": "continued"}]}).new_antidepressant


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"population": {"suicidal": True}}, "suicidal_crisis"),
        ({"indication": "suicidal ideation and intent in depression"}, "suicidal_crisis"),
        ({"population": {"bipolar": True}}, "bipolar"),
        ({"indication": "bipolar depression"}, "bipolar"),
        ({"design": "infusion under general anaesthesia"}, "anaesthetised"),
        ({"design": "randomised withdrawal"}, "withdrawal"),
        ({"design": "relapse prevention"}, "withdrawal"),
        ({"design": "placebo-controlled crossover"}, "crossover"),
    ],
)
def test_each_of_these_moves_one_thing(said: dict[str, Any], name: str) -> None:
    plain, moved = setting(), setting(**said)
    flags = ("suicidal_crisis", "bipolar", "anaesthetised", "withdrawal", "crossover")
    assert [one for one in flags if getattr(moved, one)] == [name]
    assert not any(getattr(plain, one) for one in flags)


def test_participants_are_those_of_the_arms_else_the_largest_count() -> None:
    assert setting({"arms": [ARM, ARM | {"id": "M", "n": 12}]}).people == 42
    assert setting({"arms": [ARM | {"n": None}]}, n_per_arm={"randomised": 61, "K": 20}).people == 61
    assert setting({"arms": [ARM | {"n": None}]}).people is None


@pytest.mark.parametrize(
    ("said", "years"),
    [
        ({"population": {"age_mean": {"K": 44.5, "all": 50}}}, 44.5),
        ({"population": {"age_mean": {"all": 50}}}, 50.0),
        ({"population": {"age_mean": {"M": 47}}}, 47.0),
        ({"population": {"mean_age": 39}}, 39.0),
        ({"indication": "late-life depression"}, 70.0),
        ({}, None),
    ],
    ids=["of the arm", "of all", "of another arm", "a number", "by the words", "unknown"],
)
def test_how_old_an_arm_is(said: dict[str, Any], years: float | None) -> None:
    assert study(document(**said)).arms["K"].age_years == years


def test_doses_before_time_zero_are_everybodys() -> None:
    prior = {"treatments": [ARM["treatments"][0] | {"times_h": [-168, -84]}]}  # type: ignore[index]
    assert [dose.hour for dose in study(document({"prior_exposure": prior})).arms["K"].before] == [-168, -84]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([], "trial: got"),
        ({"id": ""}, "id: got"),
        ({"id": "t"}, "outcomes: got"),
        ({"id": "t", "outcomes": [3]}, r"outcomes\[0\]: got '3'"),
        ({"id": "t", "outcomes": [], "sim_design": "x"}, "sim_design: got"),
        ({"id": "t", "outcomes": [], "sim_design": {"arms": [{"n": 3}]}}, "sim_design.arms: got"),
        ({"id": "t", "outcomes": [], "n_per_arm": [20]}, "n_per_arm: got"),
    ],
)
def test_what_is_no_trial_is_refused(wrong: object, said: str) -> None:
    with pytest.raises(Refused, match=said):
        study(wrong)
