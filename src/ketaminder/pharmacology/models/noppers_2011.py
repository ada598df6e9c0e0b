"""Noppers 2011: S-ketamine in arterial plasma during and after a two-hour infusion. Parent only, no variability."""

from __future__ import annotations

from ketaminder.pharmacology.mammillary import CENTRAL, by_clearance
from ketaminder.pharmacology.model import ESKETAMINE, Model, Parameter, Pathway, arketamine, intravenous
from ketaminder.pharmacology.racemate import R_ALIKE
from ketaminder.pharmacology.scaling import ByWeight
from ketaminder.pharmacology.validity import Claim, Range, Sampling, Validity, not_stated
from ketaminder.terms import Citation, Drug, Grade, Message, Route, Source

PAPER = Source(
    id="noppers-2011",
    citation=(
        "Noppers I, Olofsen E, Niesters M, Aarts L, Mooren R, Dahan A, Kharasch E. Effect of rifampicin on S-ketamine "
        "and S-norketamine plasma concentrations in healthy volunteers after intravenous S-ketamine administration. "
        "Anesthesiology 2011;114(6):1435-1445."
    ),
    year=2011,
    kind="paper",
)
TABLE_2 = Citation(
    PAPER, "Table 2, placebo arm, as transcribed in anaesthesia infusion code (one transcription)", Grade.SECONDARY
)


def _table_2(name: str, value: float, unit: str, meaning: str) -> Parameter:
    return Parameter(name, value, unit, meaning, TABLE_2)


WEIGHT_ON_VOLUME = _table_2("weight_on_volume", 1.0, "exponent", "volumes x (weight/70 kg)^exponent")
WEIGHT_ON_CLEARANCE = _table_2("weight_on_clearance", 0.75, "exponent", "clearances x (weight/70 kg)^exponent")
TWO_HOURS = Range(120.0, 120.0, "one infusion time: 2 h")

MODEL = Model(
    id="noppers_2011",
    title="Noppers 2011",
    source=PAPER,
    population="20 healthy men, placebo arm, 20 or 40 mg/70 kg/h S-ketamine for 2 h, arterial samples",
    routes={Route.INTRAVENOUS: intravenous(CENTRAL)},
    enantiomers={Drug.ESKETAMINE: (ESKETAMINE,), Drug.KETAMINE: (ESKETAMINE, arketamine())},
    units={"time": "h", "amount": "mg", "volume": "L", "concentration": "ng/mL"},
    matrix="arterial plasma",
    validity=Validity(
        age_years=not_stated(18.0),
        weight_kg=not_stated(),
        use_for="S-ketamine in arterial plasma during and after an infusion in adults",
        not_for=(Message("Adults only."), Message("Not for venous samples: peaks come out much higher.")),
        claims=(
            Claim(
                Drug.ESKETAMINE,
                Route.INTRAVENOUS,
                Sampling.ARTERIAL,
                place=2,
                dose_mg=Range(40.0, 80.0, "20 or 40 mg/70 kg/h for 2 h"),
                infusion_min=TWO_HOURS,
            ),
            Claim(
                Drug.KETAMINE,
                Route.INTRAVENOUS,
                Sampling.ARTERIAL,
                place=2,
                dose_mg=Range(80.0, 160.0, "twice the S-ketamine: 20 or 40 mg/70 kg/h for 2 h"),
                infusion_min=TWO_HOURS,
            ),
        ),
    ),
    structure=by_clearance(),
    parameters=(
        _table_2("V1", 17.0, "L", "S-ketamine central volume at 70 kg"),
        _table_2("V2", 28.3, "L", "S-ketamine peripheral volume 1 at 70 kg"),
        _table_2("V3", 147.0, "L", "S-ketamine peripheral volume 2 at 70 kg"),
        _table_2("CL", 93.5, "L/h", "S-ketamine clearance at 70 kg"),
        _table_2("Q2", 127.0, "L/h", "S-ketamine intercompartmental clearance 1 at 70 kg"),
        _table_2("Q3", 91.9, "L/h", "S-ketamine intercompartmental clearance 2 at 70 kg"),
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
        Message(
            "The norketamine part of {model} and its differences between people are not in the transcription that was "
            "read: neither is shown.",
            model="Noppers 2011",
        ),
    ),
)
