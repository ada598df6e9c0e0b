"""Otto 2021: S-ketamine and S-norketamine in venous plasma after intravenous S-ketamine.

S-ketamine population values fixed to Fanta 2015. The racemate runs as an S and an R copy with half the dose each;
the R copy is derived, not published.
"""

from __future__ import annotations

from ketaminder.pharmacology.model import (
    ESKETAMINE,
    Conflict,
    Flow,
    Model,
    Output,
    Parameter,
    Pathway,
    Scale,
    Structure,
    Variability,
    arketamine,
    exchange,
    intravenous,
)
from ketaminder.pharmacology.racemate import CLEARANCE_RATIO, R_NORKETAMINE, R_ON_CL, R_SLOWER
from ketaminder.pharmacology.scaling import ByWeight
from ketaminder.pharmacology.sources import FANTA, ZANOS
from ketaminder.pharmacology.validity import Claim, Range, Sampling, Validity, two_sd
from ketaminder.terms import Citation, Drug, Grade, Message, Route, Source

PAPER = Source(
    id="otto-2021",
    citation=(
        "Otto ME, Bergmann KR, Jacobs G, van Esdonk MJ. Predictive performance of parent-metabolite population "
        "pharmacokinetic models of (S)-ketamine in healthy volunteers. Eur J Clin Pharmacol 2021;77(8):1181-1192."
    ),
    year=2021,
    identifiers={"doi": "10.1007/s00228-021-03104-1"},
    kind="paper",
)
TABLE_3 = Citation(PAPER, "Table 3 and supplementary control stream, as transcribed in nlmixr2lib", Grade.SECONDARY)
FIXED = Citation(
    FANTA, "fixed in Otto 2021, Table 3 and supplementary control stream, as transcribed in nlmixr2lib", Grade.SECONDARY
)
FOOTNOTE = Citation(
    PAPER, "Table 3 footnote and supplementary control stream, as transcribed in nlmixr2lib", Grade.SECONDARY
)
NO_BOLUS_PEAK = Message(
    "Not for the first minutes after a bolus: at 2 min this model gives 0.24 of a peak that was reported after racemic "
    "10 mg (Pharmacotherapy 2022;42(4):298-310). The area agrees."
)
INFUSIONS = Range(30.0, 120.0, "30 min, and steps over 2 h")
UNSCALED = "not scaled by weight"


def _otto(name: str, value: float, unit: str, meaning: str, note: str = "") -> Parameter:
    return Parameter(name, value, unit, meaning, TABLE_3, note)


def _fanta(name: str, value: float, unit: str, meaning: str, note: str = "") -> Parameter:
    return Parameter(name, value, unit, meaning, FIXED, note)


PARAMETERS = (
    _fanta("V1", 133.0, "L", "S-ketamine central volume at 70 kg"),
    _fanta("CL", 95.2, "L/h", "S-ketamine clearance at 70 kg, all of it to S-norketamine"),
    _fanta("V2", 187.0, "L", "S-ketamine peripheral volume 1", UNSCALED),
    _fanta("Q2", 23.2, "L/h", "S-ketamine intercompartmental clearance 1", UNSCALED),
    _fanta("V3", 98.8, "L", "S-ketamine peripheral volume 2", UNSCALED),
    _fanta("Q3", 157.0, "L/h", "S-ketamine intercompartmental clearance 2", UNSCALED),
    _otto("Vn", 98.638, "L", "S-norketamine apparent central volume at 70 kg", "printed 98.6"),
    _otto("CLn", 57.72, "L/h", "S-norketamine apparent clearance at 70 kg", "printed 57.7"),
    _otto("Vpn", 160.04, "L", "S-norketamine apparent peripheral volume", f"printed 160; {UNSCALED}"),
    _otto("Qn", 42.778, "L/h", "S-norketamine apparent intercompartmental clearance", f"printed 42.8; {UNSCALED}"),
)
WEIGHT_ON_VOLUME = Parameter("weight_on_volume", 1.0, "exponent", "V1 and Vn x (weight/70 kg)^exponent", FOOTNOTE)
WEIGHT_ON_CLEARANCE = Parameter(
    "weight_on_clearance", 0.75, "exponent", "CL and CLn x (weight/70 kg)^exponent", FOOTNOTE
)
STRUCTURE = Structure(
    compartments=("central", "peripheral 1", "peripheral 2", "norketamine central", "norketamine peripheral"),
    sinks=("norketamine eliminated",),
    flows=(
        *exchange("central", "peripheral 1", "Q2", ("V1", "V2")),
        *exchange("central", "peripheral 2", "Q3", ("V1", "V3")),
        Flow("central", "norketamine central", "CL", "V1"),
        *exchange("norketamine central", "norketamine peripheral", "Qn", ("Vn", "Vpn")),
        Flow("norketamine central", "norketamine eliminated", "CLn", "Vn"),
    ),
    outputs={"ketamine": Output("central", "V1"), "norketamine": Output("norketamine central", "Vn")},
)


