"""May this happen, and why not: one file a clinical question, pure functions that return findings."""

from ketaminder.rules.answers import DECIDING
from ketaminder.rules.assess import assess
from ketaminder.rules.batch import assess_each
from ketaminder.rules.changes import Change, changes
from ketaminder.rules.rule import all_rules
from ketaminder.rules.situation import Situation

__all__ = ["DECIDING", "Change", "Situation", "all_rules", "assess", "assess_each", "changes"]
