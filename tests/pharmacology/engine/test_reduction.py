"""Reductions in the kernel against one compartment with first-order absorption, worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ketaminder.pharmacology.engine import Drive, How, Request, bands, exposures
from ketaminder.pharmacology.mammillary import by_rate
from ketaminder.pharmacology.model import Array, Flow, Input

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
    np.testing.assert_allclose(found["central"][:, 2], exact, rtol=0.0055)
