"""Simons 2022: S-ketamine, S-norketamine and S-hydroxynorketamine in arterial plasma, by vein and by oral thin film.

Chains of transit compartments stand for metabolism. Amounts are carried as S-ketamine; concentrations in the paper are
nmol/mL, here ng/mL by molar mass.
"""

from __future__ import annotations

import numpy as np

from ketaminder.pharmacology.model import (
    ESKETAMINE,
    Array,
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
    exchange,
    intravenous,
    released,
)
from ketaminder.pharmacology.molar_mass import HYDROXYNORKETAMINE_PER_KETAMINE, NORKETAMINE_PER_KETAMINE
from ketaminder.pharmacology.racemate import CLEARANCE_RATIO, R_NORKETAMINE, R_ON_CL, R_SLOWER
from ketaminder.pharmacology.scaling import ByWeight
from ketaminder.pharmacology.sources import SIMONS
from ketaminder.pharmacology.validity import Claim, Range, Sampling, Validity, two_sd
from ketaminder.terms import Citation, Dose, Drug, Grade, Message, Refused, Route

TABLE_4 = Citation(SIMONS, "Table 4, as transcribed in nlmixr2lib", Grade.SECONDARY)
FIXED = Citation(SIMONS, "Methods and Figure 2, fixed, as transcribed in nlmixr2lib", Grade.SECONDARY)
SCALED_BY_TRANSCRIBERS = Citation(
    SIMONS,
    "Table 4 gives values per 70 kg and no exponent; 0.75 and 1 assumed by the transcribers (nlmixr2lib)",
    Grade.SECONDARY,
)
LOST_TO_OTHERS, LOST_NORKETAMINE, LOST_HYDROXYNORKETAMINE = (
    "other metabolites",
    "other norketamine metabolites",
    "hydroxynorketamine eliminated",
)


def _per_minute(name: str, printed: float, unit: str, meaning: str, note: str = "") -> Parameter:
    """A clearance (L/min) or rate (1/min) of Table 4, in hours."""
    said = f"printed {printed:g} {unit.replace('/h', '/min')}"
    return Parameter(name, 60 * printed, unit, meaning, TABLE_4, f"{said}; {note}" if note else said)


def _minutes(name: str, printed: float, meaning: str) -> Parameter:
    return Parameter(name, printed / 60, "h", meaning, TABLE_4, f"printed {printed:g} min")


def _litres(name: str, value: float, meaning: str) -> Parameter:
    return Parameter(name, value, "L", meaning, TABLE_4)


PARAMETERS = (
    _litres("VK1", 11.6, "S-ketamine central volume at 70 kg; also that of S-norketamine, set equal"),
    _litres("VK2", 39.0, "S-ketamine peripheral volume 1 at 70 kg"),
    _litres("VK3", 174.0, "S-ketamine peripheral volume 2 at 70 kg"),
    _per_minute("CLK1", 1.48, "L/h", "S-ketamine clearance into the chain to S-norketamine at 70 kg"),
    _per_minute("CLK2", 2.43, "L/h", "S-ketamine intercompartmental clearance 1 at 70 kg"),
    _per_minute("CLK3", 1.21, "L/h", "S-ketamine intercompartmental clearance 2 at 70 kg"),
    _minutes("MTTK", 20.1, "mean transit time of the two-step chain to S-norketamine"),
    Parameter("fmK", 0.80, "fraction", "share of metabolised S-ketamine that forms S-norketamine", FIXED),
    _litres("VN2", 221.0, "S-norketamine peripheral volume at 70 kg"),
    _per_minute("CLN1", 1.0, "L/h", "S-norketamine clearance into the chain to S-hydroxynorketamine at 70 kg"),
    _per_minute("CLN2", 2.63, "L/h", "S-norketamine intercompartmental clearance at 70 kg"),
    _minutes("MTTN", 1.12, "mean transit time of the two-step chain to S-hydroxynorketamine"),
    Parameter("fmN", 0.70, "fraction", "share of metabolised S-norketamine that forms S-hydroxynorketamine", FIXED),
    _litres("VH1", 4.4, "S-hydroxynorketamine central volume at 70 kg"),
    _litres("VH2", 87.5, "S-hydroxynorketamine peripheral volume at 70 kg"),
    _per_minute("CLH1", 0.933, "L/h", "S-hydroxynorketamine clearance at 70 kg"),
    _per_minute("CLH2", 1.7, "L/h", "S-hydroxynorketamine intercompartmental clearance at 70 kg"),
    Parameter("F1", 0.263, "fraction", "film: share absorbed through the mucosa", TABLE_4),
    _minutes("D1", 13.1, "film: duration of the zero-order release to the mucosa"),
    _per_minute("KA1", 0.04, "1/h", "film: absorption through the mucosa"),
    Parameter(
        "F2",
        1.16,
        "fraction",
        "film: swallowed amount that reaches liver metabolism, over the dose",
        TABLE_4,
        "no bioavailability: with F1 it exceeds one, since it absorbs the scale of the metabolite volumes",
    ),
    _minutes("D2", 29.9, "film: duration of the zero-order release of the swallowed share"),
    _per_minute("KA2", 0.049, "1/h", "film: absorption of the swallowed share"),
    _minutes("MTTG", 10.7, "film: mean transit time from gut to liver, one step"),
)
WEIGHT_ON_VOLUME = Parameter(
    "weight_on_volume", 1.0, "exponent", "volumes x (weight/70 kg)^exponent", SCALED_BY_TRANSCRIBERS
)
WEIGHT_ON_CLEARANCE = Parameter(
    "weight_on_clearance", 0.75, "exponent", "clearances x (weight/70 kg)^exponent", SCALED_BY_TRANSCRIBERS
)


