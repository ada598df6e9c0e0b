"""How predictions of trials that were left out are scored, by hand; the trials are invented."""

from __future__ import annotations

from collections.abc import Mapping
from math import hypot, log, pi
from typing import Any

import pytest

from ketaminder.trials import Scored, compared, leave_one_out, shipped, study, summary, validation
from ketaminder.trials.expected import Interval
from ketaminder.trials.observed import What
from ketaminder.trials.study import Measured, Study
from ketaminder.trials.validation import interval_score, log_score


def interval(value: float, spread: float) -> Interval:
    """Of a normal prediction."""
    return Interval(value, value - 1.96 * spread, value + 1.96 * spread, value - 0.674 * spread, value + 0.674 * spread)


def scored(trial: str, observed: float, **changes: Any) -> Scored:
    """MADRS a day after one dose, predicted as 20 with a standard error of 2; others saw 22 with one of 4."""
    usual: dict[str, Any] = {
        "instrument": "MADRS",
        "arm": "ketamine",
        "time_h": 24.0,
        "what": What.MEAN,
        "measured": Measured.SCORE,
        "n": 50,
        "predicted": interval(20, 2),
        "pooled": interval(22, 4),
    }
    return Scored(study=trial, observed=observed, **{**usual, **changes})


@pytest.mark.parametrize(
    ("observed", "level", "score"),
    [(5, 0.05, 6), (2, 0.05, 6), (10, 0.05, 6 + 40 * 2), (1, 0.05, 6 + 40 * 1), (10, 0.5, 6 + 4 * 2)],
)
def test_an_interval_is_scored_by_its_width_and_what_lies_outside(observed: float, level: float, score: float) -> None:
    """Gneiting and Raftery 2007, from 2 to 8."""
    assert interval_score(Interval(5, 2, 8, 4, 6), observed, level) == pytest.approx(score)


def test_a_log_score_is_the_density_of_a_normal() -> None:
    """One standard error of 2 away: -ln(2 sqrt(2 pi)) - 1/2."""
    assert log_score(scored("a", 22.0)) == pytest.approx(-log(2) - 0.5 * log(2 * pi) - 0.5)


def test_no_prediction_counts_as_narrower_than_two_hundredths() -> None:
    narrow = scored("a", 20.02, predicted=interval(20, 0))
    assert log_score(narrow) == pytest.approx(-log(0.02) - 0.5 * log(2 * pi) - 0.5)


def test_a_trial_of_many_numbers_compares_as_one() -> None:
    """One trial is 0 and 2 standard errors off against 1 and 1, another 0 against 2, a third stands on one side only.

    Gains of mean log score: -(0 + 4) / 4 + (1 + 1) / 4 = -1/2, and 2; their mean is 3/4, its error half of their
    difference.
    """
    mine = [scored("a", 20), scored("a", 24), scored("b", 20), scored("c", 20)]
    other = [scored("a", 22), scored("a", 22), scored("b", 24)]
    assert compared(mine, other) == pytest.approx((0.75, 1.25, 2))


def test_a_summary_counts_what_lay_within_and_how_far_the_rest() -> None:
    """Off by 0, 3 and 5 points: within 3.92 twice, within 1.348 once; a rate counts among the numbers only."""
    rate = scored("c", 0.5, what=What.RESPONSE, predicted=interval(0.5, 0.1), measured=Measured.RATE)
    found = summary([scored("a", 20), scored("b", 23), scored("c", 25, time_h=168.0, n=20), rate])
    assert (found.numbers, found.within_95, found.within_50) == (4, 3 / 4, 2 / 4)
    assert found.madrs_error == 3
    assert (found.bias_24h, found.bias_7d) == (-1.5, -5)
    assert found.width_from_50 == pytest.approx(2 * 1.96 * 2)
    assert found.score == pytest.approx(2 * 1.96 * 2 + 40 * (25 - 20 - 1.96 * 2) / 3)
    assert found.score_pooled == pytest.approx(2 * 1.96 * 4)


def trial(id_: str, score: float, hour: float = 24.0, label: str = "ketamine") -> Study:
    """Ketamine 0.5 mg/kg by vein, once, 20 people, a MADRS of 33 before and of `score` after."""
    given = {"drug": "ketamine_racemic", "dose": 0.5, "unit": "mg/kg", "route": "iv_infusion", "times_h": [0]}
    row = {"instrument": "MADRS", "arm": label, "timepoint_hours": hour, "value_type": "absolute score", "n": 20}
    document = {
        "id": id_,
        "indication": "treatment-resistant major depression",
        "design": "randomised double-blind",
        "population": {"baseline": [{"instrument": "MADRS", "arm": "all", "mean": 33.0, "sd": 5.0}]},
        "sim_design": {"arms": [{"id": "ketamine", "role": "active", "n": 20, "treatments": [given]}]},
        "outcomes": [row | {"mean": score, "sd": 10.0}],
    }
    return study(document)


def left_out(monkeypatch: pytest.MonkeyPatch, *trials: Study) -> Mapping[str, Scored]:
    """Every trial left out, without fitting again."""
    monkeypatch.setattr(validation, "fit", lambda *_, **__: shipped())
    return {
        one.study: one for one in leave_one_out({one.id: one for one in trials}, frozenset(one.id for one in trials))
    }


def test_a_prediction_is_held_against_the_mean_of_the_other_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two others lost 13 and 19 of 33 points: 16 in the mean, 6 / sqrt(2) apart, and a third of 33 among 20 people."""
    found = left_out(monkeypatch, trial("a", 18.0), trial("b", 20.0), trial("c", 14.0))["a"].pooled
    spread = hypot(6 / 2**0.5 * 1.5**0.5, 0.33 * 33 / 20**0.5)
    assert found is not None
    assert (found.value, found.low, found.high50) == pytest.approx((17, 17 - 1.96 * spread, 17 + 0.674 * spread))


def test_of_the_other_trials_those_of_the_same_day_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one a week later is left aside, so that how far trials are apart is the convention, 0.15 of 33 points."""
    found = left_out(monkeypatch, trial("a", 18.0), trial("b", 20.0), trial("c", 14.0, hour=168.0))["a"].pooled
    assert found is not None
    assert found.value == pytest.approx(20)
    assert found.high - found.value == pytest.approx(1.96 * hypot(0.15 * 33 * 2**0.5, 0.33 * 33 / 20**0.5))


@pytest.mark.parametrize(("hour", "label"), [(0.0, "ketamine"), (24.0, "ketamine, responders")])
def test_a_baseline_and_people_chosen_by_how_they_did_are_not_scored(
    monkeypatch: pytest.MonkeyPatch, hour: float, label: str
) -> None:
    found = left_out(monkeypatch, trial("a", 18.0, hour, label), trial("b", 20.0), trial("c", 14.0))
    assert found.keys() == {"b", "c"}


def test_what_was_observed_is_hidden_from_its_own_prediction(monkeypatch: pytest.MonkeyPatch) -> None:
    others = trial("b", 20.0), trial("c", 14.0)
    first, second = (left_out(monkeypatch, trial("a", score), *others)["a"] for score in (5.0, 30.0))
    assert (first.observed, second.observed) == (5.0, 30.0)
    assert first.predicted == second.predicted
