"""The nouns of Ketaminder, as frozen values with units in their names.

Every other room speaks in these words; this one imports none of the others. `GLOSSARY.md` defines each word in prose.
"""

from ketaminder.terms.case import Case, Diagnosis, Fact, Medication, Patient, PriorTreatment, Psychotherapy, Value
from ketaminder.terms.dose import Dose
from ketaminder.terms.evidence import COMPARATORS, Citation, Criterion, Grade, Source
from ketaminder.terms.finding import (
    CandidateAssessment,
    Finding,
    Gate,
    GateAnswer,
    GateFinding,
    IfKnown,
    MissingItem,
    Result,
    Seen,
)
from ketaminder.terms.message import Message, Refused, quoted
from ketaminder.terms.words import Ancestry, Drug, Indication, Phase, Product, Region, Route, Sex

__all__ = [
    "COMPARATORS",
    "Ancestry",
    "CandidateAssessment",
    "Case",
    "Citation",
    "Criterion",
    "Diagnosis",
    "Dose",
    "Drug",
    "Fact",
    "Finding",
    "Gate",
    "GateAnswer",
    "GateFinding",
    "Grade",
    "IfKnown",
    "Indication",
    "Medication",
    "Message",
    "MissingItem",
    "Patient",
    "Phase",
    "PriorTreatment",
    "Product",
    "Psychotherapy",
    "Refused",
    "Region",
    "Result",
    "Route",
    "Seen",
    "Sex",
    "Source",
    "Value",
    "quoted",
]
