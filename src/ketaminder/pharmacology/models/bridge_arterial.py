"""Ketaminder's own set read in arterial blood: the same disposition without the delay of an arm vein."""

from __future__ import annotations

from dataclasses import replace

from ketaminder.pharmacology.model import Output
from ketaminder.pharmacology.models import bridge_venous
from ketaminder.pharmacology.validity import Sampling
from ketaminder.terms import Message

VENOUS = bridge_venous.MODEL

MODEL = replace(
    VENOUS,
    id="bridge_arterial",
    title="Ketaminder's own set, arterial",
    matrix="arterial plasma",
    structure=replace(
        VENOUS.structure, outputs={**VENOUS.structure.outputs, "ketamine": Output("central", "V1")}, lags=()
    ),
    parameters=tuple(parameter for parameter in VENOUS.parameters if parameter.name != "kvenous"),
    validity=replace(
        VENOUS.validity,
        not_for=(
            Message("Adults only."),
            Message("Derived, not published, and fitted to one arterial study (Kamp 2020)."),
        ),
        claims=bridge_venous.claims(Sampling.ARTERIAL, intravenous_place=3),
    ),
)
