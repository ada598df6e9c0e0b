"""A trial as a document: its arms, and what is no trial."""

from __future__ import annotations

from typing import Any

import pytest

from ketaminder.terms import Refused
from ketaminder.trials import study

from .small import ARM, document


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


@pytest.mark.parametrize("relapses", [None, 3, [{"n": 5}]])
def test_relapses_are_read_from_published_trials_only(relapses: object) -> None:
    assert study(document(relapses=relapses)).relapses == ()
