"""Protocols compared for one person: the rules' permitted protocols beside pharmacology's curves. It decides nothing."""

from ketaminder.plan.comparison import Comparison, DoseOption, Option, Status, compare

__all__ = ["Comparison", "DoseOption", "Option", "Status", "compare"]