def _differs(name: str, between_people: float = 0.0, between_occasions: float = 0.0) -> Variability:
    """Log-scale variances of Table 4. One simulated occasion holds both kinds."""
    printed = f"variances {between_people:g} between people, {between_occasions:g} between occasions (log scale)"
    return Variability((name,), Scale.LOG, ((between_people + between_occasions,),), printed, TABLE_4)


VARIABILITY = (
    _differs("VK1", 0.057),
    _differs("CLK1", 0.029),
    _differs("CLK3", 0.026),
    _differs("MTTK", 0.021),
    _differs("CLN1", 0.05),
    _differs("VH1", 1.22),
    _differs("VH2", between_occasions=0.152),
    _differs("CLH1", 0.103, 0.008),
    _differs("CLH2", 0.287),
    _differs("F1", between_occasions=0.06),
    _differs("D1", between_occasions=0.154),
    _differs("KA1", between_occasions=0.062),
    _differs("F2", between_occasions=0.057),
    _differs("D2", between_occasions=0.611),
    _differs("KA2", between_occasions=0.376),
    _differs("MTTG", between_occasions=0.937),
)
STRUCTURE = Structure(
    compartments=(
        "film mucosal depot",
        "film swallowed depot",
        "gut to liver",
        "central",
        "peripheral 1",
        "peripheral 2",
        "chain K1",
        "chain K2",
        "norketamine central",
        "norketamine peripheral",
        "chain N1",
        "chain N2",
        "hydroxynorketamine central",
        "hydroxynorketamine peripheral",
    ),
    sinks=(LOST_TO_OTHERS, LOST_NORKETAMINE, LOST_HYDROXYNORKETAMINE),
    flows=(
        Flow("film mucosal depot", "central", "KA1"),
        Flow("film swallowed depot", "gut to liver", "KA2"),
        Flow("gut to liver", "chain K1", "k_gut"),
        *exchange("central", "peripheral 1", "CLK2", ("VK1", "VK2")),
        *exchange("central", "peripheral 2", "CLK3", ("VK1", "VK3")),
        Flow("central", "chain K1", "CLK1", "VK1"),
        Flow("chain K1", "chain K2", "k_chain_K"),
        Flow("chain K2", "norketamine central", "k_chain_K", share="fmK"),
        Flow("chain K2", LOST_TO_OTHERS, "k_chain_K", share="fmK_other"),
        *exchange("norketamine central", "norketamine peripheral", "CLN2", ("VK1", "VN2")),
        Flow("norketamine central", "chain N1", "CLN1", "VK1"),
        Flow("chain N1", "chain N2", "k_chain_N"),
        Flow("chain N2", "hydroxynorketamine central", "k_chain_N", share="fmN"),
        Flow("chain N2", LOST_NORKETAMINE, "k_chain_N", share="fmN_other"),
        *exchange("hydroxynorketamine central", "hydroxynorketamine peripheral", "CLH2", ("VH1", "VH2")),
        Flow("hydroxynorketamine central", LOST_HYDROXYNORKETAMINE, "CLH1", "VH1"),
    ),
    outputs={
        "ketamine": Output("central", "VK1"),
        "norketamine": Output("norketamine central", "VK1", NORKETAMINE_PER_KETAMINE),
        "hydroxynorketamine": Output("hydroxynorketamine central", "VH1", HYDROXYNORKETAMINE_PER_KETAMINE),
    },
)


def _chains(parameters: Parameters) -> dict[str, Array]:
    """Each of two steps of a chain drains at 2 over its mean transit time, one step at 1 over it."""
    return {
        "k_chain_K": 2 / parameters["MTTK"],
        "k_chain_N": 2 / parameters["MTTN"],
        "k_gut": 1 / parameters["MTTG"],
        "fmK_other": 1 - parameters["fmK"],
        "fmN_other": 1 - parameters["fmN"],
    }


def _film(dose: Dose, _unit: int, parameters: Parameters) -> tuple[Input, ...]:
    """Mucosal and swallowed inputs; together more than the dose, as F2 says."""
    if dose.duration_h:
        raise Refused("film dose duration", dose.duration_h, "zero hours: a film is placed at once")
    given = np.array([dose.amount_mg])
    return (
        released("film mucosal depot", parameters["F1"] * given, dose, parameters["D1"]),
        released("film swallowed depot", parameters["F2"] * given, dose, parameters["D2"]),
    )


