"""The tables of one step against what they must do to polynomials, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import roots_jacobi

from ketaminder.pharmacology.engine.collocation import radau


@pytest.mark.parametrize("size", [2, 5, 8, 10])
def test_nodes_are_those_that_scipy_finds(size: int) -> None:
    inner, _ = roots_jacobi(size - 1, 1, 0)
    np.testing.assert_allclose(radau(size).nodes, np.append((inner + 1) / 2, 1.0), rtol=1e-14)


@pytest.mark.parametrize("size", [2, 5, 8])
def test_a_polynomial_through_the_nodes_is_known_at_the_start(size: int) -> None:
    """By hand: (s - 2) to the power of one node less is (-2) to that power at 0."""
    table = radau(size)
    assert table.outset @ (table.nodes - 2) ** (size - 1) == pytest.approx((-2.0) ** (size - 1), rel=1e-12)


@pytest.mark.parametrize("size", [5, 8])
def test_what_is_over_before_the_first_node_shows_only_at_the_start(size: int) -> None:
    """exp(-s / w), w a tenth of the first node, has the area w; its coefficients see less than a hundredth of that."""
    table = radau(size)
    width = table.nodes[0] / 10
    seen = np.exp(-table.nodes / width)
    assert np.abs(table.tail @ seen).max() < width / 100
    missed = abs(1.0 - table.outset @ seen)
    assert table.nodes[0] * missed > width
