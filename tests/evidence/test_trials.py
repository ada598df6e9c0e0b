"""Published trials: cited, graded, with units, and adding up. Counts and values are those that were read."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from copy import deepcopy
from importlib.resources import files
from typing import Any

import pytest

from ketaminder.evidence.trial import Trial
from ketaminder.evidence.trial_outcomes import Interval
from ketaminder.evidence.trial_words import READ, Agent, Measure, Record, Role, Unit, Use, ValueType, Way
from ketaminder.evidence.trials import load_trials, trial
from ketaminder.terms import Grade, Refused

TRIALS = load_trials()
EVERY = pytest.mark.parametrize("one", TRIALS.values(), ids=TRIALS)


def test_everything_that_was_read_is_here() -> None:
    assert Counter(one.record for one in TRIALS.values()) == {
        Record.TRIAL: 51,
        Record.META_ANALYSIS: 15,
        Record.SAFETY_POOL: 1,
    }
    rows = [row for one in TRIALS.values() for row in one.outcomes]
    assert Counter(row.citation.grade for row in rows) == {Grade.SOURCE: 386, Grade.SECONDARY: 62, Grade.MEMORY: 27}
    assert sum(one.design is not None for one in TRIALS.values()) == 48


@EVERY
def test_every_trial_names_its_publication(one: Trial) -> None:
    assert re.search(r"\(\d{4}\)$", one.source.citation)
    assert one.source.year is not None
    assert 2000 <= one.source.year <= 2026
    assert one.read_in or one.grade is Grade.MEMORY


@EVERY
def test_no_trial_points_at_a_copy_or_a_machine(one: Trial) -> None:
    text = (files("ketaminder.evidence") / "trials" / f"{one.id}.toml").read_text(encoding="utf-8")
    assert not re.search(r"https?://|www\.|\.com\b|\.org\b|(?m:^|\s)/\w+/|\bpack\b", text)


@EVERY
def test_every_number_has_a_unit_a_grade_and_a_place(one: Trial) -> None:
    for row in one.outcomes:
        assert row.citation.locator
        if row.mean is not None:
            assert row.unit is not Unit.NONE
        if row.citation.grade is Grade.MEMORY:
            assert row.citation.locator == "recalled, not read"


@EVERY
def test_a_spread_never_stands_without_its_mean_and_an_interval_holds_it(one: Trial) -> None:
    for row in one.outcomes:
        assert row.mean is not None or (row.sd, row.se, row.interval) == (None, None, None)
        assert row.sd is None or row.se is None
        if row.mean is not None and row.interval is not None:
            assert row.interval.low is not None
            assert row.interval.high is not None
            assert row.interval.low <= row.mean <= row.interval.high


@EVERY
def test_no_row_counts_more_people_than_its_arm(one: Trial) -> None:
    for row in one.outcomes:
        arm = one.design.arm_of(row.arm) if one.design else None
        if arm is not None and arm.n is not None and row.n is not None:
            assert row.n <= arm.n, row
        if row.arm in one.participants and row.n is not None:
            assert row.n <= one.participants[row.arm], row


@EVERY
def test_the_arms_of_a_parallel_trial_never_exceed_those_who_took_part(one: Trial) -> None:
    total = one.participants.get("total") or one.participants.get("randomised")
    if total is not None and one.design is not None and not one.design.crossover:
        assert sum(arm.n or 0 for arm in one.design.arms if arm.role is not Role.MIXED_CONTROL) <= total or (
            one.id == "r107_bedroc_2024"  # the open enrichment arm came before randomisation
        )


@pytest.mark.parametrize(
    ("id_", "parts"),
    [
        ("trd4005_janik2025", {"total": 378, "56 mg": 86, "84 mg": 95, "placebo": 197}),
        (
            "sustain1_2019",
            {
                "randomised": 297,
                "stable remission, esketamine": 90,
                "stable remission, placebo": 86,
                "stable response, esketamine": 62,
                "stable response, placebo": 59,
            },
        ),
    ],
)
def test_a_printed_total_is_the_sum_of_its_arms(id_: str, parts: dict[str, int]) -> None:
    total, *arms = parts.values()
    assert total == sum(arms)
    assert TRIALS[id_].participants == parts


@EVERY
def test_every_row_that_is_fitted_stands_for_an_arm_or_a_contrast(one: Trial) -> None:
    """Rows over several arms have no single arm; they are effects, differences or follow-up of everyone."""
    if one.design is None:
        return
    contrasts = {contrast.label for contrast in one.design.contrasts}
    for row in one.outcomes:
        single = row.value_type in (ValueType.ABSOLUTE, ValueType.CHANGE, ValueType.LS_CHANGE)
        if single and not row.arm.startswith("all,"):
            assert one.design.arm_of(row.arm) is not None or row.arm in contrasts or " and " in row.arm, row


@EVERY
def test_a_design_whose_values_were_recalled_is_left_alone(one: Trial) -> None:
    if one.design is not None and one.design.use is Use.CALIBRATE:
        relapses = any(durable.relapse and durable.grade in READ for durable in one.durability)
        assert relapses or any(row.citation.grade in READ or set(row.grades.values()) & READ for row in one.outcomes)


def test_a_recalled_part_of_a_row_cannot_calibrate_while_its_read_part_can() -> None:
    """Singh 2016: the 24-h mean stands in a review table; the standard error and response rate were recalled."""
    row = next(
        row
        for row in TRIALS["singh2016_ivesk"].outcomes
        if row.arm == "esketamine 0.40 mg/kg" and row.time_h == 24 and row.mean == -16.9
    )
    assert row.was_read("mean")
    assert not row.was_read("se")
    assert not row.was_read("response_rate")


def test_the_withdrawal_trial_is_as_printed() -> None:
    """Daly 2019: hazard ratio 0.49 (0.29 to 0.84); 24 of 90 and 39 of 86 stable remitters relapsed."""
    one = TRIALS["sustain1_2019"]
    ratio = next(row for row in one.durability if row.statistic == "hazard ratio esketamine vs placebo")
    assert (ratio.value, ratio.interval, ratio.grade) == (0.49, Interval(0.29, 0.84), Grade.SOURCE)
    for arm, events, people in (
        ("stable remitters, esketamine weekly or 2-weekly", 24, 90),
        ("stable remitters, placebo", 39, 86),
    ):
        row = next(row for row in one.durability if row.arm == arm and row.statistic == "relapsed")
        assert row.events == events
        assert row.value == pytest.approx(events / people, abs=0.0005)
    assert one.design is not None
    reached = {(one.stratum, one.arm): one.median_days for one in one.design.survival}
    assert reached[("stable remission", "esketamine")] is None
    assert reached[("stable response", "placebo")] == 88


def test_adverse_event_rates_agree_with_the_counts_beside_them() -> None:
    checked = 0
    for one in TRIALS.values():
        for event in one.adverse_events:
            counted = re.fullmatch(r"(\d+) of (\d+)", event.note)
            if counted and event.rate is not None:
                assert event.rate == pytest.approx(int(counted[1]) / int(counted[2]), abs=0.005), event
                checked += 1
    assert checked > 50


def test_a_row_stands_beside_what_its_people_were_given_and_where_they_began() -> None:
    """Fedgchin 2019: the 84 mg arm took 56 mg on day 1, then 84 mg twice a week; its baseline was recalled."""
    row = next(
        row
        for row in TRIALS["transform1_2019"].rows()
        if (row.outcome.instrument, row.outcome.arm, row.outcome.time_h) == ("MADRS", "84 mg", 648)
    )
    assert [(one.drug, one.dose, one.route, len(one.times_h)) for one in row.treatments] == [
        (Agent.ESKETAMINE, 56, Way.INTRANASAL, 1),
        (Agent.ESKETAMINE, 84, Way.INTRANASAL, 7),
    ]
    assert (row.outcome.mean, row.outcome.sd, row.outcome.n) == (-18.8, 14.12, 98)
    assert row.baseline is not None
    assert (row.baseline.mean, row.baseline.grade) == (37.8, Grade.MEMORY)
    assert row.calibrates


def test_a_contrast_names_both_arms_and_begins_nowhere() -> None:
    row = next(row for row in TRIALS["trd4005_janik2025"].rows() if row.outcome.arm == "84 mg minus placebo")
    assert row.arm is not None
    assert row.against is not None
    assert (row.arm.id, row.against.id, row.baseline) == ("84 mg", "placebo", None)


def test_a_part_of_an_arm_begins_where_that_part_began() -> None:
    rows = {row.outcome.arm: row for row in TRIALS["transform3_2020"].rows() if row.outcome.instrument == "MADRS"}
    for part in ("men, esketamine", "women, esketamine", "esketamine"):
        began = rows[part].baseline
        assert began is not None
        assert began.arm == part


@EVERY
def test_a_row_calibrates_only_if_the_design_allows_it_and_its_mean_was_read(one: Trial) -> None:
    for row in one.rows():
        if row.calibrates:
            assert one.design is not None
            assert one.design.use is Use.CALIBRATE
            assert row.outcome.was_read("mean")
            assert row.treatments


def test_effects_are_named_as_the_papers_name_them() -> None:
    pooled = next(row for row in TRIALS["meta_newport2015"].outcomes if row.instrument == "response")
    assert pooled.effects[0].measure is Measure.ODDS_RATIO
    assert (pooled.effects[0].value, pooled.effects[0].interval) == (9.87, Interval(4.37, 22.29))


# --- refusals -------------------------------------------------------------------------------------------------------

SMALL: dict[str, Any] = {
    "record": "trial",
    "authors": "A B",
    "year": 2020,
    "journal": "J 1:1",
    "group": "OCD",
    "condition": "c",
    "design": "open",
    "drug": "ketamine",
    "grade": "read in source",
    "read_in": ["abstract"],
    "identifiers": {"doi": "10.1/x"},
    "participants": {"ketamine": 10},
    "population": {"grade": "read in source", "diagnosis": "d"},
    "outcomes": [
        {
            "instrument": "MADRS",
            "arm": "ketamine",
            "value_type": "absolute score",
            "unit": "points",
            "mean": 10.0,
            "grade": "read in source",
        }
    ],
    "sim_design": {
        "grade": "read in source",
        "time_zero": "first dose",
        "use": "calibrate",
        "arms": [
            {
                "id": "ketamine",
                "role": "active",
                "outcome_labels": ["ketamine"],
                "treatments": [
                    {"drug": "ketamine_racemic", "route": "iv_infusion", "dose": 0.5, "unit": "mg/kg", "times_h": [0]}
                ],
            }
        ],
    },
}


def changed(*path: str | int, to: object = None, drop: bool = False) -> dict[str, Any]:
    document = deepcopy(SMALL)
    at: Any = document
    for key in path[:-1]:
        at = at[key]
    if drop:
        del at[path[-1]]
    else:
        at[path[-1]] = to
    return document


def test_the_small_trial_is_readable() -> None:
    assert trial("small", SMALL).outcomes[0].mean == 10


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (changed("outcomes", 0, "unit", drop=True), "an entry 'unit'"),
        (changed("outcomes", 0, "unit", to="none"), "the unit of the mean"),
        (changed("outcomes", 0, "unit", to="marks"), "got 'marks'"),
        (changed("outcomes", 0, "grade", drop=True), "an entry 'grade'"),
        (changed("outcomes", 0, "grade", to="sure"), "got 'sure'"),
        (changed("outcomes", 0, "mean", to=float("nan")), "a finite number"),
        (changed("outcomes", 0, "mean", to="10"), "got '10'"),
        (changed("outcomes", 0, "mean", drop=True), "a mean, a rate, an effect"),
        (changed("outcomes", 0, "response_rate", to=47), "a fraction from 0 to 1"),
        (changed("outcomes", 0, "interval", to=[3, 1]), "a lower bound that is not above the upper"),
        (changed("outcomes", 0, "sd", to=-1), "zero or more"),
        (changed("outcomes", 0, "n", to=2.5), "a whole number"),
        (changed("outcomes", 0, "means", to=1), "no entry of that name"),
        (changed("participants", "ketamine", to=0), "a number of people above zero"),
        (changed("read_in", to=[]), "a locator, or the documents"),
        (changed("sim_design", "use", to="fit"), "got 'fit'"),
        (changed("sim_design", "arms", 0, "role", to="drug"), "got 'drug'"),
        (changed("sim_design", "arms", 0, "treatments", 0, "unit", drop=True), "the unit of the dose"),
        (changed("sim_design", "arms", 0, "treatments", 0, "times_h", to=[72, 0]), "ascending"),
        (changed("sim_design", "arms", 0, "outcome_labels", to=["a", "a"]), "each label under one arm"),
        (changed("sim_design", "contrasts", to=[{"label": "x", "first": "ketamine", "second": "sal"}]), "got 'sal'"),
        (changed("sim_design", "arms", 0, "treatments", 0, "drug", to="ketamin"), "got 'ketamin'"),
        (changed("sim_design", "arms", 0, "treatments", 0, "route", to="iv"), "got 'iv'"),
        (changed("group", to="depression"), "got 'depression'"),
        (changed("outcomes", 0, "better", to="up"), "got 'up'"),
        (changed("population", to="adults"), "a table"),
    ],
)
def test_a_file_that_cannot_be_read_safely_is_refused(document: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=re.escape(said)):
        trial("small", document)


def test_a_share_who_relapsed_is_read_strictly() -> None:
    """Salloum 2020, 0.5 mg/kg: half of 12 responders of day 3 by day 14; a share above one is none."""
    durable = TRIALS["salloum2020_relapse"].durability[1]
    assert durable.relapse is not None
    assert (durable.relapse.n, durable.relapse.share, durable.relapse.points) == (12, durable.value, 22)
    assert durable.relapse.visits_h == (120, 168, 336)


@pytest.mark.parametrize("change", [("share = 0.5", "share = 1.5"), ("[120, 168, 336]", "[336, 120]"), ("n = 12", "")])
def test_a_share_who_relapsed_that_is_wrong_is_refused(change: tuple[str, str]) -> None:
    path = files("ketaminder.evidence") / "trials" / "salloum2020_relapse.toml"
    with pytest.raises(Refused, match="relapse"):
        trial("salloum2020_relapse", tomllib.loads(path.read_text("utf-8").replace(*change)))
