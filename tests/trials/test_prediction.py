"""Predictions: one a row, blind to what was observed, wider where less is known."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from scipy.stats import truncnorm

from ketaminder.evidence.trials import load_trials
from ketaminder.terms import Refused
from ketaminder.trials import predictor, shipped, study
from ketaminder.trials.prediction import Interval
from ketaminder.trials.published import document

DESIGNED = [one.id for one in load_trials().values() if one.design is not None]
OBSERVED = ("mean", "sd", "se", "ci", "response_rate", "remission_rate")


def trial(id_: str) -> dict[str, Any]:
    return document(load_trials()[id_])


def hidden(given: dict[str, Any]) -> dict[str, Any]:
    given = copy.deepcopy(given)
    for row in given["outcomes"]:
        row.update(dict.fromkeys(OBSERVED))
    return given


@pytest.mark.parametrize("id_", DESIGNED)
def test_every_row_of_every_trial_has_one_answer(id_: str) -> None:
    given = hidden(trial(id_))
    asked = study(given)
    said = predictor().predict(asked)
    assert sorted([one.number for one in said] + list(asked.refused)) == list(range(len(given["outcomes"])))
    for one in said:
        parts = [part for part in (one.mean, one.response_rate, one.remission_rate) if part]
        assert parts or one.reason
        for part in parts:
            assert part.low <= part.low50 <= part.high50 <= part.high
        for rate in (one.response_rate, one.remission_rate):
            assert rate is None or 0 <= rate.low <= rate.value <= rate.high <= 1


def test_what_was_observed_changes_nothing_but_the_spread_of_its_own_row() -> None:
    """Values are ignored: with another mean and other rates every prediction stays what it was."""
    given = trial("trd4005_janik2025")
    other = copy.deepcopy(given)
    for row in other["outcomes"]:
        row["mean"] = row["mean"] and row["mean"] + 10
        row["response_rate"] = row["response_rate"] and 0.99
    first, second = (predictor().predict(study(one)) for one in (given, other))
    assert first == second


def one_row(**changes: object) -> dict[str, Any]:
    """Ketamine 0.5 mg/kg by vein against midazolam, MADRS a day later; 20 in each arm."""
    arms = [
        ("ketamine", "active", {"drug": "ketamine_racemic", "dose": 0.5, "unit": "mg/kg"}),
        ("midazolam", "active control", {"drug": "midazolam", "dose": 0.03, "unit": "mg/kg"}),
    ]
    row = {"instrument": "MADRS", "arm": "ketamine", "timepoint_hours": 24, "value_type": "absolute score", "n": 20}
    return {
        "id": "a",
        "indication": "treatment-resistant major depression",
        "design": "randomised double-blind vs midazolam",
        "n_per_arm": {"ketamine": 20, "midazolam": 20},
        "population": {"baseline": [{"instrument": "MADRS", "arm": "all", "mean": 33.0, "sd": 5.0}]},
        "sim_design": {
            "arms": [
                {"id": id_, "role": role, "n": 20, "treatments": [{**given, "route": "iv_infusion", "times_h": [0]}]}
                for id_, role, given in arms
            ]
        },
        "outcomes": [row | changes],
    }


def mean(given: dict[str, Any]) -> Interval:
    found = predictor().predict(study(given))[0].mean
    assert found is not None
    return found


def test_a_score_and_its_change_say_the_same() -> None:
    score, change = mean(one_row()), mean(one_row(value_type="mean change from baseline"))
    percent = mean(one_row(value_type="percent change from baseline"))
    assert score.value - 33.0 == pytest.approx(change.value)
    assert percent.value == pytest.approx(change.value / 0.33)
    difference = mean(one_row(arm="ketamine minus midazolam", value_type="difference versus comparator"))
    control = mean(one_row(arm="midazolam", value_type="mean change from baseline"))
    assert difference.value == pytest.approx(change.value - control.value)


def test_larger_trials_have_narrower_intervals_and_a_missing_baseline_wider_ones() -> None:
    small, large = mean(one_row(n=10)), mean(one_row(n=400))
    assert large.high - large.low < small.high - small.low
    unsaid = one_row()
    unsaid["population"] = {}
    assert mean(unsaid).high - mean(unsaid).low > small.high - small.low - 5
    assert any("baseline on MADRS not stated" in text for text in predictor().predict(study(unsaid))[0].assumed)


def test_published_dose_response_and_course() -> None:
    """0.1 < 0.2 < 0.5 mg/kg in the mean (Fava 2020), fading from the second day to the second week (Kishimoto 2016)."""

    def relief(dose: float, hours: float) -> float:
        given = one_row(timepoint_hours=hours)
        given["sim_design"]["arms"][0]["treatments"][0]["dose"] = dose
        return 33.0 - mean(given).value

    assert relief(0.1, 24) < relief(0.2, 24) < relief(0.5, 24)
    assert relief(3.0, 24) < relief(0.5, 24)
    assert relief(0.5, 2) > 0.5 * relief(0.5, 24)
    assert relief(0.5, 24) > relief(0.5, 240)


def test_before_the_first_dose_a_score_is_its_baseline() -> None:
    """Only the sample scatters: 33 points, and 1.96 times the median spread over the root of 20."""
    begins = mean(one_row(timepoint_hours=0))
    assert begins.value == pytest.approx(33.0)
    assert begins.high - begins.low < 0.33 * 33 * 2 * 1.96 / 20**0.5


def test_panic_is_refused_and_dissociation_is_not() -> None:
    panic = one_row(instrument="PDSS")
    panic["indication"] = "panic disorder"
    assert "panic" in predictor().predict(study(panic))[0].reason
    felt = predictor().predict(study(one_row(instrument="CADSS", timepoint_hours=0.67)))[0]
    assert felt.mean is not None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": None}, "id"),
        ({"outcomes": "none"}, "a list of rows"),
        ({"outcomes": [3]}, "an object"),
        ({"sim_design": []}, None),
        ({"population": "adults"}, "an object"),
    ],
)
def test_what_is_no_trial_is_refused_with_what_was_found(change: dict[str, object], said: str | None) -> None:
    given = one_row() | change
    if said is None:
        assert study(given).refused
        return
    with pytest.raises(Refused, match=said):
        study(given)


@pytest.mark.parametrize(("name", "value"), [("timepoint_hours", "soon"), ("mean", True)])
def test_numbers_that_are_none_are_refused(name: str, value: object) -> None:
    with pytest.raises(Refused, match=name):
        study(one_row(**{name: value}))


def test_a_unit_that_is_none_is_refused() -> None:
    given = one_row()
    given["sim_design"]["arms"][0]["treatments"][0]["unit"] = "drops"
    with pytest.raises(Refused, match="mg or mg/kg"):
        study(given)


def test_parts_of_a_trial_may_be_missing() -> None:
    """Whatever is taken away, every row is answered or refused, or the document is refused aloud."""
    rng = np.random.default_rng(3)
    for _ in range(300):
        given = hidden(trial(str(rng.choice(DESIGNED))))
        for _ in range(rng.integers(1, 6)):
            _take_away(given, rng)
        try:
            asked = study(given)
        except Refused:
            continue
        said = predictor().predict(asked)
        assert len(said) + len(asked.refused) == len(given["outcomes"])


def _take_away(given: Any, rng: np.random.Generator) -> None:
    """Set one thing, somewhere within, to null or leave it out."""
    keys = list(given) if isinstance(given, dict) else list(range(len(given)))
    keys = [key for key in keys if key not in ("id", "outcomes")]
    if not keys:
        return
    key = keys[rng.integers(len(keys))]
    inner = given[key]
    if isinstance(inner, dict | list) and inner and rng.random() < 0.7:
        _take_away(inner, rng)
    elif isinstance(given, dict) and rng.random() < 0.5:
        del given[key]
    else:
        given[key] = None


@pytest.mark.parametrize(
    ("label", "ends"),
    [
        ("ketamine, responders (>=30% drop)", (0.3, np.inf)),
        ("ketamine, non-responders", (-np.inf, 0.5)),
        ("ketamine, in remission", (1 - 10 / 33, np.inf)),
    ],
)
def test_people_who_were_chosen_by_how_they_did(label: str, ends: tuple[float, float]) -> None:
    """SciPy's truncated normal around the relief of all, as wide as people differ; from 33 points down."""
    everybody, chosen = (predictor().predict(study(one_row(arm=arm)))[0] for arm in ("ketamine", label))
    assert everybody.mean is not None
    assert chosen.mean is not None
    relief, width = 1 - everybody.mean.value / 33, shipped().value("log_width")
    low, high = ((end - relief) / width for end in ends)
    expected = 33 * (1 - truncnorm.mean(low, high, relief, width))
    assert chosen.mean.value == pytest.approx(max(expected, 0.0), rel=1e-6)
    assert chosen.response_rate is None
    assert "chosen by them" in chosen.reason
