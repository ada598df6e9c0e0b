"""The solver against the published equations, written out by hand and integrated by SciPy."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ketaminder.pharmacology import Model, discover, nasal_devices
from ketaminder.pharmacology.kinetics import follow
from ketaminder.pharmacology.population import typical_person
from ketaminder.terms import Dose, Drug, Patient, Route

from .reference import Array, Delivery, Values, integrate, otto, perez_ruixo

MODELS = {model.id: model for model in discover()}
PEREZ_RUIXO, OTTO = MODELS["perez_ruixo_2021"], MODELS["otto_2021"]
SOMEBODY = Patient("somebody", age_years=45.0, weight_kg=70.0)
NASAL, SWALLOWED, ORAL = range(3)
PICOGRAM_IN_MG = 1e-9


class Proof(Protocol):
    def size(self, small: int, full: int) -> int: ...
    def record(self, name: str, **results: object) -> None: ...


def random_values(model: Model, rng: np.random.Generator) -> dict[str, float]:
    """Every parameter moved by a factor of up to about four either way; shares stay shares."""
    typical = {name: float(value[0]) for name, value in typical_person(model, SOMEBODY).items()}
    moved = {name: value * float(np.exp(rng.normal(0, 0.5))) for name, value in typical.items()}
    shares = {name: float(rng.uniform(0.05, 0.95)) for name in ("FRn", "FRn_later", "Fgut") if name in moved}
    return moved | shares


def random_times(rng: np.random.Generator) -> Array:
    return np.unique(np.append(rng.uniform(0, 60, 12), [0.0, 60.0]))


def nasal_case(rng: np.random.Generator, p: Values) -> tuple[list[Dose], list[Delivery]]:
    """Several sessions of one to three devices, a day or more apart, and an oral dose in between."""
    starts = np.cumsum(rng.uniform(13, 20, 3)) - 13
    doses = [dose for start in starts for dose in nasal_devices(28.0 * rng.integers(1, 4), float(start))]
    oral = Dose(Drug.ESKETAMINE, Route.ORAL, float(rng.uniform(1, 100)), float(rng.uniform(0, 50)))
    deliveries = []
    for dose in doses:
        share = p["FRn"] * (1.0 if dose.time_h in starts else p["FRn_later"])
        deliveries.append(Delivery(NASAL, share * 28.0, dose.time_h))
        deliveries.append(Delivery(SWALLOWED, (1 - share) * 28.0 * p["Fgut"], dose.time_h, p["Dsw"]))
    deliveries.append(Delivery(ORAL, oral.amount_mg * p["Fgut"], oral.time_h, p["Dpo"]))
    return [*doses, oral], deliveries


def infusion_case(rng: np.random.Generator) -> tuple[list[Dose], list[Delivery]]:
    """Boluses and overlapping infusions of S-ketamine."""
    doses = [
        Dose(Drug.ESKETAMINE, Route.INTRAVENOUS, float(amount), float(start), float(duration))
        for amount, start, duration in zip(
            rng.uniform(0.1, 200, 5), rng.uniform(0, 40, 5), rng.uniform(0, 10, 5) * rng.integers(0, 2, 5), strict=True
        )
    ]
    return doses, [Delivery(0, dose.amount_mg, dose.time_h, dose.duration_h) for dose in doses]


def disagreement(model: Model, p: Values, doses: list[Dose], times: Array, expected: Array) -> float:
    """The largest relative difference over times and compartments; below a picogram, relative to a picogram."""
    ordered = sorted(doses, key=lambda dose: dose.time_h)
    followed = follow(model, {name: np.array([value]) for name, value in p.items()}, ordered, times)
    amounts = followed.copies[0][1].mg[0, :, : expected.shape[1]]
    return float((np.abs(amounts - expected) / np.maximum(expected, PICOGRAM_IN_MG)).max())


def test_agreement_with_an_independent_solver(proof: Proof) -> None:
    """Random parameters, doses and schedules: within 1e-6 relative, everywhere."""
    cases = proof.size(small=12, full=2000)
    worst = {"perez_ruixo_2021": 0.0, "otto_2021": 0.0}
    for seed in range(cases):
        rng = np.random.default_rng(seed)
        p = random_values(PEREZ_RUIXO, rng)
        doses, deliveries = nasal_case(rng, p)
        times = random_times(rng)
        expected = integrate(perez_ruixo, p, 9, deliveries, times)
        worst[PEREZ_RUIXO.id] = max(worst[PEREZ_RUIXO.id], disagreement(PEREZ_RUIXO, p, doses, times, expected))
        p = random_values(OTTO, rng)
        doses, deliveries = infusion_case(rng)
        expected = integrate(otto, p, 5, deliveries, times)
        worst[OTTO.id] = max(worst[OTTO.id], disagreement(OTTO, p, doses, times, expected))
    proof.record("solver-agreement", cases=cases, worst_relative_difference=worst, limit=1e-6)
    assert max(worst.values()) < 1e-6, worst
