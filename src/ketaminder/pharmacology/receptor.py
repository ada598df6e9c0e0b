"""NMDA receptor occupancy from plasma concentrations: an estimate from rat affinity, not a measurement.

Enantiomers and metabolites compete for one site: with unbound concentrations C and affinities K, occupancy is
s / (1 + s) with s the sum of C / K. Two published affinity sets disagree several-fold; both are offered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ketaminder.pharmacology import molar_mass
from ketaminder.pharmacology.model import Array
from ketaminder.pharmacology.sources import ASHRAF, SPRAVATO_LABEL
from ketaminder.terms import Citation, Grade, Message, Source

MOLAR_MASS_G_PER_MOL: Mapping[str, float] = {
    "esketamine": molar_mass.KETAMINE,
    "arketamine": molar_mass.KETAMINE,
    "noresketamine": molar_mass.NORKETAMINE,
    "norarketamine": molar_mass.NORKETAMINE,
}

SHAFFER = Source(
    id="shaffer-2014",
    citation="Shaffer CL, Osgood SM, Smith DL, Liu J, Trapa PE. Neuropharmacology 2014;86:174-180.",
    year=2014,
    identifiers={"doi": "10.1016/j.neuropharm.2014.07.008"},
    kind="paper",
)
EBERT = Source(
    id="ebert-1997",
    citation=(
        "Ebert B, Mikkelsen S, Thorkildsen C, Borgbjerg FM. Norketamine, the main metabolite of ketamine, is a "
        "non-competitive NMDA receptor antagonist in the rat cortex and spinal cord. Eur J Pharmacol "
        "1997;333(1):99-104."
    ),
    year=1997,
    identifiers={"pmid": "9311667"},
    kind="paper",
)
SCHMIDT = Source(
    id="schmidt-holzgrabe-2024",
    citation=(
        "Schmidt, Holzgrabe. Do the enantiomers of ketamine bind enantioselectively to human serum albumin? Eur J "
        "Pharm Sci 2024, article 106640."
    ),
    year=2024,
    identifiers={"doi": "10.1016/j.ejps.2023.106640", "pmid": "37979888"},
    kind="paper",
)
NOT_MEASURED = Message(
    "Occupancy is an estimate from rat affinity, not a measurement: no human imaging study that we could read gives a "
    "value that confirms it."
)


@dataclass(frozen=True, slots=True)
class Affinity:
    """Unbound concentration at half occupancy for each enantiomer, nmol/L."""

    id: str
    label: str
    nmol_per_L: Mapping[str, float]
    preparation: str
    citation: Citation
    note: str


@dataclass(frozen=True, slots=True)
class Unbound:
    """The share of each analyte that is not bound in plasma."""

    id: str
    label: str
    fraction: Mapping[str, float]
    citations: tuple[Citation, ...]


AFFINITIES = (
    Affinity(
        "shaffer-2014",
        "Shaffer 2014, rat, ex vivo occupancy",
        {"esketamine": 1420.0, "arketamine": 1420.0, "noresketamine": 9110.0, "norarketamine": 9110.0},
        "unbound plasma concentration at half receptor occupancy, rat, ex vivo",
        Citation(SHAFFER, "abstract", Grade.SOURCE),
        "Enantiomers were not separated. 95% CI 990-2140 (ketamine) and 5870-13700 (norketamine) nmol/L. "
        "Volume, pages and DOI of the citation were recalled, not read.",
    ),
    Affinity(
        "ebert-1997",
        "Ebert 1997, rat cortex, in vitro",
        {"esketamine": 300.0, "arketamine": 1400.0, "noresketamine": 1700.0, "norarketamine": 13000.0},
        "inhibition constant against [3H]MK-801, rat cortex, in vitro",
        Citation(EBERT, "abstract", Grade.SOURCE),
        "Potency in spinal cord is about a quarter of this.",
    ),
)

_NORKETAMINE_UNBOUND = {"noresketamine": 0.50, "norarketamine": 0.50}
_ASHRAF_TABLE_1 = Citation(ASHRAF, "Table 1, as transcribed in nlmixr2lib", Grade.SECONDARY)

LABEL_UNBOUND = Unbound(
    "label",
    "45% bound (label: 43 to 45%)",
    {"esketamine": 0.55, "arketamine": 0.55, **_NORKETAMINE_UNBOUND},
    (Citation(SPRAVATO_LABEL, "section 12.3, as summarised in drug monographs", Grade.SECONDARY), _ASHRAF_TABLE_1),
)
IN_VITRO_UNBOUND = Unbound(
    "in-vitro",
    "35% (S) and 29% (R) unbound with human albumin alone, in vitro",
    {"esketamine": 0.351, "arketamine": 0.288, **_NORKETAMINE_UNBOUND},
    (
        Citation(SCHMIDT, "abstract: 64.9% (S) and 71.2% (R) bound to albumin by ultrafiltration", Grade.SOURCE),
        _ASHRAF_TABLE_1,
    ),
)
UNBOUND_CONFLICT = Message(
    "The unbound share of esketamine is 0.55 to 0.57 by the label, 0.70 in Ashraf 2018, and 0.35 with human albumin "
    "alone in vitro (Schmidt 2024). Curves use the label's; 0.70 gives higher occupancy, 0.35 lower. The label's share "
    "is used for arketamine too, an assumption."
)


def occupancy(concentrations_ng_per_mL: Mapping[str, Array], affinity: Affinity, unbound: Unbound) -> Array:
    """Share of receptors occupied, 0 to 1, in the shape of the concentrations: s / (1 + s) of `strength`."""
    return share_of(strength(concentrations_ng_per_mL, affinity, unbound))


def share_of(strength: Array) -> Array:
    """s / (1 + s), 0 to 1."""
    return strength / (1 + strength)


def strength(concentrations_ng_per_mL: Mapping[str, Array], affinity: Affinity, unbound: Unbound) -> Array:
    """The sum of unbound C / K over what competes for the receptor, in the shape of the concentrations.

    Args:
        concentrations_ng_per_mL: total concentration of each enantiomer and each metabolite enantiomer;
            hydroxynorketamine, which has no affinity here, is left out.
        affinity: one of `AFFINITIES`.
        unbound: the unbound shares, `LABEL_UNBOUND` or `IN_VITRO_UNBOUND`.
    """
    summed: Array | None = None
    for analyte, total in concentrations_ng_per_mL.items():
        if analyte not in affinity.nmol_per_L:
            continue
        nmol_per_ng = 1000 / MOLAR_MASS_G_PER_MOL[analyte]
        own = (unbound.fraction[analyte] * nmol_per_ng / affinity.nmol_per_L[analyte]) * total
        summed = own if summed is None else np.add(summed, own, out=own)
    return np.zeros(1) if summed is None else summed
