"""An invented person whom nothing speaks against, and ways to change the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ketaminder.evidence import Library, load
from ketaminder.terms import (
    Case,
    Diagnosis,
    Fact,
    Indication,
    Medication,
    Patient,
    Phase,
    PriorTreatment,
    Product,
    Region,
    Sex,
    Value,
)

ON = date(2026, 11, 22)
DERIVED = {"bipolar_disorder", "primary_diagnosis", "age_years", "bmi_kg_per_m2", "childbearing_potential", "pregnant"}


def failed(
    drug: str, weeks: float | None = 8, improvement: float | None = 10, outcome: str = "non-response"
) -> PriorTreatment:
    return PriorTreatment(drug, weeks=weeks, improvement_percent=improvement, outcome=outcome, in_current_episode=True)


def known_absent(library: Library) -> dict[str, Fact]:
    """Every safety flag known to be absent, every event known not to have happened."""
    flags = [variable for variable in library.variables.values() if variable.form[0].startswith("safety_flags.")]
    return {
        variable.name: Fact(False if variable.kind == "flag" else None)
        for variable in flags
        if variable.name not in DERIVED
    }


def facts(**values: Value | None) -> dict[str, Fact]:
    return {name: Fact(value) for name, value in values.items()}


def candidate(**changes: object) -> Case:
    """A man of 44 with two failed antidepressants, on sertraline, for nasal esketamine in the US."""
    measured = facts(
        systolic_mmHg=122, diastolic_mmHg=78, spo2_percent=98, alt_x_uln=0.7, MADRS=32, psychotic_features=False
    )
    case = Case(
        on=ON,
        patient=Patient("invented", age_years=44, sex=Sex.MALE, weight_kg=80, height_cm=180),
        indication=Indication.TRD,
        diagnosis=Diagnosis("recurrent depressive disorder, severe", "F33.2"),
        region=Region.US,
        product=Product.ESKETAMINE_NASAL,
        phase=Phase.START,
        facts={**known_absent(load()), **measured},
        medications=(Medication("sertraline"),),
        prior_treatments=(failed("sertraline"), failed("venlafaxine")),
        psychotherapy=(),
        synthetic=True,
    )
    return replace(case, **changes)  # type: ignore[arg-type]


def recording(case: Case, **values: Value | None) -> Case:
    """`case` with more recorded."""
    return replace(case, facts={**case.facts, **facts(**values)})


def without(case: Case, name: str) -> Case:
    """`case` with the fact `name` not recorded."""
    return replace(case, facts={key: fact for key, fact in case.facts.items() if key != name})
