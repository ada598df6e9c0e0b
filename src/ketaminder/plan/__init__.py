"""Protocols compared for one person: what the rules permit beside pharmacology's curves. It decides nothing."""

from ketaminder.plan.comparison import Comparison, Option, Status, compare
from ketaminder.plan.doses import DoseOption

__all__ = ["Comparison", "DoseOption", "Option", "Status", "compare"]
