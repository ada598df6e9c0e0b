"""Perez-Ruixo 2021: esketamine and noresketamine after nasal, oral and intravenous esketamine.

Nasal depot and swallowed share; central, two peripheral and one hepato-portal compartment with a well-stirred
liver; two noresketamine compartments. The paper prints its rate constants with the unit L/h; they are 1/h.
"""

from __future__ import annotations

import numpy as np

from ketaminder.pharmacology.dosing import require_one_device
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
    at_once,
    exchange,
    intravenous,
    lognormal,
    released,
)
from ketaminder.pharmacology.sources import ETHNICITY, PEREZ_RUIXO, SPRAVATO_LABEL
from ketaminder.pharmacology.validity import Claim, Range, Sampling, Validity
from ketaminder.terms import Ancestry, Citation, Dose, Drug, Grade, Message, Refused, Route

TABLE_2 = Citation(PEREZ_RUIXO, "Table 2 and abstract, as transcribed in the nlmixr2lib model library", Grade.SECONDARY)
TABLE_3 = Citation(PEREZ_RUIXO, "Table 3, as transcribed in the nlmixr2lib model library", Grade.SECONDARY)
TABLE_4 = Citation(PEREZ_RUIXO, "Table 4, as transcribed in the nlmixr2lib model library", Grade.SECONDARY)

SITE_NOT_STATED = Message("Where blood was taken is not stated in what was read of Perez-Ruixo 2021; taken as venous.")
ASIAN = frozenset({Ancestry.JAPANESE, Ancestry.ASIAN_NON_JAPANESE})
UNCHANGED_UP_TO_YEARS = 60.0


def _table_3(name: str, value: float, unit: str, meaning: str, note: str = "") -> Parameter:
    return Parameter(name, value, unit, meaning, TABLE_3, note)


RATE_NOTE = "printed with the unit L/h; a rate constant"
PARAMETERS = (
    _table_3("FRn", 0.54, "fraction", "share of a 28-mg device absorbed through the nasal cavity"),
    _table_3("FRn_later", 0.62, "ratio", "multiplier on FRn for the second and third device of a session"),
    _table_3("ka_n", 2.93, "1/h", "absorption from the nasal cavity into the central compartment", RATE_NOTE),
    _table_3("Dsw", 0.53, "h", "duration of the zero-order release of the swallowed share"),
    _table_3("ka_sw", 1.45, "1/h", "absorption of the swallowed share into the liver compartment", RATE_NOTE),
    _table_3("Dpo", 0.32, "h", "duration of the zero-order release of an oral solution", "unit misprinted; a duration"),
    _table_3("ka_po", 0.97, "1/h", "absorption of an oral solution into the liver compartment", RATE_NOTE),
    _table_3("Fgut", 0.64, "fraction", "share of a swallowed amount that escapes the gut wall"),
    _table_3("Vc", 192.0, "L", "esketamine central volume"),
    _table_3("Q1", 84.3, "L/h", "esketamine intercompartmental clearance 1"),
    _table_3("Vp1", 143.0, "L", "esketamine peripheral volume 1"),
    _table_3("Q2", 37.6, "L/h", "esketamine intercompartmental clearance 2"),
    _table_3("Vp2", 417.0, "L", "esketamine peripheral volume 2"),
    _table_3("Qh", 151.0, "L/h", "hepatic blood flow between central and liver compartments"),
    _table_3("Vh", 101.0, "L", "hepato-portal volume"),
    _table_3("kel", 1.11, "1/h", "liver elimination to metabolites other than noresketamine", RATE_NOTE),
    _table_3("kmet", 2.77, "1/h", "liver conversion to noresketamine", RATE_NOTE),
    _table_3("Vcn", 70.0, "L", "noresketamine apparent central volume (Vcn/F)"),
    _table_3("CLn", 38.0, "L/h", "noresketamine apparent clearance (CLn/F)"),
    _table_3("Vpn", 115.0, "L", "noresketamine apparent peripheral volume (Vpn/F)"),
    _table_3("Q3", 26.1, "L/h", "noresketamine apparent intercompartmental clearance (Q3/F)"),
)
JAPANESE_ON_FRN = _table_3("japanese_on_FRn", 1.34, "ratio", "multiplier on FRn for Japanese people")
ASIAN_ON_KEL = _table_3("asian_on_kel", 0.36, "ratio", "multiplier on kel for Asian people, Japanese included")
ASIAN_ON_CLN = _table_3("asian_on_CLn", 0.81, "ratio", "multiplier on CLn for Asian people, Japanese included")
AGE_ON_QH = _table_3("age_on_Qh", -2.19, "L/h/year", "change of Qh with each year of age above 60")

