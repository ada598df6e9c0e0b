"""Weeks and months: what rating scales say of a person, scored by published rules."""

from ketaminder.outcomes.scale import Scale
from ketaminder.outcomes.scales import find, scales
from ketaminder.outcomes.scoring import Score, SheetError, Status, score

__all__ = ["Scale", "Score", "SheetError", "Status", "find", "scales", "score"]
