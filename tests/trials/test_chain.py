"""The chain against sums by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from ketaminder.terms import Drug, Route
from ketaminder.trials.chain import EXPECTANCY, INDEX, METABOLITE, NAMES, Side, Sides
from ketaminder.trials.doses import given
from ketaminder.trials.instruments import Family
from ketaminder.trials.study import Dose, Given, Kind, Setting, Way

SETTING = Setting("treatment-resistant major depression", people=60)


def constants(**values: float) -> np.ndarray:
    """Everything one (its logarithm zero), no consolidation, or none, but for what is said."""
    theta = np.zeros(len(NAMES))
    theta[INDEX["log_consolidated"]] = -50.0
    for name, value in values.items():
        theta[INDEX[name]] = value
    return theta


def by_vein(*doses: tuple[float, float]) -> tuple[Dose, ...]:
    return tuple(Dose(hour, amount, amount) for hour, amount in doses)


def after(hour: float, *doses: tuple[float, float], setting: Setting = SETTING) -> Side:
    return Side(Given("a", Kind.KETAMINE, Way.INTRAVENOUS, by_vein(*doses)), setting, hour, Family.DEPRESSION)


def test_one_dose_by_hand() -> None:
    """Half the best dose a day ago; onset 3 h, decay 100 h, size 0.5, bound 1; expectancy 0.2 fading in 50 h,
    half as much more fading in 10 h.
    """
    theta = constants(
        log_best_dose=math.log(1.0), log_onset_h=math.log(3), log_decay_h=math.log(100), log_size=math.log(0.5),
        log_expectancy=math.log(0.2), log_fade_h=math.log(50), log_course=-50.0, log_new_antidepressant=-50.0,
        log_ect=-50.0, log_oral=-50.0, log_slow_h=math.log(500),
        log_early=math.log(0.5), log_early_h=math.log(10),
    )  # fmt: skip
    surge = 0.5 * math.exp(0.5)
    plasticity = (1 - math.exp(-surge * (1 - math.exp(-8)))) * math.exp(-0.24)
    drug = 0.5 * plasticity / (1 - math.exp(-1))
    expectancy = 0.2 * (1 - math.exp(-48)) * (math.exp(-0.48) + 0.5 * math.exp(-2.4))
    assert Sides([after(24.0, (0.0, 0.5))]).relief(theta)[0] == pytest.approx(
        1 - math.exp(-drug - expectancy), rel=1e-12
    )


def test_consolidation_follows_induction_by_hand() -> None:
    """A quarter of a best dose's plasticity comes with 20 h, the rest with 2 h; bound 1, lost in 100 h, a day later."""
    theta = constants(
        log_onset_h=math.log(2), log_consolidation_h=math.log(20), log_consolidated=math.log(1 / 3),
        log_decay_h=math.log(100), log_size=math.log(0.5),
    )  # fmt: skip
    begun = 0.75 * (1 - math.exp(-12)) + 0.25 * (1 - math.exp(-1.2))
    plasticity = (1 - math.exp(-begun)) * math.exp(-0.24)
    drug = Sides([after(24.0, (0.0, 1.0))]).parts(theta)[0][0]
    assert drug == pytest.approx(0.5 * plasticity / (1 - math.exp(-1)), rel=1e-9)


def test_what_is_felt_more_is_expected_more_where_people_are_blind() -> None:
    """Twice the dissociation adds `unblinding` once to the log of expectancy; open label and anaesthesia none."""
    theta = constants(unblinding=0.3, log_fade_h=math.log(50), log_early=-50.0)
    felt_twice = Given("a", Kind.KETAMINE, Way.INTRAVENOUS, (Dose(0.0, 0.5, 0.5, 2.0),))
    course = 1 - math.exp(-24)
    felt = (1 - math.exp(-48)) * math.exp(-0.48)
    for setting, more in (
        (SETTING, 0.3),
        (replace(SETTING, open_label=True), 0.0),
        (replace(SETTING, anaesthetised=True), 0.0),
    ):
        rest = Sides([Side(felt_twice, setting, 24.0, Family.DEPRESSION)]).parts(theta)[1][0]
        assert rest == pytest.approx(course + felt * math.exp(more), rel=1e-12)


def test_many_thetas_at_once_are_each_by_itself() -> None:
    sides = Sides([after(24.0, (0.0, 0.5)), after(200.0, (0.0, 0.5), (72.0, 1.0))])
    rng = np.random.default_rng(4)
    thetas = constants() + 0.3 * rng.standard_normal((5, len(NAMES)))
    np.testing.assert_allclose(sides.relief(thetas), [sides.relief(one) for one in thetas], rtol=1e-12)


def test_a_second_dose_fills_what_the_first_left() -> None:
    """Two best doses, 48 and 24 h ago, onset at once: P = p + (1 - p) f, p = f exp(-24/100), f = 1 - exp(-2)."""
    theta = constants(log_onset_h=-9.0, log_decay_h=math.log(100), log_bound=math.log(2), log_size=math.log(0.5))
    filled = 1 - math.exp(-2)
    before = filled * math.exp(-0.24)
    plasticity = (before + (1 - before) * filled) * math.exp(-0.24)
    drug = Sides([after(48.0, (0.0, 1.0), (24.0, 1.0))]).parts(theta)[0][0]
    assert drug == pytest.approx(0.5 * plasticity / filled, rel=1e-9)


