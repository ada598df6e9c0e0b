"""The solver against the published equations, written out by hand and integrated by SciPy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ketaminder.pharmacology import Model, discover, nasal_devices
from ketaminder.pharmacology.kinetics import follow
from ketaminder.pharmacology.population import typical_person
from ketaminder.terms import Dose, Drug, Patient, Route

from .reference import Array, Delivery, Slopes, Values, ashraf, bridge, integrate, otto, perez_ruixo, simons

MODELS = {model.id: model for model in discover()}
SOMEBODY = Patient("somebody", age_years=45.0, weight_kg=70.0)
PICOGRAM_IN_MG = 1e-9
SHARES = ("FRn", "FRn_later", "Fgut", "fm", "fmK", "fmN", "F1", "F2", "fm2B6", "active2B6", "intestinal", "mucosal")
HALVES = ("F_injected", "F_oral", "F_sublingual", "metabolite_injected", "metabolite_oral", "metabolite_sublingual")

Case = Callable[[np.random.Generator, Values], tuple[list[Dose], list[Delivery]]]


class Proof(Protocol):
    def size(self, small: int, full: int) -> int: ...
    def record(self, name: str, **results: object) -> None: ...


def random_values(model: Model, rng: np.random.Generator) -> dict[str, float]:
    """Every parameter moved by a factor of up to about four either way; shares stay shares, two together too."""
    typical = {name: float(value[0]) for name, value in typical_person(model, SOMEBODY).items()}
    moved = {name: value * float(np.exp(rng.normal(0, 0.5))) for name, value in typical.items()}
    shares = {name: float(rng.uniform(0.05, 0.95)) for name in SHARES if name in moved}
    return moved | shares | {name: float(rng.uniform(0.01, 0.49)) for name in HALVES if name in moved}


def random_times(rng: np.random.Generator) -> Array:
    return np.unique(np.append(rng.uniform(0, 60, 12), [0.0, 60.0]))


def nasal_case(rng: np.random.Generator, p: Values) -> tuple[list[Dose], list[Delivery]]:
    """Several sessions of one to three devices, a day or more apart, and an oral dose in between."""
    nasal, swallowed, oral_depot = range(3)
    starts = np.cumsum(rng.uniform(13, 20, 3)) - 13
    doses = [dose for start in starts for dose in nasal_devices(28.0 * rng.integers(1, 4), float(start))]
    oral = Dose(Drug.ESKETAMINE, Route.ORAL, float(rng.uniform(1, 100)), float(rng.uniform(0, 50)))
    deliveries = []
    for dose in doses:
        share = p["FRn"] * (1.0 if dose.time_h in starts else p["FRn_later"])
        deliveries.append(Delivery(nasal, share * 28.0, dose.time_h))
        deliveries.append(Delivery(swallowed, (1 - share) * 28.0 * p["Fgut"], dose.time_h, p["Dsw"]))
    deliveries.append(Delivery(oral_depot, oral.amount_mg * p["Fgut"], oral.time_h, p["Dpo"]))
    return [*doses, oral], deliveries


def infusions(rng: np.random.Generator, central: int) -> tuple[list[Dose], list[Delivery]]:
    """Boluses and overlapping infusions of S-ketamine."""
    doses = [
        Dose(Drug.ESKETAMINE, Route.INTRAVENOUS, float(amount), float(start), float(duration))
        for amount, start, duration in zip(
            rng.uniform(0.1, 200, 5), rng.uniform(0, 40, 5), rng.uniform(0, 10, 5) * rng.integers(0, 2, 5), strict=True
        )
    ]
    return doses, [Delivery(central, dose.amount_mg, dose.time_h, dose.duration_h) for dose in doses]


def one_dose(rng: np.random.Generator, route: Route) -> Dose:
    return Dose(Drug.ESKETAMINE, route, float(rng.uniform(1, 100)), float(rng.uniform(0, 50)))


def film_case(rng: np.random.Generator, p: Values) -> tuple[list[Dose], list[Delivery]]:
    """A film among infusions."""
    doses, deliveries = infusions(rng, central=3)
    film = one_dose(rng, Route.SUBLINGUAL)
    inputs = [Delivery(place, p[f"F{place + 1}"] * film.amount_mg, film.time_h, p[f"D{place + 1}"]) for place in (0, 1)]
    return [*doses, film], [*deliveries, *inputs]


def depots_case(depots: dict[Route, int], central: int) -> Case:
    """One dose into each depot, among infusions."""

    def case(rng: np.random.Generator, _: Values) -> tuple[list[Dose], list[Delivery]]:
        doses, deliveries = infusions(rng, central)
        others = [one_dose(rng, route) for route in depots]
        inputs = [Delivery(depots[dose.route], dose.amount_mg, dose.time_h) for dose in others]
        return [*doses, *others], [*deliveries, *inputs]

    return case


@dataclass(frozen=True, slots=True)
class Equations:
    """The independent equations of one model, the order of their places, and how it is dosed."""

    slopes: Slopes
    places: tuple[str, ...]
    case: Case


def compartments(model: str, *lags: str) -> tuple[str, ...]:
    return (*MODELS[model].structure.compartments, *lags)


EQUATIONS = {
    "perez_ruixo_2021": Equations(perez_ruixo, compartments("perez_ruixo_2021"), nasal_case),
    "otto_2021": Equations(otto, compartments("otto_2021"), depots_case({}, central=0)),
    "simons_2022": Equations(simons, compartments("simons_2022"), film_case),
    "ashraf_2018": Equations(ashraf, compartments("ashraf_2018"), depots_case({Route.ORAL: 0}, central=1)),
    "bridge_venous": Equations(
        bridge,
        compartments("bridge_venous", "arm vein"),
        depots_case({Route.INTRAMUSCULAR: 0, Route.ORAL: 1, Route.SUBLINGUAL: 2}, central=3),
    ),
}


def disagreement(
    model: Model, p: Values, doses: list[Dose], times: Array, places: Sequence[str], expected: Array
) -> float:
    """The largest relative difference over times and places; below a picogram, relative to a picogram."""
    ordered = sorted(doses, key=lambda dose: dose.time_h)
    followed = follow(model, {name: np.array([value]) for name, value in p.items()}, ordered, times)
    amounts = followed.copies[0][1]
    columns = [amounts.structure.places.index(place) for place in places]
    found = amounts.places_mg[0][:, columns]
    return float((np.abs(found - expected) / np.maximum(expected, PICOGRAM_IN_MG)).max())


def test_agreement_with_an_independent_solver(proof: Proof) -> None:
    """Random parameters, doses and schedules: within 1e-6 relative, everywhere."""
    cases = proof.size(small=6, full=800)
    worst = dict.fromkeys(EQUATIONS, 0.0)
    for seed in range(cases):
        rng = np.random.default_rng(seed)
        for id_, equations in EQUATIONS.items():
            p = random_values(MODELS[id_], rng)
            doses, deliveries = equations.case(rng, p)
            times = random_times(rng)
            expected = integrate(equations.slopes, p, len(equations.places), deliveries, times)
            found = disagreement(MODELS[id_], p, doses, times, equations.places, expected)
            worst[id_] = max(worst[id_], found)
    proof.record("solver-agreement", cases=cases, worst_relative_difference=worst, limit=1e-6)
    assert max(worst.values()) < 1e-6, worst
