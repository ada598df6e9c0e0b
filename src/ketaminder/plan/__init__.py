"""Protocols compared for one person: what the rules permit beside pharmacology's curves. It decides nothing."""

from ketaminder.plan.calculator import Calculation, Request, calculate
from ketaminder.plan.comparison import Comparison, Option, Status, compare
from ketaminder.plan.doses import DoseOption
from ketaminder.plan.timetable import Timetable, timetable
from ketaminder.plan.weights import BothWeights, Measured, both_weights

__all__ = [
    "BothWeights",
    "Calculation",
    "Comparison",
    "DoseOption",
    "Measured",
    "Option",
    "Request",
    "Status",
    "Timetable",
    "both_weights",
    "calculate",
    "compare",
    "timetable",
]