def test_surge_is_an_inverted_u() -> None:
    theta = constants(log_best_dose=math.log(0.6))
    reliefs = Sides([after(24.0, (0.0, dose)) for dose in (0.1, 0.3, 0.6, 1.2, 3.0)]).parts(theta)[0]
    assert list(np.argsort(reliefs)) == [4, 0, 1, 3, 2] or reliefs.argmax() == 2
    assert reliefs[0] < reliefs[1] < reliefs[2] > reliefs[3] > reliefs[4]


def test_who_gets_nothing_gets_nothing_from_the_drug_and_relief_is_bounded() -> None:
    placebo = Side(Given("p", Kind.PLACEBO, Way.INTRAVENOUS), SETTING, 24.0, Family.DEPRESSION)
    assert Sides([placebo]).parts(constants())[0][0] == 0.0
    many = tuple((24.0 * day, 0.5) for day in range(300))
    assert 0.9 < Sides([after(7200.0, *many)]).relief(constants(log_size=3.0, log_decay_h=math.log(100)))[0] <= 1.0


def test_earlier_doses_count_and_later_ones_do_not() -> None:
    before = Given("a", Kind.KETAMINE, Way.INTRAVENOUS, by_vein((48.0, 0.5)), by_vein((-24.0, 0.5)))
    here = Side(before, SETTING, 0.0, Family.DEPRESSION)
    assert Sides([here]).parts(constants())[0][0] == pytest.approx(
        Sides([after(24.0, (0.0, 0.5))]).parts(constants())[0][0], rel=1e-12
    )


@pytest.mark.parametrize(
    ("amount", "unit", "drug", "route", "block", "close"),
    [
        (0.5, "mg/kg", Drug.KETAMINE, Route.INTRAVENOUS, 0.5, 1e-12),
        (120.0, "mg", Drug.KETAMINE, None, 120 / 70 * 0.20, 5e-6),
        (50.0, "mg", Drug.KETAMINE, Route.NASAL, 50 / 70 * 0.52, 5e-6),
        (0.4, "mg/kg", Drug.ESKETAMINE, Route.INTRAVENOUS, 0.4 * 2 / (1 + 300 / 1400), 0.02),
    ],
)
def test_doses_as_racemic_by_vein(
    amount: float, unit: str, drug: Drug, route: Route | None, block: float, close: float
) -> None:
    """To six digits: the reference is itself; what no model follows goes by its share; of esketamine by vein
    the affinities of Ebert 1997 (300 and 1400 nmol/L) alone say all but what slower R-ketamine and the metabolites add.
    """
    found = given(amount, unit, drug=drug, route=route)
    assert found.block == pytest.approx(block, rel=close)
    assert found.metabolite == pytest.approx(amount if unit == "mg/kg" else amount / 70, rel=1e-12)


def test_how_fast_a_dose_enters_counts() -> None:
    """The same dose in 2 min blocks more than in 40, and in 100 less; two weights are two doses of mg."""
    fast, usual, slow = (
        given(0.5, "mg/kg", drug=Drug.KETAMINE, route=Route.INTRAVENOUS, minutes=minutes).block
        for minutes in (2, 40, 100)
    )
    assert fast > usual > slow
    light = given(35.0, "mg", drug=Drug.KETAMINE, route=Route.INTRAVENOUS, weight_kg=50.0)
    assert light.block == pytest.approx(0.7, rel=1e-12)


def test_nobody_dissociates_from_a_tablet_of_extended_release() -> None:
    assert given(180.0, "mg", drug=Drug.KETAMINE, route=None).felt == 0.0
    assert given(0.5, "mg/kg", drug=Drug.KETAMINE, route=Route.INTRAVENOUS).felt == pytest.approx(1.0)


def test_rivals_by_hand() -> None:
    """A swallowed dose: all of it counts as metabolite, saturating. Expectancy: felt at once, fading as it does."""
    theta = constants(log_onset_h=math.log(3), log_decay_h=math.log(100), log_fade_h=math.log(50))
    given = Given("a", Kind.KETAMINE, Way.SWALLOWED, (Dose(0.0, 0.2, 1.0),))
    here = Side(given, SETTING, 24.0, Family.DEPRESSION)

    def bounded(plasticity: float) -> float:
        return (1 - math.exp(-plasticity)) / (1 - math.exp(-1))

    moved = bounded(0.5 * (1 - math.exp(-8))) * math.exp(-0.24)
    assert Sides([here], METABOLITE).parts(theta)[0][0] == pytest.approx(moved, rel=1e-12)
    felt = bounded(0.2 / 1.2) * math.exp(-0.48)
    assert Sides([here], EXPECTANCY).parts(theta)[0][0] == pytest.approx(felt, rel=1e-12)


def test_people_without_another_drug_have_less_course() -> None:
    """`unmedicated` adds to the log of the course, and to nothing else."""
    theta = constants(unmedicated=-0.4, log_early=-50.0, log_expectancy=-50.0)
    course = [
        Sides([Side(Given("a", Kind.PLACEBO), one, 24.0, Family.DEPRESSION)]).parts(theta)[1][0]
        for one in (SETTING, replace(SETTING, unmedicated=True))
    ]
    assert course[1] / course[0] == pytest.approx(math.exp(-0.4))
