"""Trials of virtual patients: a design in, what such a trial would report out."""

from ketaminder.trials.virtual.design import Design
from ketaminder.trials.virtual.reading import design
from ketaminder.trials.virtual.running import Run, Store, run
from ketaminder.trials.virtual.statistics import Key, Power, Summary, summary

__all__ = ["Design", "Key", "Power", "Run", "Store", "Summary", "design", "run", "summary"]
