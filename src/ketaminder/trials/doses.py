"""Doses by any route as the dose of racemic ketamine by vein that would block as much."""

from __future__ import annotations

from ketaminder.pharmacology.receptor import AFFINITIES
from ketaminder.trials.study import KG, Way

_EBERT = next(one for one in AFFINITIES if one.id == "ebert-1997").nmol_per_L
RACEMIC_PER_ESKETAMINE = 2 / (1 + _EBERT["esketamine"] / _EBERT["arketamine"])
"""1.65: half of the racemate blocks 4.7 times less (Ebert 1997, rat cortex in vitro, read in source). The fitted size
of each route takes up what is wrong with this."""
REACHES_BLOOD = {
    Way.INTRAVENOUS: 1.0,
    Way.INTRANASAL: 0.52,
    Way.INJECTED: 0.93,
    Way.SWALLOWED: 0.20,
}
"""Share of a dose. Nasal 0.51 to 0.54 (Perez-Ruixo 2021, read in source); into muscle 0.93 (Clements 1982, read in a
secondary source), used for under the skin too, an assumption; by mouth 0.17 to 0.23 (Clements 1982; Chong 2006)."""
SUBLINGUAL = 0.30
"""0.29 to 0.32 (Rolan 2014, Chong 2006, Yanagihara 2003, read in source)."""


def taken(amount: float, unit: str, *, weight_kg: float) -> float:
    """mg/kg of either enantiomer: what is swallowed becomes metabolite too."""
    return amount / (weight_kg or KG) if unit == "mg" else amount


def racemic_by_vein(
    amount: float, unit: str, *, esketamine: bool, way: Way, sublingual: bool, weight_kg: float
) -> float:
    """mg/kg of racemic ketamine by vein for `amount` in mg or mg/kg."""
    per_kg = amount / (weight_kg or KG) if unit == "mg" else amount
    share = SUBLINGUAL if sublingual else REACHES_BLOOD[way]
    return per_kg * share * (RACEMIC_PER_ESKETAMINE if esketamine else 1.0)