MODEL = Model(
    id="otto_2021",
    title="Otto 2021",
    source=PAPER,
    population=(
        "48 healthy adults, venous samples: 17 (9 men) of 23.0 (SD 3.6) years and 68.0 (7.2) kg with 10 mg S-ketamine "
        "over 30 min; 31 (17 men) of 23.6 (5.1) years and 71.3 (8.5) kg with stepped 2-h infusions. S-ketamine values "
        "from 11 healthy men (Fanta 2015)"
    ),
    routes={Route.INTRAVENOUS: intravenous("central")},
    enantiomers={Drug.KETAMINE: (ESKETAMINE, arketamine(CL=R_ON_CL)), Drug.ESKETAMINE: (ESKETAMINE,)},
    units={"time": "h", "amount": "mg", "volume": "L", "concentration": "ng/mL"},
    matrix="venous plasma",
    validity=Validity(
        age_years=two_sd(((23.0, 3.6), (23.6, 5.1)), "years"),
        weight_kg=two_sd(((68.0, 7.2), (71.3, 8.5)), "kg"),
        use_for="venous plasma after intravenous S-ketamine, and by assumption racemic ketamine, in adults",
        not_for=(
            Message("Adults only."),
            Message(
                "Not for arterial peaks: this model gives 0.41 of an arterial peak observed at the end of a 20-min "
                "infusion."
            ),
        ),
        claims=(
            Claim(
                Drug.ESKETAMINE,
                Route.INTRAVENOUS,
                Sampling.VENOUS,
                place=1,
                dose_mg=Range(10.0, 31.0, "10 mg, and 0.43 mg/kg in steps over 2 h"),
                of_a_bolus=NO_BOLUS_PEAK,
                infusion_min=INFUSIONS,
            ),
            Claim(
                Drug.KETAMINE,
                Route.INTRAVENOUS,
                Sampling.VENOUS,
                place=1,
                dose_mg=Range(20.0, 62.0, "twice the S-ketamine: 10 mg, and 0.43 mg/kg in steps over 2 h"),
                of_a_bolus=NO_BOLUS_PEAK,
                infusion_min=INFUSIONS,
            ),
        ),
    ),
    structure=STRUCTURE,
    parameters=PARAMETERS,
    effects=(WEIGHT_ON_VOLUME, WEIGHT_ON_CLEARANCE),
    variability=(
        Variability(
            ("V1", "CL"),
            Scale.LOG,
            ((0.084177, 0.02261), (0.02261, 0.026048)),
            "variances 0.084 and 0.026, covariance 0.023 (log scale)",
            TABLE_3,
        ),
        Variability(
            ("Vn", "CLn"),
            Scale.LOG,
            ((0.040426, 0.04456), (0.04456, 0.10319)),
            "variances 0.040 and 0.103, covariance 0.044 (log scale)",
            TABLE_3,
        ),
    ),
    residual=(
        _otto("sigma_ketamine", 0.2361, "fraction (proportional SD)", "residual error of S-ketamine"),
        _otto("sigma_norketamine", 0.1426, "fraction (proportional SD)", "residual error of S-norketamine"),
    ),
    covariates=("weight_kg",),
    reference={},
    for_person=ByWeight(("V1", "Vn"), ("CL", "CLn"), WEIGHT_ON_VOLUME, WEIGHT_ON_CLEARANCE),
    pathways={Pathway.LIVER: ("CL",), Pathway.METABOLITE: ("CLn",)},
    printed_for={"weight_kg": 70.0},
    conflicts=(
        CLEARANCE_RATIO,
        R_NORKETAMINE,
        Conflict(
            "racemic-peak",
            Message(
                "After racemic 0.5 mg/kg over 40 min at 70 kg this model's typical peak is 160 ng/mL; reported are 185 "
                "ng/mL (Zarate 2006) and 100 to 250 ng/mL (Krystal 1994)."
            ),
            (Citation(ZANOS, "Table 1, rows citing Zarate 2006 and Krystal 1994", Grade.SECONDARY),),
        ),
    ),
    assumptions=(
        R_SLOWER,
        Message(
            "All of the clearance is taken to form norketamine, as in the paper, so norketamine values are apparent; "
            "no molar-mass factor applies."
        ),
    ),
)
