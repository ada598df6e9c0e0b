"""Doses by any route as the infusion of racemic ketamine whose highest block at the effect site is as large.

A dose is followed through the published models to the effect site of the typical person, where S- and R-ketamine and
their norketamines compete for the receptor (`pharmacology.acute.highest_block`). Only the ratio of two doses counts, so
that what both affinity sets have in common drops out; the fitted size of each route takes up what is wrong with it.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from ketaminder.pharmacology.acute import highest_block, highest_intensity, intensity
from ketaminder.pharmacology.dosing import DEVICE_MG, nasal_devices
from ketaminder.pharmacology.model import Array
from ketaminder.pharmacology.receptor import AFFINITIES
from ketaminder.terms import Dose as Administered
from ketaminder.terms import Drug, Refused, Route
from ketaminder.trials.study import KG, Dose, Entered, Way

_EBERT = AFFINITIES[1].nmol_per_L
RACEMIC_PER_ESKETAMINE = 2 / (1 + _EBERT["esketamine"] / _EBERT["arketamine"])
"""1.65: half of the racemate blocks 4.7 times less (Ebert 1997, rat cortex in vitro, read in source)."""
REACHES_BLOOD = {
    Way.INTRAVENOUS: 1.0,
    Way.INTRANASAL: 0.52,
    Way.INJECTED: 0.93,
    Way.SWALLOWED: 0.20,
}
"""Share of a dose, for what no model follows: the racemate by the nose, extended-release tablets. Nasal 0.51 to 0.54
(Perez-Ruixo 2021, read in source); into muscle 0.93 (Clements 1982, read in a secondary source); by mouth 0.17 to 0.23
(Clements 1982; Chong 2006)."""
DIGITS = 6
"""Significant digits of a block: the engine's largest error is 3e-7 of a peak (`docs/reference/speed.md`)."""
USUAL_MINUTES = 40
"""An infusion whose length is not said: that of most trials."""
MOST_DEVICES = 12
"""More by the nose than in twelve devices is taken as in proportion to them."""
LONGEST_MINUTES = 6 * 60
"""The block is followed for six hours; a longer infusion is read as one of six."""


def given(
    amount: float, unit: str, *, drug: Drug, route: Route | None, weight_kg: float = KG, minutes: float | None = None
) -> Dose:
    """`amount` in mg or mg/kg at hour 0, as the chain takes it; `route` None is one that no model follows: a tablet of
    extended release. Nobody dissociates from such a tablet up to 180 mg (as tablets of controlled release, Hasan 2021).
    """
    per_kg = amount / weight_kg if unit == "mg" else amount
    devices = min(max(1, round(per_kg * weight_kg / DEVICE_MG)), MOST_DEVICES) if route is Route.NASAL else 0
    length = min(round(USUAL_MINUTES if minutes is None else minutes), LONGEST_MINUTES)
    block, felt = _of_one(drug, route, devices, length if route is Route.INTRAVENOUS else 0)
    scale = per_kg * weight_kg / (DEVICE_MG * devices) if devices and drug is Drug.ESKETAMINE else per_kg
    entered = None if route is None else Entered(drug, route, devices, length if route is Route.INTRAVENOUS else 0)
    return Dose(0.0, _rounded(scale * block), per_kg, _rounded(scale * felt), entered)


def _rounded(value: float) -> float:
    """To `DIGITS`: what the engine says beyond them is its own error, and a fit must not hang on that."""
    return float(f"{value:.{DIGITS}g}")


@cache
def shape(entered: Entered) -> Array:
    """The course of the acute effects over `acute.TIMES_H` after such a dose, 1 at its peak; of a dose that no model
    follows, that of the racemate by vein in `USUAL_MINUTES`: an assumption.
    """
    try:
        found = intensity(_administered(entered.drug, entered.route, entered.devices, entered.minutes))
    except Refused:
        found = intensity(_administered(Drug.KETAMINE, Route.INTRAVENOUS, 0, USUAL_MINUTES))
    return np.asarray(found / found.max())


def _administered(drug: Drug, route: Route, devices: int, minutes: int) -> tuple[Administered, ...]:
    """So many devices by the nose, or 1 mg/kg in a body of `KG`.

    Raises:
        Refused: no model follows the racemate by the nose.
    """
    if devices and drug is Drug.KETAMINE:
        raise Refused("route", route, "one that a model follows")
    return nasal_devices(DEVICE_MG * devices) if devices else (Administered(drug, route, KG, 0.0, minutes / 60),)


@cache
def _of_one(drug: Drug, route: Route | None, devices: int, minutes: int) -> tuple[float, float]:
    """Block and felt intensity of 1 mg/kg in a body of `KG`; of so many devices of nasal esketamine, of all of them."""
    try:
        if route is None:
            raise Refused("route", route, "one that a model follows")
        doses = _administered(drug, route, devices, minutes)
        return highest_block(doses) / _reference(), highest_intensity(doses)
    except Refused:
        share = by_shares(drug, WAYS[route])
        return share, 0.0 if route is None else share / 0.5


@cache
def _reference() -> float:
    """The block of 1 mg/kg of the racemate by vein in `USUAL_MINUTES`."""
    return highest_block((Administered(Drug.KETAMINE, Route.INTRAVENOUS, KG, 0.0, USUAL_MINUTES / 60),))


def by_shares(drug: Drug, way: Way) -> float:
    """The same of 1 mg/kg by the share that reaches blood, and the affinity."""
    return REACHES_BLOOD[way] * (RACEMIC_PER_ESKETAMINE if drug is Drug.ESKETAMINE else 1.0)


WAYS = {
    Route.INTRAVENOUS: Way.INTRAVENOUS,
    Route.NASAL: Way.INTRANASAL,
    Route.INTRAMUSCULAR: Way.INJECTED,
    Route.SUBCUTANEOUS: Way.INJECTED,
    Route.ORAL: Way.SWALLOWED,
    Route.SUBLINGUAL: Way.SWALLOWED,
    None: Way.SWALLOWED,
}
