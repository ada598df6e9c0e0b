"""The doses of a protocol for one person: the arithmetic shown, and what each dose does in the next hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from ketaminder.evidence import Protocol, ProtocolDose
from ketaminder.pharmacology import Population, Simulation, discover, nasal_devices, simulate
from ketaminder.pharmacology.dosing import DEVICE_MG
from ketaminder.pharmacology.model import Array
from ketaminder.pharmacology.proportion import in_proportion
from ketaminder.plan.models import model_for
from ketaminder.terms import Case, Dose, Message, Patient, Phase, Product, Route

HOURS = 24.0
EVERY_H = ((2.0, 1 / 12), (4.0, 1 / 6), (6.0, 1 / 3), (12.0, 1 / 2), (HOURS, 1.0))
"""Until which hour curves are computed how often: ever less, for ever straighter curves."""


def _times_h() -> Array:
    starts = (0.0, *(until for until, _ in EVERY_H))
    spans = [
        start + step * np.arange(round((until - start) / step))
        for start, (until, step) in zip(starts, EVERY_H, strict=False)
    ]
    return np.concatenate([*spans, [HOURS]])


TIMES_H = _times_h()
"""From the second hour on, a line through these lies within a third of a pixel of the curve on a page."""
SEED = 20_260_101
"""The virtual people are drawn from one fixed seed, so that the same person on the same date gives the same bytes."""


@dataclass(frozen=True, slots=True)
class DoseOption:
    """One dose of a protocol for this person. `ask` says what must be recorded before it can be computed."""

    when: str
    amount_mg: float | None
    arithmetic: Message
    ask: Message | None = None
    simulation: Simulation | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """Whose curves are drawn: of how many virtual people, and of the enantiomers of a racemate beside their sums."""

    people: int
    parts: bool


def dose_options(case: Case, protocol: Protocol, drawing: Drawing | None) -> tuple[DoseOption, ...]:
    """The doses that `protocol` permits where this person stands in it, computed and, with a drawing, followed."""
    return tuple(_option(case, protocol, dose, drawing) for dose in _doses(protocol, case.phase))


def _doses(protocol: Protocol, phase: Phase) -> Iterator[ProtocolDose]:
    """All doses at the start of a course; later those of the phase, which has no first day."""
    if phase not in (Phase.OPTIMISATION, Phase.MAINTENANCE):
        yield from protocol.doses
        return
    for now in protocol.remaining(phase)[:1]:
        yield from (replace(dose, when=now.visits) for dose in protocol.doses if dose.amount in now.amounts)


def _option(case: Case, protocol: Protocol, dose: ProtocolDose, drawing: Drawing | None) -> DoseOption:
    total_mg = _total_mg(dose, case.patient.weight_kg)
    if total_mg is None:
        arithmetic = Message(
            "{amount:g} mg/kg{over}: not computed without a body weight.", amount=dose.amount, over=_over(dose)
        )
        return DoseOption(dose.when, None, arithmetic, ask=Message("Record the measured body weight, in kg."))
    given = _given(protocol, dose, total_mg)
    return DoseOption(
        dose.when,
        total_mg,
        _arithmetic(case, protocol, dose, total_mg),
        simulation=_simulation(case, protocol, given, drawing) if drawing else None,
    )


def _total_mg(dose: ProtocolDose, weight_kg: float | None) -> float | None:
    if dose.unit == "mg":
        return dose.amount
    return None if weight_kg is None else dose.amount * weight_kg


def _given(protocol: Protocol, dose: ProtocolDose, total_mg: float) -> tuple[Dose, ...]:
    product = protocol.product
    if product is Product.ESKETAMINE_NASAL:
        return nasal_devices(total_mg)
    return (Dose(product.drug, product.route, total_mg, duration_h=dose.duration_min / 60),)


def _arithmetic(case: Case, protocol: Protocol, dose: ProtocolDose, total_mg: float) -> Message:
    if dose.unit == "mg/kg":
        return Message(
            "{amount:g} mg/kg × {weight:.4g} kg = {total:.3g} mg{over}.",
            amount=dose.amount,
            weight=case.patient.weight_kg,
            total=total_mg,
            over=_over(dose),
        )
    return mg_said(protocol, total_mg)


def mg_said(protocol: Protocol, total_mg: float) -> Message:
    """A dose in mg as it is given: in devices, or as it is."""
    if protocol.product is not Product.ESKETAMINE_NASAL:
        return Message("{total:g} mg.", total=total_mg)
    return Message(
        "{devices} × {device:g} mg = {total:g} mg, devices 5 min apart.",
        devices=len(nasal_devices(total_mg)),
        device=DEVICE_MG,
        total=total_mg,
    )


def _over(dose: ProtocolDose) -> Message:
    return Message(" over {minutes:g} min", minutes=dose.duration_min) if dose.duration_min else Message("")


def _simulation(case: Case, protocol: Protocol, given: tuple[Dose, ...], drawing: Drawing) -> Simulation | None:
    """The curves of the model that serves the protocol; None where none does."""
    model = model_for(protocol)
    if model is None:
        return None
    nobody = replace(case.patient, identifier="", name="", birth_date=None)
    followed, factor = _in_hand(given)
    people = drawing.people if model.variability else 1
    found = in_proportion(_followed(model.id, nobody, followed, people, drawing.parts), factor)
    return replace(found, patient=case.patient, doses=given)


def _in_hand(given: tuple[Dose, ...]) -> tuple[tuple[Dose, ...], float]:
    """The doses that are followed, and by what the answer is multiplied: one milligram serves every single dose.

    Nasal devices stay what they are.
    """
    if len(given) > 1 or given[0].route is Route.NASAL:
        return given, 1.0
    return (replace(given[0], amount_mg=1.0),), given[0].amount_mg


@lru_cache(maxsize=256)
def _followed(id_: str, patient: Patient, given: tuple[Dose, ...], people: int, parts: bool) -> Simulation:
    """Computed once in a process for somebody of these covariates, whose name is not kept: the seed is fixed."""
    model = next(one for one in discover() if one.id == id_)
    return simulate(model, patient, given, TIMES_H, Population(people, SEED), parts=parts)
