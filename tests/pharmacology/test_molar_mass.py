"""Molar masses against the sums of their formulae."""

from __future__ import annotations

import pytest

from ketaminder.pharmacology import molar_mass

WEIGHTS = {"C": 12.011, "H": 1.008, "Cl": 35.45, "N": 14.007, "O": 15.999}
"""Standard atomic weights, abridged (IUPAC 2021)."""


@pytest.mark.parametrize(
    ("formula", "g_per_mol"),
    [
        ({"C": 13, "H": 16, "Cl": 1, "N": 1, "O": 1}, molar_mass.KETAMINE),
        ({"C": 12, "H": 14, "Cl": 1, "N": 1, "O": 1}, molar_mass.NORKETAMINE),
        ({"C": 12, "H": 14, "Cl": 1, "N": 1, "O": 2}, molar_mass.HYDROXYNORKETAMINE),
    ],
    ids=["ketamine", "norketamine", "hydroxynorketamine"],
)
def test_a_molar_mass_is_the_sum_of_its_atoms(formula: dict[str, int], g_per_mol: float) -> None:
    assert g_per_mol == pytest.approx(sum(count * WEIGHTS[atom] for atom, count in formula.items()), abs=0.005)


def test_a_metabolite_weighs_what_its_methyl_group_leaves() -> None:
    """Norketamine is ketamine with a hydrogen for a methyl group: CH2 less, 14.027 g/mol of 237.727."""
    assert molar_mass.NORKETAMINE_PER_KETAMINE == pytest.approx(1 - 14.027 / 237.727, abs=1e-4)
    assert molar_mass.HYDROXYNORKETAMINE_PER_KETAMINE == pytest.approx((237.727 - 14.027 + 15.999) / 237.727, abs=1e-4)
