"""What the drug does: doses followed through published models. No rule, no patient record, no clock."""

from ketaminder.pharmacology.dosing import infusion, nasal_devices
from ketaminder.pharmacology.kinetics import Exposure
from ketaminder.pharmacology.model import Model
from ketaminder.pharmacology.models import discover, for_product
from ketaminder.pharmacology.population import QUANTILES
from ketaminder.pharmacology.question import Answer, Scenario, Spread, answers, spread
from ketaminder.pharmacology.simulation import Analyte, Curve, Occupancy, Population, Simulation, simulate
from ketaminder.pharmacology.validity import Sampling

__all__ = [
    "QUANTILES",
    "Analyte",
    "Answer",
    "Curve",
    "Exposure",
    "Model",
    "Occupancy",
    "Population",
    "Sampling",
    "Scenario",
    "Simulation",
    "Spread",
    "answers",
    "discover",
    "for_product",
    "infusion",
    "nasal_devices",
    "simulate",
    "spread",
]
