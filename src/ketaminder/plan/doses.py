"""The doses of a protocol for one person: the arithmetic shown, and what each dose does in the next hours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketaminder.evidence import Protocol, ProtocolDose
from ketaminder.pharmacology import Simulation, for_product, infusion, nasal_devices, simulate
from ketaminder.pharmacology.dosing import DEVICE_MG
from ketaminder.terms import Case, Dose, Drug, Message, Refused, Route

HOURS = 24.0
TIMES_H = np.concatenate([np.arange(0, 48) / 12, np.arange(16, 97) / 4])
"""Every 5 minutes to 4 h, then every 15 minutes to 24 h."""
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


def dose_options(case: Case, protocol: Protocol, people: int) -> tuple[DoseOption, ...]:
    """Every dose that `protocol` permits, computed and followed for this person; with `people` 0 no curve is drawn."""
    return tuple(_option(case, protocol, dose, people) for dose in protocol.doses)


def _option(case: Case, protocol: Protocol, dose: ProtocolDose, people: int) -> DoseOption:
    if dose.unit == "mg/kg" and case.patient.weight_kg is None:
        arithmetic = Message(
            "{amount:g} mg/kg over {minutes:g} min: not computed without a body weight.",
            amount=dose.amount,
            minutes=dose.duration_min,
        )
        return DoseOption(dose.when, None, arithmetic, ask=Message("Record the measured body weight, in kg."))
    given = _given(case, protocol, dose)
    return DoseOption(
        dose.when,
        sum(one.amount_mg for one in given),
        _arithmetic(case, dose, given),
        simulation=_simulation(case, protocol, given, people) if people else None,
    )


def _given(case: Case, protocol: Protocol, dose: ProtocolDose) -> tuple[Dose, ...]:
    product = protocol.product
    if product.route is Route.NASAL and product.drug is Drug.ESKETAMINE and dose.unit == "mg":
        return nasal_devices(dose.amount)
    if product.route is Route.INTRAVENOUS and dose.unit == "mg/kg":
        return (infusion(product.drug, dose.amount, case.patient.weight_kg, dose.duration_min),)
    raise Refused(f"protocol {protocol.id}, dose unit", dose.unit, "mg for a nasal dose, mg/kg for an infusion")


def _arithmetic(case: Case, dose: ProtocolDose, given: tuple[Dose, ...]) -> Message:
    if dose.unit == "mg":
        return Message(
            "{devices} × {device:g} mg = {total:g} mg, devices 5 min apart.",
            devices=len(given),
            device=DEVICE_MG,
            total=dose.amount,
        )
    return Message(
        "{amount:g} mg/kg × {weight:.4g} kg = {total:.3g} mg over {minutes:g} min.",
        amount=dose.amount,
        weight=case.patient.weight_kg,
        total=given[0].amount_mg,
        minutes=dose.duration_min,
    )


def _simulation(case: Case, protocol: Protocol, given: tuple[Dose, ...], people: int) -> Simulation:
    """The curves of the first model that serves the product; rival models come with more of them."""
    return simulate(for_product(protocol.product)[0], case.patient, given, TIMES_H, people, SEED)
