"""How body weight scales the typical values of a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ketaminder.pharmacology.model import Covariates, Parameter

PRINTED_FOR_KG = 70.0


@dataclass(frozen=True, slots=True)
class ByWeight:
    """Volumes and clearances times (weight/70 kg)^exponent."""

    volumes: Sequence[str]
    clearances: Sequence[str]
    on_volume: Parameter
    on_clearance: Parameter

    def __call__(self, typical: dict[str, float], person: Covariates) -> dict[str, float]:
        relative = person.weight_kg / PRINTED_FOR_KG
        scaled = {name: typical[name] * relative**self.on_volume.value for name in self.volumes}
        scaled |= {name: typical[name] * relative**self.on_clearance.value for name in self.clearances}
        return typical | scaled


@dataclass(frozen=True, slots=True)
class PerKg:
    """Volumes that are printed in L/kg, times body weight."""

    volumes: Sequence[str]

    def __call__(self, typical: dict[str, float], person: Covariates) -> dict[str, float]:
        return typical | {name: typical[name] * person.weight_kg for name in self.volumes}
