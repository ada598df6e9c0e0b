"""May this happen, and why not: one file a clinical question, pure functions that return findings."""

from ketaminder.rules.assess import DECIDING, assess
from ketaminder.rules.rule import all_rules
from ketaminder.rules.situation import Situation

__all__ = ["DECIDING", "Situation", "all_rules", "assess"]