# The 70.8 % of FRn is the SD x 100 of a term added on the logit scale (Section 2.4), so no CV.
VARIABILITY = (
    Variability(("FRn",), Scale.LOGIT, ((0.708**2,),), "70.8 %: SD x 100 of a term added to the logit", TABLE_3),
    lognormal("ka_n", 61.5, TABLE_3),
    lognormal("ka_sw", 132.0, TABLE_3),
    lognormal("ka_po", 132.0, TABLE_3),
    lognormal("Vc", 27.5, TABLE_3),
    lognormal("Vp1", 49.3, TABLE_3),
    lognormal("Qh", 23.2, TABLE_3),
    lognormal("Vh", 34.6, TABLE_3),
    lognormal("kel", 120.0, TABLE_3),
    lognormal("Vcn", 31.6, TABLE_3),
    lognormal("CLn", 25.4, TABLE_3),
)
GUT_WALL, OTHER_METABOLITES, METABOLITE_LOST = (
    "lost in the gut wall",
    "eliminated in the liver",
    "noresketamine eliminated",
)

STRUCTURE = Structure(
    compartments=(
        "nasal depot",
        "swallowed depot",
        "oral depot",
        "central",
        "peripheral 1",
        "peripheral 2",
        "liver",
        "noresketamine central",
        "noresketamine peripheral",
    ),
    sinks=(GUT_WALL, OTHER_METABOLITES, METABOLITE_LOST),
    flows=(
        Flow("nasal depot", "central", "ka_n"),
        Flow("swallowed depot", "liver", "ka_sw"),
        Flow("oral depot", "liver", "ka_po"),
        *exchange("central", "peripheral 1", "Q1", ("Vc", "Vp1")),
        *exchange("central", "peripheral 2", "Q2", ("Vc", "Vp2")),
        *exchange("central", "liver", "Qh", ("Vc", "Vh")),
        Flow("liver", OTHER_METABOLITES, "kel"),
        Flow("liver", "noresketamine central", "kmet"),
        *exchange("noresketamine central", "noresketamine peripheral", "Q3", ("Vcn", "Vpn")),
        Flow("noresketamine central", METABOLITE_LOST, "CLn", "Vcn"),
    ),
    outputs={"ketamine": Output("central", "Vc"), "norketamine": Output("noresketamine central", "Vcn")},
)


def _swallowed(
    depot: str, amount_mg: Array, dose: Dose, duration_h: Array, parameters: Parameters
) -> tuple[Input, ...]:
    kept = amount_mg * parameters["Fgut"]
    return released(depot, kept, dose, duration_h), released(GUT_WALL, amount_mg - kept, dose, duration_h)


def _nasal(dose: Dose, unit: int, parameters: Parameters) -> tuple[Input, ...]:
    require_one_device(dose)
    absorbed = parameters["FRn"] * (parameters["FRn_later"] if unit > 1 else 1.0) * dose.amount_mg
    swallowed = _swallowed("swallowed depot", dose.amount_mg - absorbed, dose, parameters["Dsw"], parameters)
    return at_once("nasal depot", absorbed, dose), *swallowed


def _oral(dose: Dose, _unit: int, parameters: Parameters) -> tuple[Input, ...]:
    if dose.duration_h:
        raise Refused("oral dose duration", dose.duration_h, "zero hours: a solution is swallowed at once")
    return _swallowed("oral depot", np.array([dose.amount_mg]), dose, parameters["Dpo"], parameters)


def _for_person(typical: dict[str, float], person: Covariates) -> dict[str, float]:
    """Covariate effects of Table 3 on the typical values.

    The Japanese multiplier acts on the typical FRn; people then differ around it on the logit scale, which keeps every
    absorbed share below one. (Multiplying each person's own FRn would not.)
    """
    no_flow_at_years = UNCHANGED_UP_TO_YEARS - typical["Qh"] / AGE_ON_QH.value
    if person.age_years >= no_flow_at_years:
        raise Refused(
            "age_years", person.age_years, f"below {no_flow_at_years:.4g}: this model has no liver flow later"
        )
    typical["Qh"] += AGE_ON_QH.value * max(0.0, person.age_years - UNCHANGED_UP_TO_YEARS)
    if person.ancestry in ASIAN:
        typical["kel"] *= ASIAN_ON_KEL.value
        typical["CLn"] *= ASIAN_ON_CLN.value
    if person.ancestry is Ancestry.JAPANESE:
        typical["FRn"] *= JAPANESE_ON_FRN.value
    return typical


