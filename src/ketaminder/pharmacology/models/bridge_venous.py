"""Ketaminder's own set, published by nobody: one disposition for all routes and both enantiomers, read in an arm vein.

Disposition and venous delay were fitted to Kamp 2020 (arterial) and Hasan 2021 (venous) with a weak prior on clearance;
norketamine follows Perez-Ruixo 2021 with 80% formed, as Simons 2022 assumes. Each route has one absorption rate and
shares of the dose that arrive as ketamine, arrive as norketamine, or are lost. What a route makes of norketamine per mg
over what a vein makes of it (Chong 2006) is F + share/fm, so share = fm x (ratio - F).
"""

from __future__ import annotations

import numpy as np

from ketaminder.pharmacology.model import (
    ESKETAMINE,
    Array,
    Conflict,
    EnterBody,
    Flow,
    Input,
    Lag,
    Model,
    Output,
    Parameter,
    Parameters,
    Pathway,
    Structure,
    arketamine,
    at_once,
    exchange,
    intravenous,
)
from ketaminder.pharmacology.racemate import CLEARANCE_RATIO, R_NORKETAMINE, R_ON_CL, R_SLOWER
from ketaminder.pharmacology.scaling import ByWeight
from ketaminder.pharmacology.sources import CHONG, CLEMENTS_1982, HASAN, KAMP_STEREOSELECTIVE, ROLAN, SIMONS
from ketaminder.pharmacology.validity import Claim, Range, Sampling, Validity, not_stated
from ketaminder.terms import Citation, Dose, Drug, Grade, Message, Refused, Route, Source

OURS = Source(
    id="derived-bridge",
    citation="Ketaminder's own set (2026): not published; fitted to, and assembled from, the sources beside it.",
    year=2026,
    kind="derived",
)
FITTED = Citation(
    OURS, "fitted to Kamp 2020, Figure 1 a and b, and Hasan 2021, Figure 1, as digitised", Grade.CONVENTION
)
PEREZ_RUIXO_NORKETAMINE = Citation(OURS, "norketamine disposition of Perez-Ruixo 2021, Table 3", Grade.CONVENTION)
TUNED = Citation(OURS, "absorption rate chosen to go with the fitted disposition", Grade.CONVENTION)
SUBLINGUAL_FITTED = Citation(
    OURS,
    "fitted to peak times of 0.75 h (Rolan 2014) and 0.76 h and a peak of 28.6 ng/mL (Chong 2006)",
    Grade.CONVENTION,
)
ASSUMED = Citation(OURS, "assumption", Grade.CONVENTION)

NOT_ABSORBED, LOST, NORKETAMINE_LOST = "lost before the circulation", "other metabolites", "norketamine eliminated"
PROVISIONAL = "provisional: the peak to which it was set was recalled, not read"


def _fitted(name: str, value: float, unit: str, meaning: str) -> Parameter:
    return Parameter(name, value, unit, meaning, FITTED)


def _norketamine(name: str, value: float, unit: str, meaning: str) -> Parameter:
    return Parameter(name, value, unit, meaning, PEREZ_RUIXO_NORKETAMINE)


