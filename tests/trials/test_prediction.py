"""Predictions: one a row, blind to what was observed, wider where less is known."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import truncnorm

from ketaminder.evidence.trials import load_trials
from ketaminder.terms import Refused
from ketaminder.trials import predictor, shipped, study
from ketaminder.trials.expected import Interval
from ketaminder.trials.instruments import Family
from ketaminder.trials.prediction import Predicted
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
        ({"population": "adults"}, "an object"),
    ],
)
def test_what_is_no_trial_is_refused_with_what_was_found(change: dict[str, object], said: str) -> None:
    given = one_row() | change
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
    ("label", "ends", "respond"),
    [
        ("ketamine, responders", (0.5, np.inf), 1.0),
        ("ketamine, non-responders", (-np.inf, 0.5), 0.0),
        ("ketamine, in remission", (1 - 10 / 33, np.inf), 1.0),
    ],
)
def test_people_who_were_chosen_by_how_they_did(label: str, ends: tuple[float, float], respond: float) -> None:
    """SciPy's truncated normal around the relief of all, as wide as people differ; from 33 points down. Who was chosen
    as a responder responds, and who was not does not.
    """
    everybody, chosen = (predictor().predict(study(one_row(arm=arm)))[0] for arm in ("ketamine", label))
    assert everybody.mean is not None
    assert chosen.mean is not None
    relief, width = 1 - everybody.mean.value / 33, shipped().value("log_width")
    low, high = ((end - relief) / width for end in ends)
    expected = 33 * (1 - truncnorm.mean(low, high, relief, width))
    assert chosen.mean.value == pytest.approx(max(expected, 0.0), rel=1e-6)
    assert chosen.response_rate is not None
    assert chosen.response_rate.value == pytest.approx(respond, abs=1e-9)


def test_of_those_who_lost_thirty_percent_more_respond_than_of_all() -> None:
    """The share of responders among them is that among all over theirs: P(half) / P(a third), one draw by another."""
    everybody, chosen = (
        predictor().predict(study(one_row(arm=arm)))[0].response_rate
        for arm in ("ketamine", "ketamine, responders (>=30% drop)")
    )
    assert everybody is not None
    assert chosen is not None
    assert everybody.value < chosen.value < 1


def effect(**keys: object) -> dict[str, Any]:
    """Ketamine against midazolam, an effect size with these keys."""
    return one_row(arm="ketamine minus midazolam", value_type="effect size only", effect_size=keys or None)


def test_an_effect_size_is_the_difference_over_the_spread_between_people() -> None:
    """The difference in points over 33, over the spread between people as a share of the baseline; its sign as said."""
    points = mean(one_row(arm="ketamine minus midazolam", value_type="difference versus comparator"))
    spread = predictor().baselines.spread(Family.DEPRESSION)
    assert mean(effect()).value == pytest.approx(points.value / 33 / spread)
    assert mean(effect(d=None, favours_first_when="positive")).value == pytest.approx(-points.value / 33 / spread)


def test_an_odds_ratio_and_a_relative_risk_are_those_of_the_arms() -> None:
    """Of the rates of both arms asked alone, within what draws differ; above one, since ketamine does more."""
    rates = [predictor().predict(study(one_row(arm=arm)))[0].response_rate for arm in ("ketamine", "midazolam")]
    first, second = (one.value for one in rates if one)
    risk, odds = mean(effect(relative_risk=None)), mean(effect(odds_ratio=None))
    assert risk.value == pytest.approx(first / second, rel=0.15)
    assert odds.value == pytest.approx(first / (1 - first) / (second / (1 - second)), rel=0.2)
    assert risk.low < risk.value < risk.high
    assert odds.low < odds.value < odds.high


def test_a_correlation_is_refused() -> None:
    said = predictor().predict(study(effect(r=None)))[0]
    assert said.mean is None
    assert "correlation" in said.reason


def test_a_mean_that_is_asked_of_a_row_of_rates_is_a_change() -> None:
    asked = predictor().predict(study(one_row(value_type="rate only", asks=["mean"])))[0]
    assert asked.mean == predictor().predict(study(one_row(value_type="mean change from baseline")))[0].mean
    assert predictor().predict(study(one_row(value_type="rate only")))[0].mean is None


def test_a_trial_without_a_design_is_read_from_its_words() -> None:
    """The same as with a design that says what its words do; the row says where arms and doses come from."""
    worded = one_row() | {"sim_design": None, "drug": "racemic ketamine", "dose": "0.5 mg/kg (midazolam 0.03 mg/kg)"}
    worded |= {"route": "IV infusion", "schedule": "single dose"}
    said = predictor().predict(study(worded))[0]
    assert said.mean is not None
    assert said.mean.value == pytest.approx(mean(one_row()).value)
    assert any("no sim_design" in text for text in said.assumed)


@pytest.mark.parametrize(
    ("schedule", "hours"),
    [
        ("single dose", [0]),
        ("twice weekly, 2 weeks", [0, 84, 168, 252]),
        ("6 infusions over 12 days", [0, 56, 112, 168, 224, 280]),
        ("thrice weekly, up to 4 sessions", [0, 56, 112, 168]),
    ],
)
def test_schedules_in_words(schedule: str, hours: list[float]) -> None:
    given = one_row() | {"sim_design": {}, "drug": "racemic ketamine", "dose": "0.5 mg/kg", "schedule": schedule}
    assert [dose.hour for dose in study(given).arms["ketamine"].doses] == hours


def session(instrument: str, **changes: object) -> Predicted:
    return predictor().predict(study(one_row(instrument=instrument, timepoint_hours=0.67, **changes)))[0]


def test_pressure_at_the_end_of_an_infusion_is_what_was_published() -> None:
    """7.4 and 6.0 mmHg on average at the peak of 0.5 mg/kg in 40 min (741 infusions); nothing of it a day later."""
    for instrument, peak in (("systolic BP rise (mmHg)", 7.4), ("diastolic BP rise (mmHg)", 6.0)):
        rise = session(instrument, value_type="mean change from baseline").mean
        assert rise is not None
        assert rise.value == pytest.approx(peak, rel=0.02)
        later = mean(one_row(instrument=instrument, value_type="mean change from baseline"))
        assert later.value == pytest.approx(0.0)


def test_dissociation_is_felt_on_the_drug_and_hardly_on_a_control() -> None:
    felt, control = session("CADSS").mean, session("CADSS", arm="midazolam").mean
    assert felt is not None
    assert control is not None
    assert felt.value > 5 * control.value
    assert control.low == 0.0


def test_shares_beyond_a_threshold_are_those_of_the_label() -> None:
    """61% above 4 points after 56 mg, 69% after 84 mg (US label, as reviewed), besides 5% who would be on placebo."""
    for dose, share in ((56, 0.61), (84, 0.69)):
        given = one_row(instrument="CADSS rise of more than 4 at any time", value_type="rate only", timepoint_hours=2)
        given["sim_design"]["arms"][0]["treatments"][0] |= {
            "drug": "esketamine",
            "dose": dose,
            "unit": "mg",
            "route": "intranasal",
        }
        said = predictor().predict(study(given))[0].response_rate
        assert said is not None
        assert said.value == pytest.approx(1 - (1 - share) * (1 - 6 / 126), abs=0.005)


def test_an_absolute_pressure_needs_a_baseline() -> None:
    unsaid = session("systolic blood pressure")
    assert unsaid.mean is None
    assert "baseline" in unsaid.reason
    given = one_row(instrument="systolic blood pressure", timepoint_hours=0.67)
    given["population"]["baseline"] = [{"instrument": "systolic blood pressure", "arm": "all", "mean": 120, "sd": 12}]
    assert mean(given).value == pytest.approx(127.4, abs=0.2)


def test_who_is_randomised_to_go_on_keeps_more_responses_than_who_stops() -> None:
    asked = study(hidden(trial("sustain1_2019")))
    hour = asked.rows[0].time_h
    rows = [replace(asked.rows[0], arm=arm, time_h=hour, against=None) for arm in ("esketamine", "placebo")]
    on, off = (predictor().row(asked, row).response_rate for row in rows)
    assert on is not None
    assert off is not None
    assert on.value > off.value


@pytest.mark.parametrize(
    ("words", "alone"),
    [("medication-free", True), ("none; at least 2 weeks antidepressant-free", True), ("antidepressant washout", True),
     ("none stated", False), ("usual", False), ("stable or none", False), (None, False)],
)  # fmt: skip
def test_who_takes_no_other_drug_is_read_from_what_is_said(words: str | None, alone: bool) -> None:
    assert study(one_row() | {"co_treatment": words}).setting.unmedicated is alone


@pytest.mark.parametrize(
    "change",
    [
        {"dose": 500, "unit": "micrograms/kg"},
        {"dose": 0.25, "unit": "mg/kg/h", "duration_h": 2},
        {"dose": None, "unit": "mg/kg", "dose_range": [0.4, 0.6]},
    ],
)
def test_the_same_amount_in_other_words_does_the_same(change: dict[str, Any]) -> None:
    given = one_row()
    given["sim_design"]["arms"][0]["treatments"][0] |= change
    plain = one_row()
    plain["sim_design"]["arms"][0]["treatments"][0] |= {"duration_h": change.get("duration_h")}
    assert mean(given).value == pytest.approx(mean(plain).value, rel=1e-9)