MODEL = Model(
    id="perez_ruixo_2021",
    title="Perez-Ruixo 2021",
    source=PEREZ_RUIXO,
    population=(
        "820 adults (256 healthy, 564 with treatment-resistant depression) in 13 studies; age 18-86 (median 45) years, "
        "weight 39-170 (median 74) kg, 58.4% women"
    ),
    routes={Route.NASAL: _nasal, Route.ORAL: _oral, Route.INTRAVENOUS: intravenous("central")},
    enantiomers={Drug.ESKETAMINE: (ESKETAMINE,)},
    units={"time": "h", "amount": "mg", "volume": "L", "concentration": "ng/mL"},
    matrix="plasma",
    validity=Validity(
        age_years=Range(18.0, 86.0, "18-86 years, Table 2"),
        weight_kg=Range(39.0, 170.0, "39-170 kg, Table 2"),
        use_for="esketamine and noresketamine after nasal esketamine in adults",
        not_for=(Message("Adults only."),),
        claims=(
            Claim(
                Drug.ESKETAMINE,
                Route.NASAL,
                Sampling.VENOUS,
                place=1,
                dose_mg=Range(28.0, 84.0, "28 to 84 mg a session, one to three devices"),
                note=SITE_NOT_STATED,
            ),
            Claim(
                Drug.ESKETAMINE,
                Route.ORAL,
                Sampling.VENOUS,
                place=2,
                dose_mg=Range(84.0, 84.0, "84 mg as a solution, one study"),
                note=SITE_NOT_STATED,
            ),
        ),
        by_route={
            Route.INTRAVENOUS: Message(
                "Not for intravenous peaks: this model is 31 to 38% low at the end of an infusion against venous "
                "samples and 69% low against arterial samples."
            )
        },
    ),
    structure=STRUCTURE,
    parameters=PARAMETERS,
    effects=(JAPANESE_ON_FRN, ASIAN_ON_KEL, ASIAN_ON_CLN, AGE_ON_QH),
    variability=VARIABILITY,
    residual=(
        _table_3("sigma_esketamine", 0.276, "SD of the natural log", "residual error of esketamine, phase 1 and 2"),
        _table_3(
            "sigma_noresketamine", 0.422, "SD of the natural log", "residual error of noresketamine, phase 1 and 2"
        ),
    ),
    covariates=("age_years", "ancestry"),
    reference={"age_years": 45.0, "ancestry": Ancestry.CAUCASIAN},
    for_person=_for_person,
    pathways={Pathway.LIVER: ("kel", "kmet"), Pathway.GUT_WALL: ("Fgut",), Pathway.METABOLITE: ("CLn",)},
    conflicts=(
        Conflict(
            "noresketamine-auc",
            Message(
                "The noresketamine AUC of this model is {low} to {high} times the one that the same paper prints "
                "(Table 4); no single factor repairs it. Noresketamine peaks agree. Read noresketamine AUC, and late "
                "noresketamine concentrations, with that reservation.",
                low=1.38,
                high=1.56,
            ),
            (TABLE_3, TABLE_4),
        ),
        Conflict(
            "nasal-bioavailability",
            Message(
                "Nasal bioavailability is printed as 54% (56 mg) and 51% (84 mg) in the paper and as 48% in the "
                "product label."
            ),
            (
                Citation(PEREZ_RUIXO, "abstract", Grade.SOURCE),
                Citation(SPRAVATO_LABEL, "section 12.3, as summarised in drug monographs", Grade.SECONDARY),
            ),
        ),
        Conflict(
            "body-weight",
            Message(
                "Body weight is not read. When Japanese patients were added to the data later, 30 kg more made "
                "esketamine exposures about 20% lower, and weight explained differences better than ancestry does."
            ),
            (Citation(ETHNICITY, "abstract", Grade.SOURCE),),
        ),
    ),
    assumptions=(
        Message(
            "Between-person variability of the conversion to noresketamine (kmet) was estimated but its value is "
            "missing in the publication: it is not varied here, so noresketamine bands are somewhat too narrow."
        ),
    ),
    errata=(
        "Rate constants are printed with the unit L/h, and the unit of Dpo is misprinted too.",
        "The printed equations of the first two amounts contain typing errors; the scheme of Figure 1 is followed.",
        "The omega(kmet) cell of Table 3 is blank, although Section 2.4 says that it was estimated.",
    ),
)
