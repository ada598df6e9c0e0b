"""Ashraf 2018: S-ketamine and norketamine after oral and intravenous S-ketamine, through gut wall and liver.

The published gut, portal and liver amounts are in quasi-steady state; here they are the shares and extractions to which
they reduce. Elimination hangs on blood flow, binding and intrinsic clearance, 63% of which is CYP2B6.
"""

from __future__ import annotations

import numpy as np

from ketaminder.pharmacology.model import (
    ESKETAMINE,
    Array,
    Conflict,
    Covariates,
    Flow,
    Input,
    Model,
    Output,
    Parameter,
    Parameters,
    Pathway,
    Scale,
    Structure,
    Variability,
    arketamine,
    at_once,
    exchange,
    intravenous,
)
from ketaminder.pharmacology.racemate import R_ALIKE
from ketaminder.pharmacology.sources import ASHRAF, FANTA, PEREZ_RUIXO
from ketaminder.pharmacology.validity import Claim, Range, Sampling, Validity
from ketaminder.terms import Citation, Dose, Drug, Grade, Message, Refused, Route

TABLE_1 = Citation(ASHRAF, "Table 1, as transcribed in nlmixr2lib", Grade.SECONDARY)
TABLE_2 = Citation(ASHRAF, "Table 2, as transcribed in nlmixr2lib", Grade.SECONDARY)
SUPPLEMENT = Citation(ASHRAF, "Supplement S3, as transcribed in nlmixr2lib", Grade.SECONDARY)
FIRST_PASS, KETAMINE_LOST, NORKETAMINE_LOST = (
    "norketamine lost in gut wall and liver",
    "norketamine formed and lost in the liver",
    "norketamine eliminated",
)


def _table_2(name: str, value: float, unit: str, meaning: str, note: str = "") -> Parameter:
    return Parameter(name, value, unit, meaning, TABLE_2, note)


def _table_1(name: str, value: float, unit: str, meaning: str, note: str = "") -> Parameter:
    return Parameter(name, value, unit, meaning, TABLE_1, note)


PARAMETERS = (
    _table_2("ka", 1.76, "1/h", "absorption of an oral syrup"),
    _table_2("Vc", 14.4, "L", "S-ketamine central volume", "poorly determined: RSE 43%, first sample at 10 min"),
    _table_2("Q1", 287.0, "L/h", "S-ketamine intercompartmental clearance 1"),
    _table_2("V1", 102.0, "L", "S-ketamine peripheral volume 1"),
    _table_2("Q2", 22.4, "L/h", "S-ketamine intercompartmental clearance 2"),
    _table_2("V2", 180.0, "L", "S-ketamine peripheral volume 2"),
    _table_2("CLintH", 301.0, "L/h", "S-ketamine intrinsic clearance in the liver"),
    _table_2("CLintG", 1.19, "L/h", "S-ketamine intrinsic clearance in the gut wall"),
    Parameter("CLp", 4.1, "L/h", "S-ketamine permeability of the gut wall", SUPPLEMENT, "fixed"),
    _table_2("Vcn", 88.4, "L", "norketamine apparent central volume"),
    _table_2("Qn", 19.9, "L/h", "norketamine apparent intercompartmental clearance"),
    _table_2("Vpn", 88.9, "L", "norketamine apparent peripheral volume"),
    _table_2("CLintHn", 73.5, "L/h", "norketamine apparent intrinsic clearance in the liver"),
    _table_2("CLintGn", 44.4, "L/h", "norketamine apparent intrinsic clearance in the gut wall"),
    _table_1("QH", 3.75, "L/h/kg^0.75", "hepatic blood flow, times (weight in kg)^0.75"),
    _table_1("intestinal", 0.40, "fraction", "intestinal share of hepatic blood flow"),
    _table_1("mucosal", 0.80, "fraction", "mucosal share of intestinal blood flow"),
    _table_1("villous", 0.60, "fraction", "villous share of mucosal blood flow"),
    _table_1("fu", 0.70, "fraction", "S-ketamine unbound in plasma"),
    _table_1("BP", 0.50, "ratio", "S-ketamine in blood over plasma", "fu/BP is 1.4: a modelling constant"),
    _table_1("fun", 0.50, "fraction", "norketamine unbound in plasma", "blood over plasma 1"),
    Parameter("fm2B6", 0.63, "fraction", "share of S-ketamine's liver clearance that is CYP2B6", SUPPLEMENT),
    Parameter("active2B6", 1.0, "fraction", "CYP2B6 that is active", SUPPLEMENT, "1 without an inhibitor"),
)
STRUCTURE = Structure(
    compartments=(
        "oral depot",
        "central",
        "peripheral 1",
        "peripheral 2",
        "norketamine central",
        "norketamine peripheral",
    ),
    sinks=(FIRST_PASS, KETAMINE_LOST, NORKETAMINE_LOST),
    flows=(
        Flow("oral depot", "central", "ka", share="oral_F"),
        Flow("oral depot", "norketamine central", "ka", share="oral_norketamine"),
        Flow("oral depot", FIRST_PASS, "ka", share="oral_lost"),
        *exchange("central", "peripheral 1", "Q1", ("Vc", "V1")),
        *exchange("central", "peripheral 2", "Q2", ("Vc", "V2")),
        Flow("central", "norketamine central", "CL", "Vc", share="FHn"),
        Flow("central", KETAMINE_LOST, "CL", "Vc", share="EHn"),
        *exchange("norketamine central", "norketamine peripheral", "Qn", ("Vcn", "Vpn")),
        Flow("norketamine central", NORKETAMINE_LOST, "CLn", "Vcn"),
    ),
    outputs={"ketamine": Output("central", "Vc"), "norketamine": Output("norketamine central", "Vcn")},
)


