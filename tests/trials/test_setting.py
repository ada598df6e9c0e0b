"""What surrounds the doses of a trial, as the words of its document say it."""

from __future__ import annotations

from typing import Any

import pytest

from ketaminder.trials import study
from ketaminder.trials.study import Setting

from .small import ARM, document


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
