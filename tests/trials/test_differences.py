"""How people differ at each stage: against sums by hand, and against widths made with known spreads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ketaminder.pharmacology.acute import SOMEBODY
from ketaminder.pharmacology.kinetics import follow
from ketaminder.pharmacology.population import virtual_people
from ketaminder.pharmacology.question import claimants, standing_in
from ketaminder.terms import Dose as Administered
from ketaminder.terms import Drug, Route
from ketaminder.trials import shipped
from ketaminder.trials.calibrated import published_widths
from ketaminder.trials.chain import Side, Sides
from ketaminder.trials.differences import (
    ESTIMATED,
    REST,
    SPREADS,
    STAGES,
    Found,
    Width,
    Widths,
    estimate,
    likeliest,
    slopes,
    stage_weights,
)
from ketaminder.trials.instruments import Family
from ketaminder.trials.study import Dose, Given, Kind, Measured, Setting, Way

SETTING = Setting("treatment-resistant depression", people=60)
DRUG = Given("drug", Kind.KETAMINE, Way.INTRAVENOUS, (Dose(0.0, 0.5, 0.5),))
CONTROL = Given("control", Kind.PLACEBO, Way.INTRAVENOUS)


def side(given: Given, hour: float) -> Side:
    return Side(given, SETTING, hour, Family.DEPRESSION)


@pytest.fixture(scope="module")
def seen() -> list[Width]:
    return published_widths()


@pytest.fixture(scope="module")
def found(seen: list[Width]) -> dict[str, Found]:
    return {one.stage: one for one in estimate(Widths(seen, shipped(), SPREADS["exposure"]))}


def test_slopes_by_hand() -> None:
    """Relief is 1 - exp(-(D + E + C)): in the log of size it moves by exp(-(D + E + C)) D; in control by nothing."""
    layout = Sides([side(DRUG, 24.0), side(CONTROL, 24.0)])
    drug, rest = layout.parts(shipped().theta)
    moved = slopes(layout, shipped())
    np.testing.assert_allclose(moved["size"], np.exp(-drug - rest) * drug, rtol=1e-5)
    assert moved["exposure"][1] == moved["decay"][1] == moved["onset"][1] == moved["size"][1] == 0.0


def test_a_width_by_hand() -> None:
    """Stages, rest and baseline add as squares: of a change, the baseline's spread counts times the relief."""
    one = Width("a", side(CONTROL, 24.0), 0.3, 50, 0.15, Measured.CHANGE)
    given = Widths([one, replace(one, measured=Measured.SCORE)], shipped(), 0.2)
    spreads = dict.fromkeys(ESTIMATED, 0.4)
    moved, relief = slopes(Sides([one.side]), shipped()), given.relief[0]
    people = sum((moved[name][0] * (0.2 if name == "exposure" else 0.4)) ** 2 for name in STAGES) + 0.4**2
    wanted = [people + (part * 0.15) ** 2 for part in (relief, 1 - relief)]
    np.testing.assert_allclose(np.exp(2 * given.expected(spreads)), wanted, rtol=1e-9)


def test_known_spreads_are_found_again(seen: list[Width]) -> None:
    """Widths without error, of the arms and days that were read, made with 0.8 in size, 0.5, 0.6 and 0.2 at rest."""
    made = {"onset": 0.0, "decay": 0.3, "size": 0.8, "expectancy": 0.5, "course": 0.6, REST: 0.2}
    exact = np.exp(Widths(seen, shipped(), 0.175).expected(made))
    again = [replace(one, sd=float(sd), n=1e6) for one, sd in zip(seen, exact, strict=True)]
    said = likeliest(Widths(again, shipped(), 0.175))
    for name in ("size", "expectancy", "course", REST):
        assert said[name] == pytest.approx(made[name], abs=0.1), name


def test_what_ships_is_what_the_trials_say(found: dict[str, Found]) -> None:
    """Size, expectancy and course are their estimates; onset and decay are open, and nobody differs in them."""
    for name in ("size", "expectancy", "course"):
        assert SPREADS[name] == pytest.approx(found[name].spread, abs=0.02)
        assert found[name].high is not None
    for name in ("onset", "decay"):
        assert found[name].low is found[name].high is None
        assert SPREADS[name] == 0.0


def test_exposure_spreads_as_in_the_published_population_model() -> None:
    """S-ketamine at the end of 0.5 mg/kg in 40 min in 4,000 virtual people of the model that is asked first."""
    (model, _), *_ = claimants(Drug.KETAMINE, Route.INTRAVENOUS)
    patient, _ = standing_in(model, SOMEBODY)
    people = virtual_people(model, patient, 4000, np.random.default_rng(1))
    dose = [Administered(Drug.KETAMINE, Route.INTRAVENOUS, 35.0, 0.0, 40 / 60)]
    curve = follow(model, people, dose, np.array([0.0, 40 / 60])).concentrations()["esketamine"]
    assert np.log(curve[:, -1]).std() == pytest.approx(SPREADS["exposure"], abs=0.015)


def test_weights_are_whole_and_nobody_differs_in_a_drug_that_is_not_given() -> None:
    layout = Sides([side(DRUG, 24.0), side(CONTROL, 24.0), side(DRUG, 0.0)])
    weights = dict(zip(STAGES, stage_weights(layout, shipped()), strict=True))
    np.testing.assert_allclose(sum(one**2 for one in weights.values()), 1.0)
    assert weights["size"][1] == 0.0
    assert weights["size"][0] > 0.5 > weights["course"][0] > 0