def _first_pass(p: Parameters) -> dict[str, Array]:
    """Extractions of liver (E) and gut wall, and the shares F that escape them; n marks norketamine."""
    villous = p["intestinal"] * p["mucosal"] * p["villous"] * p["QH"]
    gut = villous * p["CLp"] / (villous + p["CLp"])
    escaped_gut = gut / (gut + p["CLintG"])
    liver = p["CLintH"] * (p["active2B6"] * p["fm2B6"] + 1 - p["fm2B6"]) * p["fu"] / p["BP"]
    extracted = liver / (p["QH"] + liver)
    escaped_gut_n = villous / (villous + p["CLintGn"])
    escaped_liver_n = p["QH"] / (p["QH"] + p["fun"] * p["CLintHn"])
    oral_F = escaped_gut * (1 - extracted)
    oral_norketamine = escaped_liver_n * (extracted * escaped_gut + (1 - escaped_gut) * escaped_gut_n)
    return {
        "oral_F": oral_F,
        "oral_norketamine": oral_norketamine,
        "oral_lost": 1 - oral_F - oral_norketamine,
        "CL": p["QH"] * extracted,
        "FHn": escaped_liver_n,
        "EHn": 1 - escaped_liver_n,
        "CLn": p["QH"] * (1 - escaped_liver_n),
    }


def _oral(dose: Dose, _unit: int, _parameters: Parameters) -> tuple[Input, ...]:
    if dose.duration_h:
        raise Refused("oral dose duration", dose.duration_h, "zero hours: a syrup is swallowed at once")
    return (at_once("oral depot", np.array([dose.amount_mg]), dose),)


def _for_person(typical: dict[str, float], person: Covariates) -> dict[str, float]:
    """Weight acts through hepatic blood flow alone."""
    return typical | {"QH": typical["QH"] * person.weight_kg**0.75}


def _differs(name: str, variance: float) -> Variability:
    return Variability((name,), Scale.LOG, ((variance,),), f"variance {variance:g} (log scale)", TABLE_2)


