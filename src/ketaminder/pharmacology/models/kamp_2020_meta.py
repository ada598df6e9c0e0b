"""Kamp 2020: ketamine from a meta-analysis of published models, arterial and venous data together.

Three-compartment values of Table 2. Parent only, no variability; neither covariate nor enantiomer effect was retained.
"""

from __future__ import annotations

from ketaminder.pharmacology.mammillary import CENTRAL, by_clearance
from ketaminder.pharmacology.model import ESKETAMINE, Model, Parameter, Pathway, arketamine, intravenous
from ketaminder.pharmacology.racemate import R_ALIKE
from ketaminder.pharmacology.scaling import ByWeight
from ketaminder.pharmacology.validity import Claim, Sampling, Validity, not_stated
from ketaminder.terms import Citation, Drug, Grade, Message, Route, Source

PAPER = Source(
    id="kamp-2020-meta",
    citation=(
        "Kamp J, Olofsen E, Henthorn TK, van Velzen M, Niesters M, Dahan A. Ketamine pharmacokinetics: systematic "
        "review, meta-analysis, population analysis. Anesthesiology 2020;133(6):1192-1213."
    ),
    year=2020,
    kind="paper",
)
TABLE_2 = Citation(
    PAPER,
    "Table 2 (three-compartment models), as transcribed in anaesthesia infusion code (one transcription)",
    Grade.SECONDARY,
)


def _table_2(name: str, value: float, unit: str, meaning: str) -> Parameter:
    return Parameter(name, value, unit, meaning, TABLE_2)


WEIGHT_ON_VOLUME = _table_2("weight_on_volume", 1.0, "exponent", "volumes x (weight/70 kg)^exponent")
WEIGHT_ON_CLEARANCE = _table_2("weight_on_clearance", 0.75, "exponent", "clearances x (weight/70 kg)^exponent")
MIXED = Message("Kamp 2020 pools arterial and venous data: between the two, and exact for neither.")
CLAIMS = tuple(
    Claim(drug, Route.INTRAVENOUS, sampling, place=4, dose_mg=not_stated(), infusion_min=not_stated(), note=MIXED)
    for drug in (Drug.ESKETAMINE, Drug.KETAMINE)
    for sampling in Sampling
)

MODEL = Model(
    id="kamp_2020_meta",
    title="Kamp 2020 (meta-analysis)",
    source=PAPER,
    population="meta-analysis of 18 studies (11 in healthy adults, 3 in adult patients, 5 in children)",
    routes={Route.INTRAVENOUS: intravenous(CENTRAL)},
    enantiomers={Drug.ESKETAMINE: (ESKETAMINE,), Drug.KETAMINE: (ESKETAMINE, arketamine())},
    units={"time": "h", "amount": "mg", "volume": "L", "concentration": "ng/mL"},
    matrix="plasma, arterial and venous pooled",
    validity=Validity(
        age_years=not_stated(18.0),
        weight_kg=not_stated(),
        use_for="ketamine after intravenous ketamine, as a second opinion",
        not_for=(Message("Adults only."),),
        claims=CLAIMS,
    ),
    structure=by_clearance(),
    parameters=(
        _table_2("V1", 25.0, "L", "ketamine central volume at 70 kg"),
        _table_2("V2", 56.0, "L", "ketamine peripheral volume 1 at 70 kg"),
        _table_2("V3", 157.0, "L", "ketamine peripheral volume 2 at 70 kg"),
        _table_2("CL", 84.0, "L/h", "ketamine clearance at 70 kg"),
        _table_2("Q2", 161.0, "L/h", "ketamine intercompartmental clearance 1 at 70 kg"),
        _table_2("Q3", 79.0, "L/h", "ketamine intercompartmental clearance 2 at 70 kg"),
    ),
    effects=(WEIGHT_ON_VOLUME, WEIGHT_ON_CLEARANCE),
    variability=(),
    residual=(),
    covariates=("weight_kg",),
    reference={},
    for_person=ByWeight(("V1", "V2", "V3"), ("CL", "Q2", "Q3"), WEIGHT_ON_VOLUME, WEIGHT_ON_CLEARANCE),
    pathways={Pathway.LIVER: ("CL",)},
    printed_for={"weight_kg": 70.0},
    assumptions=(
        R_ALIKE,
        Message("{model} has neither metabolite nor differences between people.", model="Kamp 2020 (meta-analysis)"),
    ),
)
