"""People whose parameters do not depend on the covariates of a row."""

from __future__ import annotations

from ketaminder.pharmacology.exchange.stretches import ParametersOf
from ketaminder.pharmacology.model import Parameters
from ketaminder.terms import Patient


def unchanged(parameters: Parameters) -> ParametersOf:
    def of(_: Patient) -> Parameters:
        return parameters

    return of
