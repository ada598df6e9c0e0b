"""Clements and Nimmo 1981: racemic ketamine after an analgesic intravenous dose. Micro-constants, parent only."""

from __future__ import annotations

from ketaminder.pharmacology.mammillary import CENTRAL, by_rate
from ketaminder.pharmacology.model import ESKETAMINE, Model, Parameter, Pathway, arketamine, intravenous
from ketaminder.pharmacology.racemate import R_ALIKE
from ketaminder.pharmacology.scaling import PerKg
from ketaminder.pharmacology.validity import Claim, Range, Sampling, Validity, not_stated
from ketaminder.terms import Citation, Drug, Grade, Message, Route, Source

PAPER = Source(
    id="clements-nimmo-1981",
    citation="Clements JA, Nimmo WS. Br J Anaesth 1981;53(1):27-30.",
    year=1981,
    identifiers={"doi": "10.1093/bja/53.1.27", "pmid": "7459184"},
    kind="paper",
)
CODE = Citation(PAPER, "constants for 0.25 mg/kg in one infusion code", Grade.SECONDARY)


def _per_minute(name: str, per_minute: float, meaning: str) -> Parameter:
    return Parameter(name, 60 * per_minute, "1/h", meaning, CODE, f"printed {per_minute:g} 1/min")


MODEL = Model(
    id="clements_nimmo_1981",
    title="Clements and Nimmo 1981",
    source=PAPER,
    population="not stated in what was read; 0.25 mg/kg intravenous bolus",
    routes={Route.INTRAVENOUS: intravenous(CENTRAL)},
    enantiomers={Drug.KETAMINE: (ESKETAMINE, arketamine())},
    units={"time": "h", "amount": "mg", "volume": "L", "concentration": "ng/mL"},
    matrix="plasma; behaves as venous",
    validity=Validity(
        age_years=not_stated(18.0),
        weight_kg=not_stated(),
        use_for="racemic ketamine in venous plasma after a low intravenous dose, as a second opinion",
        not_for=(Message("Adults only."), Message("Not for arterial peaks: its central volume is large.")),
        claims=(
            Claim(
                Drug.KETAMINE,
                Route.INTRAVENOUS,
                Sampling.VENOUS,
                place=3,
                dose_mg=Range(17.5, 17.5, "0.25 mg/kg, here at 70 kg"),
                infusion_min=Range(0.0, 5.0, "a bolus"),
            ),
        ),
    ),
    structure=by_rate(peripheral=1),
    parameters=(
        Parameter("V1", 1.7522, "L/kg", "ketamine central volume", CODE),
        _per_minute("k10", 0.0109, "elimination"),
        _per_minute("k12", 0.0186, "central to peripheral 1"),
        _per_minute("k21", 0.0137, "peripheral 1 to central"),
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
        Message("{model} has neither metabolite nor differences between people.", model="Clements and Nimmo 1981"),
    ),
)
