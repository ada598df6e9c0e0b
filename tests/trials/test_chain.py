"""The chain against sums by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ketaminder.trials.chain import EXPECTANCY, INDEX, METABOLITE, NAMES, Side, Sides
from ketaminder.trials.doses import racemic_by_vein
from ketaminder.trials.instruments import Family, instrument
from ketaminder.trials.study import Dose, Given, Kind, Setting, Way

SETTING = Setting("treatment-resistant major depression", people=60)


def constants(**values: float) -> np.ndarray:
    """Everything one (its logarithm zero), or none, but for what is said."""
    theta = np.zeros(len(NAMES))
    for name, value in values.items():
        theta[INDEX[name]] = value
    return theta


def by_vein(*doses: tuple[float, float]) -> tuple[Dose, ...]:
    return tuple(Dose(hour, amount, amount) for hour, amount in doses)


def after(hour: float, *doses: tuple[float, float], setting: Setting = SETTING) -> Side:
    return Side(Given("a", Kind.KETAMINE, Way.INTRAVENOUS, by_vein(*doses)), setting, hour, Family.DEPRESSION)


def test_one_dose_by_hand() -> None:
    """Half the best dose a day ago; onset 3 h, decay 100 h, size 0.5, bound 1; expectancy 0.2 fading in 50 h."""
    theta = constants(
        log_best_dose=math.log(1.0), log_onset_h=math.log(3), log_decay_h=math.log(100), log_size=math.log(0.5),
        log_expectancy=math.log(0.2), log_fade_h=math.log(50), log_course=-50.0, log_new_antidepressant=-50.0,
        log_ect=-50.0, log_oral=-50.0, log_slow_h=math.log(500),
    )  # fmt: skip
    surge = 0.5 * math.exp(0.5)
    plasticity = (1 - math.exp(-surge * (1 - math.exp(-8)))) * math.exp(-0.24)
    drug = 0.5 * plasticity / (1 - math.exp(-1))
    expectancy = 0.2 * (1 - math.exp(-48)) * math.exp(-0.48)
    assert Sides([after(24.0, (0.0, 0.5))]).relief(theta)[0] == pytest.approx(
        1 - math.exp(-drug - expectancy), rel=1e-12
    )


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
    ("amount", "unit", "esketamine", "way", "expected"),
    [
        (0.5, "mg/kg", False, Way.INTRAVENOUS, 0.5),
        (84.0, "mg", True, Way.INTRANASAL, 84 / 70 * 0.52 * 2 / (1 + 300 / 1400)),
        (70.0, "mg", False, Way.SWALLOWED, 0.20),
    ],
)
def test_doses_as_racemic_by_vein(amount: float, unit: str, esketamine: bool, way: Way, expected: float) -> None:
    """By hand, from the shares that reach blood and the affinities of Ebert 1997 (300 and 1400 nmol/L)."""
    found = racemic_by_vein(amount, unit, esketamine=esketamine, way=way, sublingual=False, weight_kg=70.0)
    assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("name", "family", "response", "remission_points"),
    [
        ("MADRS", Family.DEPRESSION, 0.5, 10.0),
        ("MADRS remission (12 or below), rate difference", Family.DEPRESSION, 0.5, 12.0),
        ("MADRS<=12 and >=50% drop", Family.DEPRESSION, 0.5, 12.0),
        ("Y-BOCS >=35% drop", Family.OBSESSION, 0.35, None),
        ("CAPS-5", Family.TRAUMA, 0.30, 11.0),
        ("MADRS item 10", Family.IDEATION, 0.5, 10.0),
        ("PHQ-9", Family.SELF_RATED, 0.5, 4.0),
        ("LSAS", Family.ANXIETY, 0.5, None),
    ],
)
def test_instruments(name: str, family: Family, response: float, remission_points: float | None) -> None:
    found = instrument(name)
    assert found is not None
    assert (found.family, found.response) == (family, response)
    if family is not Family.IDEATION:
        assert found.remission_points == remission_points


def test_what_no_symptom_stage_stands_for_is_not_an_instrument() -> None:
    assert instrument("CADSS") is None
    assert instrument("EQ-5D index") is None
    assert instrument("systolic pressure (mmHg)") is None


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
