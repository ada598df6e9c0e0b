"""Quantiles by counting, against NumPy's quantiles of everybody at once."""

from __future__ import annotations

import numpy as np
import pytest

from ketaminder.pharmacology import Population, discover, simulate
from ketaminder.pharmacology.adults import draw, known_adults
from ketaminder.pharmacology.crowd import CONCENTRATIONS, Bins, Crowd
from ketaminder.pharmacology.kinetics import follow
from ketaminder.pharmacology.model import Array
from ketaminder.pharmacology.population import QUANTILES, diverse_people, virtual_people
from ketaminder.terms import Dose, Drug, Patient, Route

(OTTO,) = (model for model in discover() if model.id == "otto_2021")
SOMEBODY = Patient("x", weight_kg=70.0)
DOSES = (Dose(Drug.KETAMINE, Route.INTRAVENOUS, 35.0, 0.0, 2 / 3),)
HOURS = np.array([0.0, 0.25, 2 / 3, 1.0, 4.0, 24.0])


def counted(values: Array, at_once: int = 1000) -> Array:
    found = Crowd(values.shape[1])
    for first in range(0, len(values), at_once):
        found.add(values[first : first + at_once])
    return found.quantiles(QUANTILES)


def test_bins_double_every_64_and_are_at_most_a_64th_wide() -> None:
    edges = CONCENTRATIONS.edges()
    assert (edges[0], edges[-1], edges.size) == (0.0, 2.0**24, 64 * 64 + 1)
    assert edges[1] == pytest.approx(2.0**-40 * (1 + 1 / 64), rel=1e-15)
    assert edges[65:] == pytest.approx(2 * edges[1:-64], rel=1e-15)
    widths = np.diff(edges[1:]) / edges[1:-1]
    assert (widths > 0.0078).all()
    assert (widths < 0.0157).all()


def test_a_value_is_counted_where_its_bin_lies() -> None:
    """Two bins a doubling from a fourth to four: up to 3/8, 1/2, 3/4, 1, 3/2, 2, 3 and 4."""
    values = np.array([[0.0], [0.1], [0.375], [0.74], [1.0], [1.5], [3.9], [4.0], [1e9]])
    bins = Bins(1, -2, 2)
    assert bins.edges().tolist() == [0.0, 0.375, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0]
    assert bins.count(values).bins.tolist() == [0, 0, 1, 2, 4, 5, 7, 7, 7]


def test_nobody_has_no_quantile() -> None:
    found = Crowd(2)
    found.add(np.empty((0, 2)))
    assert np.isnan(found.quantiles([0.5])).all()


def test_quantiles_of_spread_people_are_those_of_numpy() -> None:
    rng = np.random.default_rng(5)
    values = np.exp(rng.normal([0.0, 4.0, -9.0], [0.3, 1.0, 0.05], (40_000, 3)))
    assert counted(values) == pytest.approx(np.quantile(values, QUANTILES, axis=0), rel=1e-3)


def test_people_who_do_not_differ_have_their_own_value_and_nothing_is_zero() -> None:
    values = np.tile([0.0, 3.7, 1e-20, 1e30], (12_000, 1))
    assert counted(values).tolist() == [[0.0, 3.7, 1e-20, 1e30]] * len(QUANTILES)


def test_parts_do_not_show_in_the_answer() -> None:
    values = np.exp(np.random.default_rng(6).normal(size=(9_999, 4)))
    assert counted(values, 333).tolist() == counted(values, 9_999).tolist()


def test_somebody_who_failed_is_not_passed_over() -> None:
    values = np.ones((100, 2))
    values[7, 1] = np.nan
    found = counted(values)
    assert found[:, 0].tolist() == [1.0] * len(QUANTILES)
    assert np.isnan(found[:, 1]).all()


@pytest.mark.parametrize("among", [False, True])
def test_bands_of_many_are_the_quantiles_of_everybody_followed_at_once(among: bool) -> None:
    """The same people, drawn part by part, all their curves kept and reduced by NumPy."""
    told: list[int] = []
    adults = (known_adults()["us_adults"], Patient("shared", age_years=40.0)) if among else None
    population = Population(10_500, 7, adults, told.append)
    found = simulate(OTTO, SOMEBODY, DOSES, HOURS, population)
    each = [followed(some) for some in population.in_parts()]
    everybody = np.concatenate([curves for curves, _ in each])
    expected = np.quantile(everybody, QUANTILES, axis=0)
    assert found.analytes["ketamine"].curve.bands.values == pytest.approx(expected, rel=3e-3)
    assert sum(told) == len(everybody) == found.people == 10_500
    assert (found.covariates is not None) == among
    if found.covariates is not None:
        assert found.covariates.weight_kg.tolist() == [weight for _, several in each for weight in several]


def followed(some: Population) -> tuple[Array, list[float]]:
    """Ketamine of some people, (people, times), and their weights where they differ."""
    rng, weights = some.generator(), []
    if some.among is None:
        people = virtual_people(OTTO, SOMEBODY, some.people, rng)
    else:
        drawn = draw(*some.among, some.people, rng)
        weights = drawn.weight_kg.tolist()
        people = diverse_people(OTTO, drawn.each(), rng)
    return follow(OTTO, people, DOSES, HOURS).concentrations()["ketamine"], weights