PARAMETERS = (
    _fitted("V1", 42.3, "L", "ketamine central volume at 70 kg"),
    _fitted("CL", 78.3, "L/h", "S-ketamine clearance at 70 kg"),
    _fitted("Q2", 127.0, "L/h", "ketamine intercompartmental clearance 1 at 70 kg"),
    _fitted("V2", 117.0, "L", "ketamine peripheral volume 1 at 70 kg"),
    _fitted("Q3", 33.7, "L/h", "ketamine intercompartmental clearance 2 at 70 kg"),
    _fitted("V3", 408.0, "L", "ketamine peripheral volume 2 at 70 kg"),
    _fitted("kvenous", 7.22, "1/h", "rate at which arm veins follow arterial blood"),
    Parameter(
        "fm",
        0.80,
        "fraction",
        "share of ketamine clearance that forms norketamine",
        Citation(SIMONS, "Methods and Figure 2, fixed there", Grade.SECONDARY),
    ),
    _norketamine("Vcn", 70.0, "L", "norketamine central volume at 70 kg"),
    _norketamine("CLn", 38.0, "L/h", "norketamine clearance at 70 kg"),
    _norketamine("Q3n", 26.1, "L/h", "norketamine intercompartmental clearance at 70 kg"),
    _norketamine("Vpn", 115.0, "L", "norketamine peripheral volume at 70 kg"),
    Parameter("ka_injected", 6.0, "1/h", "absorption from muscle", TUNED, PROVISIONAL),
    Parameter(
        "F_injected",
        0.93,
        "fraction",
        "share of an intramuscular dose that arrives as ketamine",
        Citation(CLEMENTS_1982, "as quoted in an unsigned summary", Grade.SECONDARY),
    ),
    Parameter("metabolite_injected", 0.0, "fraction", "share that arrives as norketamine", ASSUMED),
    Parameter("ka_oral", 1.5, "1/h", "absorption of an oral solution of the racemate", TUNED),
    Parameter(
        "F_oral",
        0.23,
        "fraction",
        "share of an oral dose that arrives as ketamine",
        Citation(CHONG, "abstract table, 23% (SD 9), n = 6", Grade.SOURCE),
    ),
    Parameter(
        "metabolite_oral",
        0.561,
        "fraction",
        "share of an oral dose that arrives as norketamine, in ketamine equivalents",
        Citation(CHONG, "abstract table, norketamine area per mg: 12.1 by mouth, 13.0 by vein", Grade.SOURCE),
        "fm x (12.1/13.0 - F_oral)",
    ),
    Parameter("ka_sublingual", 1.1, "1/h", "absorption of a sublingual wafer or lozenge", SUBLINGUAL_FITTED),
    Parameter(
        "F_sublingual",
        0.303,
        "fraction",
        "share of a sublingual dose that arrives as ketamine",
        Citation(ROLAN, "abstract, 29% (n = 8), and Chong 2006, 32% (n = 6): mean by people", Grade.SOURCE),
    ),
    Parameter(
        "metabolite_sublingual",
        0.367,
        "fraction",
        "share of a sublingual dose that arrives as norketamine, in ketamine equivalents",
        Citation(CHONG, "abstract table, norketamine area per mg: 9.9 under the tongue, 13.0 by vein", Grade.SOURCE),
        "fm x (9.9/13.0 - F_sublingual)",
    ),
)
WEIGHT_ON_VOLUME = Parameter("weight_on_volume", 1.0, "exponent", "volumes x (weight/70 kg)^exponent", ASSUMED)
WEIGHT_ON_CLEARANCE = Parameter(
    "weight_on_clearance", 0.75, "exponent", "clearances x (weight/70 kg)^exponent", ASSUMED
)
DEPOTS = ("injected", "oral", "sublingual")


def _absorbed(depot: str) -> tuple[Flow, ...]:
    place, rate = f"{depot} depot", f"ka_{depot}"
    return (
        Flow(place, "central", rate, share=f"F_{depot}"),
        Flow(place, "norketamine central", rate, share=f"metabolite_{depot}"),
        Flow(place, NOT_ABSORBED, rate, share=f"lost_{depot}"),
    )


def _rest(p: Parameters) -> dict[str, Array]:
    """What each split leaves over."""
    lost = {f"lost_{depot}": 1 - p[f"F_{depot}"] - p[f"metabolite_{depot}"] for depot in DEPOTS}
    return {"fm_other": 1 - p["fm"], **lost}


STRUCTURE = Structure(
    compartments=(
        *(f"{depot} depot" for depot in DEPOTS),
        "central",
        "peripheral 1",
        "peripheral 2",
        "norketamine central",
        "norketamine peripheral",
    ),
    sinks=(NOT_ABSORBED, LOST, NORKETAMINE_LOST),
    flows=(
        *(flow for depot in DEPOTS for flow in _absorbed(depot)),
        *exchange("central", "peripheral 1", "Q2", ("V1", "V2")),
        *exchange("central", "peripheral 2", "Q3", ("V1", "V3")),
        Flow("central", "norketamine central", "CL", "V1", share="fm"),
        Flow("central", LOST, "CL", "V1", share="fm_other"),
        *exchange("norketamine central", "norketamine peripheral", "Q3n", ("Vcn", "Vpn")),
        Flow("norketamine central", NORKETAMINE_LOST, "CLn", "Vcn"),
    ),
    outputs={
        "ketamine": Output("arm vein", "V1"),
        "norketamine": Output("norketamine central", "Vcn", mass_ratio=0.941),
    },
    lags=(Lag("arm vein", "central", "kvenous"),),
)


def _into(depot: str) -> EnterBody:
    def enter(dose: Dose, _unit: int, _parameters: Parameters) -> tuple[Input, ...]:
        if dose.duration_h:
            raise Refused(f"{dose.route} dose duration", dose.duration_h, "zero hours: the dose is given at once")
        return (at_once(f"{depot} depot", np.array([dose.amount_mg]), dose),)

    return enter


INTRAMUSCULAR_PROVISIONAL = Message(
    "The intramuscular absorption rate is provisional: it rests on one peak that was recalled, not read. The highest "
    "medians of injured patients were 0.6 (0.5 mg/kg) and 1.0 (1 mg/kg) of the peaks of this set (Hirlinger 1984)."
)
SUBCUTANEOUS_BORROWED = Message(
    "No subcutaneous parameter could be read: the provisional intramuscular input stands in. Do not compare the two "
    "routes by it."
)
WAFER = Message(
    "Sublingual values are those of a racemic wafer (Rolan 2014, eight people) and lozenge (Chong 2006, six patients). "
    "The patients' ketamine area was a third above that of this set."
)
ORAL_TUNED = Message(
    "The oral absorption rate was chosen to meet the ketamine peak of Chong 2006 (six patients). Their ketamine area "
    "was a third above that of this set. The norketamine areas of three Japanese volunteers were half as high again "
    "(Yanagihara 2003)."
)


