"""Small designs as text."""

from __future__ import annotations

ONE_DOSE = """
id = "one-dose"
title = "One dose"
condition = "treatment-resistant depression"
scale = "MADRS"
visits_h = [24, 168]

[baseline]
mean = 32
sd = 5
lowest = 20

[[arms]]
id = "ketamine"
n = {n}
doses = [{{ drug = "ketamine", route = "intravenous", dose = 0.5, unit = "mg/kg", minutes = 40 }}]

[[arms]]
id = "midazolam"
n = {n}
doses = [{{ drug = "midazolam", route = "intravenous" }}]
"""
PRIMARY = """
[primary]
measure = "{measure}"
arm = "ketamine"
against = "midazolam"
hour = 24
"""


def one_dose(n: int = 60, more: str = "") -> str:
    return ONE_DOSE.format(n=n) + more
