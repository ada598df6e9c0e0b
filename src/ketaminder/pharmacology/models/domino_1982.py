"""Domino 1982: racemic ketamine as anaesthesia pumps carry it. Micro-constants per kilogram, parent only."""

from __future__ import annotations

from ketaminder.pharmacology.mammillary import CENTRAL, by_rate
from ketaminder.pharmacology.model import ESKETAMINE, Model, Parameter, Pathway, arketamine, intravenous
from ketaminder.pharmacology.racemate import R_ALIKE
from ketaminder.pharmacology.scaling import PerKg
from ketaminder.pharmacology.validity import Claim, Sampling, Validity, not_stated
from ketaminder.terms import Citation, Drug, Grade, Message, Route, Source

PAPER = Source(
    id="domino-1982",
    citation="Domino EF et al. 1982; also cited as Clin Pharmacol Ther 1984;36:645-653.",
    year=1982,
    identifiers={"pmid": "7198883"},
    kind="paper",
)
CODE = Citation(PAPER, "constants in two independent infusion codes, which agree", Grade.SECONDARY)


def _per_minute(name: str, per_minute: float, meaning: str) -> Parameter:
    return Parameter(name, 60 * per_minute, "1/h", meaning, CODE, f"printed {per_minute:g} 1/min")


MODEL = Model(
    id="domino_1982",
    title="Domino 1982",
    source=PAPER,
    population="not stated in what was read",
    routes={Route.INTRAVENOUS: intravenous(CENTRAL)},
    enantiomers={Drug.KETAMINE: (ESKETAMINE, arketamine())},
    units={"time": "h", "amount": "mg", "volume": "L", "concentration": "ng/mL"},
    matrix="plasma; behaves as arterial",
    validity=Validity(
        age_years=not_stated(18.0),
        weight_kg=not_stated(),
        use_for="racemic ketamine after intravenous ketamine, as anaesthesia pumps predict it",
        not_for=(Message("Adults only."), Message("Not for late concentrations.")),
        claims=(
            Claim(
                Drug.KETAMINE,
                Route.INTRAVENOUS,
                Sampling.ARTERIAL,
                place=5,
                dose_mg=not_stated(),
                infusion_min=not_stated(),
            ),
        ),
    ),
    structure=by_rate(peripheral=2),
    parameters=(
        Parameter("V1", 0.063, "L/kg", "ketamine central volume", CODE),
        _per_minute("k10", 0.438, "elimination"),
        _per_minute("k12", 0.592, "central to peripheral 1"),
        _per_minute("k21", 0.247, "peripheral 1 to central"),
        _per_minute("k13", 0.590, "central to peripheral 2"),
        _per_minute("k31", 0.0146, "peripheral 2 to central"),
    ),
    effects=(),
    variability=(),
    residual=(),
    covariates=("weight_kg",),
    reference={},
    for_person=PerKg(("V1",)),
    pathways={Pathway.LIVER: ("k10",)},
    printed_for={"weight_kg": 70.0},
    assumptions=(
        R_ALIKE,
        Message("{model} has neither metabolite nor differences between people.", model="Domino 1982"),
    ),
)
