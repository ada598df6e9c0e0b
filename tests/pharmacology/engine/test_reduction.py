"""Reductions in the kernel against one compartment with first-order absorption, worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ketaminder.pharmacology.engine import Drive, How, Request, bands, exposures
from ketaminder.pharmacology.engine.neighbours import Neighbourhoods, detunings
from ketaminder.pharmacology.engine.paths import KERNEL
from ketaminder.pharmacology.mammillary import by_rate
from ketaminder.pharmacology.model import Array, Flow, Input, Structure

K, DOSE_MG, LEVEL = 0.3, 10.0, 2.0
KA = np.linspace(0.5, 3.0, 16)


def absorbed() -> Request:
    structure = by_rate(peripheral=0)
    with_depot = replace(
        structure,
        compartments=("depot", *structure.compartments),
        flows=(*structure.flows, Flow("depot", "central", "ka")),
    )
    return Request(
        with_depot,
        {"ka": KA, "k10": np.full(KA.size, K), "V1": np.ones(1)},
        [Input("depot", np.array([DOSE_MG]), 0.0, np.zeros(1))],
        np.linspace(0, 24, 13),
        KA.size,
        (Drive("amount", {"central": np.ones(1)}),),
    )


def by_hand(t: Array, ka: float) -> Array:
    """10 ka / (ka - k) (exp(-k t) - exp(-ka t)), which peaks at ln(ka / k) / (ka - k) and has the area 10 / k."""
    return np.asarray(DOSE_MG * ka / (ka - K) * (np.exp(-K * t) - np.exp(-ka * t)))


def test_peak_its_hour_and_area() -> None:
    found = exposures(absorbed(), 200.0, [LEVEL])
    hour = np.log(KA / K) / (KA - K)
    assert set(found.how) == {How.MODES}
    np.testing.assert_allclose(found.peak_h[0], hour, rtol=1e-7)
    np.testing.assert_allclose(found.peak[0], [by_hand(t, ka) for t, ka in zip(hour, KA, strict=True)], rtol=1e-12)
    np.testing.assert_allclose(found.area[0], DOSE_MG / K, rtol=1e-12)


def test_hours_above_a_level() -> None:
    """Counted on a grid of a tenth of a millihour."""
    found = exposures(absorbed(), 200.0, [LEVEL])
    grid = np.arange(0, 40, 1e-4)
    counted = [float((by_hand(grid, ka) > LEVEL).sum()) * 1e-4 for ka in KA]
    np.testing.assert_allclose(found.hours_above[0], counted, rtol=0, atol=2e-4)


@pytest.mark.parametrize("parts", [1, 2])
def test_bands_are_right_to_a_bin(parts: int) -> None:
    """However many requests the people come in."""
    quantiles = (0.05, 0.5, 0.95)
    told: list[int] = []
    requests = [absorbed().only(some) for some in np.split(np.arange(KA.size), parts)]
    found, failed = bands(iter(requests), ["central"], quantiles, progress=told.append)
    exact = np.quantile([by_hand(np.array(4.0), ka) for ka in KA], quantiles, method="lower")
    assert (failed, sum(told)) == (0, KA.size)
    np.testing.assert_allclose(found["central"][:, 2], exact, rtol=0.008)


def test_where_one_distance_lets_neighbours_meet_another_serves() -> None:
    """Depot and centre lose 1 in an hour, the metabolite 1 / 1.005: the first neighbour's two last rates are equal.

    By hand, with a = 1 - k: the metabolite holds 10 exp(-k t) (1 - exp(-a t) (1 + a t)) / a^2 and has the area 10 / k.
    """
    k = 1 / 1.005
    chain = Structure(
        compartments=("depot", "central", "metabolite"),
        sinks=("gone",),
        flows=(Flow("depot", "central", "k1"), Flow("central", "metabolite", "k1"), Flow("metabolite", "gone", "k")),
        outputs={},
    )
    dose = [Input("depot", np.array([DOSE_MG]), 0.0, np.zeros(1))]
    drives = (Drive("amount", {"metabolite": np.ones(1)}),)
    asked = Request(chain, {"k1": np.ones(8), "k": np.full(8, k)}, dose, np.linspace(0, 24, 13), 8, drives)
    first = Neighbourhoods(asked, np.arange(8), detunings(chain)[:1], KERNEL)
    found, grid, a = exposures(asked, 200.0, [LEVEL]), np.arange(1, 4, 1e-4), 1 - k
    by_hand = DOSE_MG * np.exp(-k * grid) * (1 - np.exp(-a * grid) * (1 + a * grid)) / a**2
    assert not first.sound.any()
    assert set(found.how) == {How.NEIGHBOURS}
    np.testing.assert_allclose(found.peak[0], by_hand.max(), rtol=1e-8)
    np.testing.assert_allclose(found.peak_h[0], grid[by_hand.argmax()], atol=1e-4)
    np.testing.assert_allclose(found.area[0], DOSE_MG / k, rtol=1e-8)