SITE_NOT_STATED = Message("Where blood was taken is not stated in what was read of Ashraf 2018; taken as venous.")
TWO_MINUTES = Range(2.0, 2.0, "one infusion time: 2 min")
MODEL = Model(
    id="ashraf_2018",
    title="Ashraf 2018",
    source=ASHRAF,
    population=(
        "41 healthy adults (20 women), 19-35 years, 50-88 kg, five studies; 0.2 to 0.3 mg/kg S-ketamine as a syrup, "
        "0.1 mg/kg intravenously over 2 min in one study; samples to 24 h"
    ),
    routes={Route.ORAL: _oral, Route.INTRAVENOUS: intravenous("central")},
    enantiomers={Drug.ESKETAMINE: (ESKETAMINE,), Drug.KETAMINE: (ESKETAMINE, arketamine())},
    units={"time": "h", "amount": "mg", "volume": "L", "concentration": "ng/mL"},
    matrix="plasma",
    validity=Validity(
        age_years=Range(19.0, 35.0, "19-35 years, Supplement S1"),
        weight_kg=Range(50.0, 88.0, "50-88 kg, Supplement S1"),
        use_for="S-ketamine and norketamine after oral S-ketamine in adults",
        not_for=(Message("Adults only."),),
        claims=(
            Claim(
                Drug.ESKETAMINE,
                Route.ORAL,
                Sampling.VENOUS,
                place=1,
                dose_mg=Range(10.0, 26.4, "0.2 to 0.3 mg/kg at 50 to 88 kg"),
                note=SITE_NOT_STATED,
            ),
            Claim(
                Drug.KETAMINE,
                Route.ORAL,
                Sampling.VENOUS,
                place=2,
                dose_mg=Range(20.0, 52.8, "twice the S-ketamine: 0.2 to 0.3 mg/kg at 50 to 88 kg"),
                note=Message(
                    "Ashraf 2018 analysed S-ketamine. For the racemate it gives 0.63 of an observed ketamine peak and "
                    "1.09 of the norketamine peak (Chong 2006, six patients)."
                ),
            ),
            Claim(
                Drug.ESKETAMINE,
                Route.INTRAVENOUS,
                Sampling.VENOUS,
                place=3,
                dose_mg=Range(5.0, 8.8, "0.1 mg/kg over 2 min at 50 to 88 kg"),
                note=SITE_NOT_STATED,
                place_of_a_bolus=1,
                infusion_min=TWO_MINUTES,
            ),
            Claim(
                Drug.KETAMINE,
                Route.INTRAVENOUS,
                Sampling.VENOUS,
                place=5,
                dose_mg=Range(10.0, 17.6, "twice the S-ketamine: 0.1 mg/kg over 2 min at 50 to 88 kg"),
                note=SITE_NOT_STATED,
                place_of_a_bolus=1,
                infusion_min=TWO_MINUTES,
            ),
        ),
        by_route={
            Route.INTRAVENOUS: Message(
                "Few intravenous data, none before 10 min: peaks at the end of an infusion come out 1.6 times those of "
                "venous samples. Medians of injured patients 5 to 30 min after 0.25 and 0.5 mg/kg of the racemate at "
                "once were 0.6 to 1.0 of what this model says."
            )
        },
    ),
    structure=STRUCTURE,
    parameters=PARAMETERS,
    effects=(),
    variability=(
        _differs("CLintH", 0.25),
        _differs("CLintG", 2.1),
        _differs("ka", 0.42),
        _differs("V1", 0.045),
        _differs("CLintHn", 0.1),
    ),
    residual=(
        _table_2("sigma2_ketamine", 0.086, "variance (proportional)", "residual error of S-ketamine"),
        _table_2("sigma2_norketamine", 0.062, "variance (proportional)", "residual error of norketamine"),
    ),
    covariates=("weight_kg",),
    reference={},
    for_person=_for_person,
    pathways={
        Pathway.LIVER: ("CLintH",),
        Pathway.GUT_WALL: ("CLintG",),
        Pathway.CYP2B6: ("active2B6",),
        Pathway.METABOLITE: ("CLintHn",),
    },
    derive=_first_pass,
    printed_for={"weight_kg": 70.0},
    conflicts=(
        Conflict(
            "oral-bioavailability",
            Message(
                "Oral bioavailability of S-ketamine is 13% in Ashraf 2018, 8% in Fanta 2015 and 18% in Perez-Ruixo "
                "2021. In the 11 men of Fanta 2015 the area by mouth was 0.45 of what this model says, that of "
                "norketamine 0.58, and the area after a bolus 0.78."
            ),
            (
                Citation(FANTA, "abstract", Grade.SOURCE),
                Citation(PEREZ_RUIXO, "abstract", Grade.SOURCE),
            ),
        ),
    ),
    assumptions=(
        R_ALIKE,
        Message(
            "All of the extracted S-ketamine is taken to form norketamine, as in Ashraf 2018, so norketamine values "
            "are apparent; no molar-mass factor applies."
        ),
    ),
)
