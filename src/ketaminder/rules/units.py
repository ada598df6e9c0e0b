"""Arithmetic of calendar and metre; no clinical number."""

DAYS_PER_MONTH = 365.25 / 12
CM_PER_M = 100.0
