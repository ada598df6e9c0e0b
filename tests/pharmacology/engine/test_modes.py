"""Modes against SciPy's matrix exponential and NumPy's eigenvalues."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import expm

from ketaminder.pharmacology import Model, discover
from ketaminder.pharmacology.engine import kernel
from ketaminder.pharmacology.engine.compartments import blocks_of, generator, places_of
from ketaminder.pharmacology.engine.modes import (
    FindModes,
    Modes,
    jacobi,
    modes,
)
from ketaminder.pharmacology.engine.problem import MISSED
from ketaminder.pharmacology.model import Array, Flow, Parameters, Structure
from ketaminder.pharmacology.population import virtual_people
from ketaminder.terms import Patient, Refused

PEOPLE = 40
FINDERS: dict[str, FindModes] = {"kernel": kernel.modes, "definition": modes}


def people_of(model: Model) -> Parameters:
    drawn = virtual_people(model, Patient("x", age_years=50, weight_kg=70), PEOPLE, np.random.default_rng(1))
    return {**drawn, **model.derive(drawn)}


def found_by(find: FindModes, structure: Structure, parameters: Parameters) -> Modes:
    entries = generator(structure, parameters, PEOPLE)
    return find(entries, blocks_of(structure), len(places_of(structure)), PEOPLE)


def bound_at(found: Modes, hours: float) -> Array:
    """What one unit may be out by after some hours."""
    return found.missed(hours)


def matrix_of(structure: Structure, parameters: Parameters, person: int) -> Array:
    """The matrix of one person, entry by entry from the flows."""
    places = places_of(structure)
    matrix = np.zeros((len(places), len(places)))
    for flow in structure.flows:
        rate = float(np.broadcast_to(flow.rate_per_h(parameters), PEOPLE)[person])
        matrix[places.index(flow.source), places.index(flow.source)] -= rate
        if flow.target in places:
            matrix[places.index(flow.target), places.index(flow.source)] += rate
    for lag in structure.lags:
        rate = float(np.broadcast_to(parameters[lag.rate], PEOPLE)[person])
        matrix[places.index(lag.name), places.index(lag.follows)] += rate
        matrix[places.index(lag.name), places.index(lag.name)] -= rate
    return matrix


@pytest.mark.parametrize("find", FINDERS.values(), ids=FINDERS)
@pytest.mark.parametrize("model", discover(), ids=lambda model: model.id)
def test_modes_rebuild_the_matrix_exponential(model: Model, find: FindModes) -> None:
    parameters = people_of(model)
    found = found_by(find, model.structure, parameters)
    for person in range(PEOPLE):
        if not bound_at(found, 1.7)[person] < MISSED:
            continue
        moved = (found.right[:, :, person] * np.exp(1.7 * found.rate_per_h[:, person])) @ found.left[:, :, person]
        np.testing.assert_allclose(
            moved, expm(1.7 * matrix_of(model.structure, parameters, person)), rtol=0, atol=2e-12
        )


@pytest.mark.parametrize("find", FINDERS.values(), ids=FINDERS)
def test_only_models_with_a_repeated_transit_rate_have_no_sound_modes(find: FindModes) -> None:
    lost = {m.id: bound_at(found_by(find, m.structure, people_of(m)), 24.0) for m in discover()}
    assert {name for name, bound in lost.items() if not (bound < MISSED).any()} == {"simons_2022"}


@pytest.mark.parametrize("model", discover(), ids=lambda model: model.id)
def test_both_paths_find_the_same_modes(model: Model) -> None:
    parameters = people_of(model)
    fast, readable = (found_by(find, model.structure, parameters) for find in (kernel.modes, modes))
    np.testing.assert_allclose(fast.rate_per_h, readable.rate_per_h, rtol=1e-12, atol=0)


@pytest.mark.parametrize("find", FINDERS.values(), ids=FINDERS)
def test_rates_of_very_different_sizes_are_not_called_sound(find: FindModes) -> None:
    """By hand: a rounding error of an exchange at 1e7/h is 1e7 x 2e-16 = 2e-9/h, a fiftieth of a loss at 1e-7/h."""
    structure = Structure(
        ("a", "b"), (), (Flow("a", "b", "fast"), Flow("b", "a", "fast"), Flow("a", "out", "slow")), {}
    )
    found = found_by(find, structure, {"fast": np.full(PEOPLE, 1e7), "slow": np.full(PEOPLE, 1e-7)})
    assert (bound_at(found, 1e6) > MISSED).all()


def test_jacobi_finds_the_eigenvalues_that_numpy_finds() -> None:
    rng = np.random.default_rng(2)
    raw = rng.normal(size=(5, 5, PEOPLE)) * np.exp(rng.normal(0, 3, size=PEOPLE))
    symmetric = raw + raw.swapaxes(0, 1)
    values, vectors = jacobi(symmetric)
    for person in range(PEOPLE):
        matrix = symmetric[:, :, person]
        expected = np.linalg.eigvalsh(matrix)
        size = np.abs(expected).max()
        np.testing.assert_allclose(np.sort(values[:, person]), expected, rtol=0, atol=1e-13 * size)
        rebuilt = (vectors[:, :, person] * values[:, person]) @ vectors[:, :, person].T
        np.testing.assert_allclose(rebuilt, matrix, rtol=0, atol=1e-13 * size)


@pytest.mark.parametrize("find", FINDERS.values(), ids=FINDERS)
def test_a_circle_is_refused(find: FindModes) -> None:
    circle = Structure(("a", "b", "c"), (), (Flow("a", "b", "k"), Flow("b", "c", "k"), Flow("c", "a", "k")), {})
    with pytest.raises(Refused, match="in no circle"):
        found_by(find, circle, {"k": np.ones(1)})