BY_VEIN = {
    Drug.KETAMINE: Range(5.0, 140.0, "by vein, racemic 5 mg, and 140 mg in steps over 3 h"),
    Drug.ESKETAMINE: Range(2.5, 70.0, "by vein, 2.5 mg within the racemate, and 70 mg in steps over 3 h"),
}
INFUSIONS = Range(30.0, 180.0, "30 min, and steps over 3 h")
MOUTH = Range(25.0, 25.0, "racemic 25 mg")
HALF = Range(12.5, 12.5, "12.5 mg within the racemate")


def claims(sampling: Sampling, intravenous_place: int) -> tuple[Claim, ...]:
    """The same questions for venous and for arterial blood."""
    return (
        *(
            Claim(drug, Route.INTRAVENOUS, sampling, intravenous_place, doses, infusion_min=INFUSIONS)
            for drug, doses in BY_VEIN.items()
        ),
        *(
            Claim(drug, route, sampling, 1, doses)
            for drug, doses in BY_VEIN.items()
            for route in (Route.INTRAMUSCULAR, Route.SUBCUTANEOUS)
        ),
        Claim(Drug.KETAMINE, Route.ORAL, sampling, 1, MOUTH),
        Claim(Drug.KETAMINE, Route.SUBLINGUAL, sampling, 1, MOUTH),
        Claim(Drug.ESKETAMINE, Route.SUBLINGUAL, sampling, 2, HALF),
    )


MODEL = Model(
    id="bridge_venous",
    title="Ketaminder's own set, venous",
    source=OURS,
    population="none of its own: fitted to the means of 20 (Kamp 2020) and 15 (Hasan 2021) healthy adults",
    routes={
        Route.INTRAVENOUS: intravenous("central"),
        Route.INTRAMUSCULAR: _into("injected"),
        Route.SUBCUTANEOUS: _into("injected"),
        Route.ORAL: _into("oral"),
        Route.SUBLINGUAL: _into("sublingual"),
    },
    enantiomers={Drug.KETAMINE: (ESKETAMINE, arketamine(CL=R_ON_CL)), Drug.ESKETAMINE: (ESKETAMINE,)},
    units={"time": "h", "amount": "mg, as ketamine", "volume": "L", "concentration": "ng/mL"},
    matrix="venous plasma",
    validity=Validity(
        age_years=not_stated(18.0),
        weight_kg=not_stated(),
        use_for="routes without a published model that could be read, and comparisons across routes",
        not_for=(
            Message("Adults only."),
            Message(
                "Derived, not published. Its venous peaks at the end of an infusion are 19 to 32% above those observed."
            ),
        ),
        claims=claims(Sampling.VENOUS, intravenous_place=2),
        by_route={
            Route.INTRAMUSCULAR: INTRAMUSCULAR_PROVISIONAL,
            Route.SUBCUTANEOUS: SUBCUTANEOUS_BORROWED,
            Route.SUBLINGUAL: WAFER,
            Route.ORAL: ORAL_TUNED,
        },
    ),
    structure=STRUCTURE,
    parameters=PARAMETERS,
    effects=(WEIGHT_ON_VOLUME, WEIGHT_ON_CLEARANCE),
    variability=(),
    residual=(),
    covariates=("weight_kg",),
    reference={},
    for_person=ByWeight(
        ("V1", "V2", "V3", "Vcn", "Vpn"), ("CL", "Q2", "Q3", "CLn", "Q3n"), WEIGHT_ON_VOLUME, WEIGHT_ON_CLEARANCE
    ),
    derive=_rest,
    pathways={Pathway.LIVER: ("CL",), Pathway.METABOLITE: ("CLn",)},
    printed_for={"weight_kg": 70.0},
    derived_by_us=True,
    conflicts=(
        CLEARANCE_RATIO,
        R_NORKETAMINE,
        Conflict(
            "bridge-fit",
            Message(
                "Ketaminder's own set was fitted to Kamp 2020 and Hasan 2021: agreement with either is no independent "
                "check."
            ),
            (
                Citation(KAMP_STEREOSELECTIVE, "Figure 1 a and b, third-party digitisation", Grade.SECONDARY),
                Citation(HASAN, "Figure 1, third-party digitisation", Grade.SECONDARY),
            ),
        ),
    ),
    assumptions=(
        R_SLOWER,
        Message("Ketaminder's own set is published by nobody and has no differences between people."),
    ),
)
