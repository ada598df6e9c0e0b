"""The rows of a trial's document as they are read: which arm, when, how many, and how sure, by hand."""

from __future__ import annotations

from typing import Any

import pytest

from ketaminder.trials import study
from ketaminder.trials.study import Asked, Effect, Study


def infusions(*hours: float) -> list[dict[str, Any]]:
    return [
        {"drug": "ketamine_racemic", "route": "iv_infusion", "dose": 0.5, "unit": "mg/kg", "times_h": list(hours)},
    ]


def trial(*rows: dict[str, Any], **more: Any) -> Study:
    """Two arms of 30 and 40 people, six infusions over two weeks against midazolam."""
    design = {
        "arms": [
            {"id": "K", "role": "drug", "n": 30, "treatments": infusions(0, 168), "outcome_labels": ["ketamine"]},
            {"id": "M", "role": "control", "n": 40, "treatments": [{"drug": "midazolam", "route": "iv_infusion"}]},
        ],
        "contrasts": [{"label": "K-M", "first": "K", "second": "M"}],
        "label_map": {"active": "K"},
    }
    given = {"id": "t", "indication": "depression", "sim_design": design, "outcomes": list(rows)}
    return study(given | more)


def row(**said: Any) -> dict[str, Any]:
    return {"instrument": "MADRS", "arm": "K", "timepoint_hours": 24, "value_type": "absolute score"} | said


def read(one: dict[str, Any], **more: Any) -> Asked:
    return trial(one, **more).rows[0]


@pytest.mark.parametrize(
    ("said", "se"),
    [
        ({"se": 1.5, "sd": 8, "n": 16, "ci": [0, 9]}, 1.5),
        ({"sd": 8, "n": 16, "ci": [10.0, 13.92]}, 1.0),
        ({"sd": 8, "n": 16}, 2.0),
        ({"sd": 8, "n": 16, "ci": ["not reached", 3]}, 2.0),
        ({"value_type": "difference versus comparator", "sd": 8, "n": 16}, None),
        ({}, None),
    ],
    ids=["as stated", "3.92 wide", "8 over the root of 16", "half an interval", "of a difference", "nothing"],
)
def test_the_standard_error_of_a_mean(said: dict[str, Any], se: float | None) -> None:
    assert read(row(**said)).se == (None if se is None else pytest.approx(se))


def test_a_row_without_a_time_is_a_day_after_the_last_dose() -> None:
    late = read(row(timepoint_hours=None))
    assert (late.time_h, late.assumed[0]) == (192.0, "time not stated: 192 h, after the last dose")
    assert read(row(timepoint_hours=None, arm="M")).time_h == 192.0


@pytest.mark.parametrize(
    ("label", "arm", "against", "assumed"),
    [
        ("K", "K", None, ()),
        ("ketamine", "K", None, ()),
        ("active", "K", None, ()),
        ("K-M", "K", "M", ()),
        ("K vs M", "K", "M", ()),
        ("ketamine minus M", "K", "M", ()),
        ("people on K alone", "K", None, ("people of 'people on K alone': read as the arm 'K'",)),
        ("everybody", "K", None, ("people of 'everybody': read as the arm 'K'",)),
    ],
)
def test_whom_a_label_means(label: str, arm: str, against: str | None, assumed: tuple[str, ...]) -> None:
    found = read(row(arm=label, n=10, value_type="effect size only"))
    assert (found.arm, found.against, found.assumed) == (arm, against, assumed)


def test_a_difference_without_a_second_arm_is_one_from_the_control() -> None:
    found = read(row(value_type="difference versus comparator"))
    assert (found.arm, found.against, found.n, found.n_against) == ("K", "M", 30, 40)
    assert found.assumed[0] == "compared with the arm 'M'"


def test_a_score_is_one_arms_though_its_label_names_two() -> None:
    assert read(row(arm="K-M")).against is None


@pytest.mark.parametrize(
    ("stated", "n", "assumed"),
    [
        ({"n": 12}, 12, ()),
        ({}, 30, ("n not stated: 30, those of the arm",)),
    ],
)
def test_how_many_people(stated: dict[str, Any], n: int, assumed: tuple[str, ...]) -> None:
    found = read(row(**stated))
    assert (found.n, found.rate_n, found.assumed) == (n, n, assumed)


@pytest.mark.parametrize(
    ("counted", "n", "assumed"),
    [
        ({"K": 25}, 25, "n not stated: 25, those of the arm"),
        ({"randomised": 61}, 30, "n not stated: 30, an equal share of 61"),
        ({}, 20, "n not stated anywhere: 20"),
    ],
)
def test_how_many_people_where_the_design_does_not_say(counted: dict[str, int], n: int, assumed: str) -> None:
    design = {"arms": [{"id": "K", "treatments": infusions(0)}, {"id": "M", "treatments": []}]}
    found = read(row(), sim_design=design, n_per_arm=counted)
    assert (found.n, found.assumed) == (n, (assumed,))


@pytest.mark.parametrize(
    ("baselines", "mean"),
    [
        ([("all", 30), ("K", 31), ("ketamine", 32)], 32.0),
        ([("all", 30), ("K", 31)], 31.0),
        ([("M", 29), ("all", 30)], 30.0),
        ([("M", 29)], 29.0),
        ([], None),
    ],
    ids=["the label", "the arm", "all", "another arm", "none"],
)
def test_the_baseline_nearest_to_a_row(baselines: list[tuple[str, float]], mean: float | None) -> None:
    stated = [{"arm": arm, "instrument": "MADRS", "mean": value, "sd": 5} for arm, value in baselines]
    found = read(row(arm="ketamine"), population={"baseline": stated})
    assert (found.baseline, found.baseline_sd) == (mean, None if mean is None else 5.0)


def test_a_score_at_hour_0_is_a_baseline() -> None:
    found = trial(row(timepoint_hours=0, mean=33, sd=4), row())
    assert (found.rows[1].baseline, found.rows[1].baseline_sd) == (33.0, 4.0)
    assert found.began == {"MADRS": 33.0}


@pytest.mark.parametrize(("sign", "effect"), [("positive", -0.6), ("negative", 0.6)])
def test_an_effect_above_zero_favours_the_first_arm(sign: str, effect: float) -> None:
    said = {"d": -0.6, "ci": [-0.992, -0.208], "favours_first_when": sign}
    found = read(row(arm="K-M", value_type="effect size only", effect_size=said))
    assert found.effect == pytest.approx(effect)
    assert found.effect_se == pytest.approx(0.2)
    assert found.favours_above_zero is (sign == "positive")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"d": 0.4}, Effect.STANDARDISED),
        ({"hedges_g": 0.4}, Effect.STANDARDISED),
        ({"or": 2.0}, Effect.ODDS),
        ({"rr": 2.0}, Effect.RISK),
        ({"hazard_ratio": 0.5}, Effect.UNLIKE),
        ({"nnt": 4}, Effect.UNLIKE),
        (None, Effect.STANDARDISED),
    ],
)
def test_an_effect_size_is_what_its_keys_say(said: dict[str, float] | None, kind: Effect) -> None:
    assert read(row(arm="K-M", value_type="effect size only", effect_size=said)).effect_kind is kind
