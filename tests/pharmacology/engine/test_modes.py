"""Modes against SciPy's matrix exponential and NumPy's eigenvalues."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import expm

from ketaminder.pharmacology import Model, discover
from ketaminder.pharmacology.engine.modes import jacobi, modes, places_of
from ketaminder.pharmacology.engine.problem import DIGITS_LOST
from ketaminder.pharmacology.model import Array, Flow, Parameters, Structure
from ketaminder.pharmacology.population import virtual_people
from ketaminder.terms import Patient, Refused

PEOPLE = 40


def people_of(model: Model) -> Parameters:
    drawn = virtual_people(model, Patient("x", age_years=50, weight_kg=70), PEOPLE, np.random.default_rng(1))
    return {**drawn, **model.derive(drawn)}


def generator(structure: Structure, parameters: Parameters, person: int) -> Array:
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


@pytest.mark.parametrize("model", discover(), ids=lambda model: model.id)
def test_modes_rebuild_the_matrix_exponential(model: Model) -> None:
    parameters = people_of(model)
    found = modes(model.structure, parameters, PEOPLE)
    for person in range(PEOPLE):
        if not found.amplification[person] < DIGITS_LOST:
            continue
        moved = (found.right[:, :, person] * np.exp(1.7 * found.rate_per_h[:, person])) @ found.left[:, :, person]
        np.testing.assert_allclose(
            moved, expm(1.7 * generator(model.structure, parameters, person)), rtol=0, atol=2e-12
        )


def test_only_models_with_a_repeated_transit_rate_have_no_sound_modes() -> None:
    unsound = {m.id for m in discover() if not (modes(m.structure, people_of(m), PEOPLE).amplification < 1e15).any()}
    assert unsound == {"simons_2022"}


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


def test_a_circle_is_refused() -> None:
    circle = Structure(("a", "b", "c"), (), (Flow("a", "b", "k"), Flow("b", "c", "k"), Flow("c", "a", "k")), {})
    with pytest.raises(Refused, match="in no circle"):
        modes(circle, {"k": np.ones(1)}, 8)