VOLUMES = ("VK1", "VK2", "VK3", "VN2", "VH1", "VH2")
CLEARANCES = ("CLK1", "CLK2", "CLK3", "CLN1", "CLN2", "CLH1", "CLH2")
LATE = Message(
    "Arterial samples after the infusions behind Simons 2022 end 2 h after its start: later is extrapolated."
)
TWENTY_MINUTES = Range(20.0, 20.0, "one infusion time: 20 min")
MODEL = Model(
    id="simons_2022",
    title="Simons 2022",
    source=SIMONS,
    population=(
        "20 healthy volunteers (10 women), 24 (SD 3) years, 73 (12) kg; 50 and 100 mg S-ketamine film under the tongue "
        "or in the cheek, held 10 min, and 20 mg intravenously over 20 min; arterial samples"
    ),
    routes={Route.INTRAVENOUS: intravenous("central"), Route.SUBLINGUAL: _film},
    enantiomers={Drug.ESKETAMINE: (ESKETAMINE,), Drug.KETAMINE: (ESKETAMINE, arketamine(CLK1=R_ON_CL))},
    units={"time": "h", "amount": "mg, as S-ketamine", "volume": "L", "concentration": "ng/mL"},
    matrix="arterial plasma",
    validity=Validity(
        age_years=two_sd(((24.0, 3.0),), "years"),
        weight_kg=Range(53.0, 93.0, "53-93 kg, Table 1"),
        use_for="arterial plasma after intravenous S-ketamine, and after an oral thin film of S-ketamine, in adults",
        not_for=(Message("Adults only."), Message("Not for venous samples: peaks come out much higher.")),
        claims=(
            Claim(
                Drug.ESKETAMINE,
                Route.INTRAVENOUS,
                Sampling.ARTERIAL,
                place=1,
                until_h=2.0,
                dose_mg=Range(20.0, 20.0, "20 mg over 20 min"),
                infusion_min=TWENTY_MINUTES,
                note=LATE,
            ),
            Claim(
                Drug.KETAMINE,
                Route.INTRAVENOUS,
                Sampling.ARTERIAL,
                place=1,
                until_h=2.0,
                dose_mg=Range(40.0, 40.0, "twice the S-ketamine: 20 mg over 20 min"),
                infusion_min=TWENTY_MINUTES,
                note=LATE,
            ),
            Claim(
                Drug.ESKETAMINE,
                Route.SUBLINGUAL,
                Sampling.ARTERIAL,
                place=1,
                until_h=6.0,
                dose_mg=Range(50.0, 100.0, "50 and 100 mg film"),
                note=Message("An oral thin film, sublingual or buccal, held for 10 min; arterial samples to 6 h."),
            ),
        ),
    ),
    structure=STRUCTURE,
    parameters=PARAMETERS,
    effects=(WEIGHT_ON_VOLUME, WEIGHT_ON_CLEARANCE),
    variability=VARIABILITY,
    residual=(
        Parameter(
            "sigma_ketamine",
            0.1095,
            "fraction (proportional SD)",
            "residual error of S-ketamine",
            TABLE_4,
            "printed 0.012, read as a variance by the transcribers: Figure 3 rules out an SD of 0.012",
        ),
        Parameter("sigma_norketamine", 0.102, "fraction (proportional SD)", "residual error of S-norketamine", TABLE_4),
        Parameter("sigma_norketamine_add", 0.058, "nmol/mL (additive SD)", "residual error of S-norketamine", TABLE_4),
        Parameter(
            "sigma_hydroxynorketamine",
            0.079,
            "fraction (proportional SD)",
            "residual error of S-hydroxynorketamine",
            TABLE_4,
        ),
        Parameter(
            "sigma_hydroxynorketamine_add",
            0.02,
            "nmol/mL (additive SD)",
            "residual error of S-hydroxynorketamine",
            TABLE_4,
        ),
    ),
    covariates=("weight_kg",),
    reference={},
    for_person=ByWeight(VOLUMES, CLEARANCES, WEIGHT_ON_VOLUME, WEIGHT_ON_CLEARANCE),
    pathways={Pathway.LIVER: ("CLK1",), Pathway.METABOLITE: ("CLN1",)},
    derive=_chains,
    printed_for={"weight_kg": 70.0},
    conflicts=(CLEARANCE_RATIO, R_NORKETAMINE),
    assumptions=(
        R_SLOWER,
        Message(
            "A variance of 0.751 that Table 4 prints on a row where it has no meaning is not used; the transcribers "
            "assigned it to the transit time to S-norketamine."
        ),
    ),
    errata=(
        "The nmol/mL rows of Table 2 for S-hydroxynorketamine imply a molar mass near 300; its ng/mL rows are used.",
        "The residual error of S-ketamine is printed as 0.012, which is a variance.",
    ),
)
