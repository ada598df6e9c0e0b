"""Receptor occupancy against hand calculations."""

from __future__ import annotations

import numpy as np
import pytest

from ketaminder.pharmacology.receptor import AFFINITIES, IN_VITRO_UNBOUND, LABEL_UNBOUND, Affinity, Unbound, occupancy
from ketaminder.terms import Grade

SHAFFER, EBERT = AFFINITIES


@pytest.mark.parametrize(("share", "percent"), [(0.55, [10, 14, 19, 23, 27]), (0.70, [13, 17, 22, 28, 32])])
def test_total_ketamine_70_to_230_by_an_independent_table(share: float, percent: list[int]) -> None:
    """Cu / (Cu + 1420 nmol/L), 237.73 g/mol; at 100 ng/mL and 0.55: 231.4 / 1651.4 = 14%."""
    half = np.array([70, 100, 140, 185, 230]) / 2
    unbound = Unbound("test", "test", {"esketamine": share, "arketamine": share}, ())
    found = 100 * occupancy({"esketamine": half, "arketamine": half}, SHAFFER, unbound)
    assert np.round(found).tolist() == percent


def test_norketamine_competes_for_the_same_site_by_hand() -> None:
    """100 ng/mL of each, label, Ebert: 231.36/300 + 0.5 x 447.03/1700 = 0.7712 + 0.1315 = 0.9027."""
    found = occupancy({"esketamine": np.array([100.0]), "noresketamine": np.array([100.0])}, EBERT, LABEL_UNBOUND)
    assert found[0] == pytest.approx(0.9027 / 1.9027, rel=1e-4)


def test_arketamine_binds_less_in_ebert_and_alike_in_shaffer() -> None:
    """Ebert: 231.36/1400 = 0.1653 -> 0.1418; Shaffer did not separate the enantiomers."""
    hundred = np.array([100.0])
    assert occupancy({"arketamine": hundred}, EBERT, LABEL_UNBOUND)[0] == pytest.approx(0.1418, abs=1e-4)
    s, r = (occupancy({name: hundred}, SHAFFER, LABEL_UNBOUND)[0] for name in ("esketamine", "arketamine"))
    assert s == r


def test_no_drug_no_occupancy_and_never_above_one() -> None:
    found = occupancy({"esketamine": np.array([0.0, 1e9])}, EBERT, IN_VITRO_UNBOUND)
    assert found[0] == 0
    assert 0.999 < found[1] < 1


def test_every_constant_was_read_somewhere() -> None:
    read = {Grade.SOURCE, Grade.SECONDARY}
    for affinity in AFFINITIES:
        assert affinity.citation.locator
        assert affinity.citation.grade in read
        assert affinity.preparation
    for unbound in (LABEL_UNBOUND, IN_VITRO_UNBOUND):
        assert all(citation.locator and citation.grade in read for citation in unbound.citations)
        assert set(unbound.fraction) == set(SHAFFER.nmol_per_L) == set(EBERT.nmol_per_L)


@pytest.mark.parametrize(
    ("analyte", "affinity", "unbound", "expected"),
    [
        ("noresketamine", SHAFFER, LABEL_UNBOUND, 0.02395),  # 0.5 x 447.03 / 9110 = 0.02454
        ("norarketamine", SHAFFER, LABEL_UNBOUND, 0.02395),
        ("norarketamine", EBERT, LABEL_UNBOUND, 0.01690),  # 0.5 x 447.03 / 13000 = 0.01719
        ("esketamine", SHAFFER, IN_VITRO_UNBOUND, 0.09418),  # (1 - 0.649) x 420.65 / 1420 = 0.10398
        ("arketamine", SHAFFER, IN_VITRO_UNBOUND, 0.07861),  # (1 - 0.712) x 420.65 / 1420 = 0.08531
    ],
)
def test_100_ng_per_mL_of_one_analyte_by_hand(
    analyte: str, affinity: Affinity, unbound: Unbound, expected: float
) -> None:
    assert occupancy({analyte: np.array([100.0])}, affinity, unbound)[0] == pytest.approx(expected, abs=1e-5)
