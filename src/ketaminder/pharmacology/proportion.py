"""All doses larger or smaller by one factor: every flow is of first order, so what they do is in proportion."""

from __future__ import annotations

from dataclasses import replace

from ketaminder.pharmacology.kinetics import Exposure
from ketaminder.pharmacology.model import Array
from ketaminder.pharmacology.population import Bands
from ketaminder.pharmacology.simulation import Analyte, Curve, Occupancy, Simulation


def in_proportion(simulation: Simulation, factor: float) -> Simulation:
    """What `simulation` is for the same people where every dose is `factor` times as large.

    Concentrations and areas are multiplied. A share s / (1 + s) of occupied receptors becomes f s / (1 + f s), which
    keeps the order of people, and so their quantiles.
    """
    return replace(
        simulation,
        doses=tuple(replace(dose, amount_mg=factor * dose.amount_mg) for dose in simulation.doses),
        analytes={name: _analyte(one, factor) for name, one in simulation.analytes.items()},
        occupancy=tuple(_occupancy(one, factor) for one in simulation.occupancy),
    )


def _analyte(analyte: Analyte, factor: float) -> Analyte:
    curve, exposure = analyte.curve, analyte.exposure
    return Analyte(
        analyte.name,
        Curve(factor * curve.typical, Bands(factor * curve.bands.values)),
        Exposure(factor * exposure.cmax_ng_per_mL, exposure.tmax_h, factor * exposure.auc_24h_ng_h_per_mL),
    )


def _occupancy(occupancy: Occupancy, factor: float) -> Occupancy:
    curve = occupancy.curve
    return Occupancy(
        occupancy.affinity,
        Curve(_occupied(curve.typical, factor), Bands(_occupied(curve.bands.values, factor))),
        _occupied(occupancy.typical_in_vitro, factor),
    )


def _occupied(share: Array, factor: float) -> Array:
    strength = factor * share
    return strength / (1 - share + strength)
