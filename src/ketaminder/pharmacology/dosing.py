"""Doses as the models take them: nasal devices, infusions, and the number of a device within its session."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ketaminder.terms import Dose, Drug, Refused, Route

DEVICE_MG = 28.0
"""Esketamine in one nasal device (SPRAVATO prescribing information, dosage forms and strengths)."""

DEVICE_INTERVAL_H = 5 / 60
"""Rest between two devices (SPRAVATO prescribing information, administration)."""

SESSION_H = 12.0
"""A nasal dose later than this after the first device of a session opens a new session. A convention: sessions are
visits on different days, devices of one session minutes apart."""


def nasal_devices(total_mg: float, time_h: float = 0.0) -> tuple[Dose, ...]:
    """A nasal esketamine session of `total_mg`, which must be a whole number of 28-mg devices, five minutes apart."""
    devices = total_mg / DEVICE_MG
    if not (math.isfinite(devices) and devices >= 1 and devices == round(devices)):
        raise Refused("nasal dose", total_mg, f"a whole number of {DEVICE_MG:g}-mg devices, in mg")
    return tuple(
        Dose(Drug.ESKETAMINE, Route.NASAL, DEVICE_MG, time_h + number * DEVICE_INTERVAL_H)
        for number in range(round(devices))
    )


def infusion(drug: Drug, mg_per_kg: float, weight_kg: float | None, minutes: float, time_h: float = 0.0) -> Dose:
    """An intravenous infusion of `mg_per_kg` over `minutes`; without a weight it is refused, never guessed."""
    if weight_kg is None or not (math.isfinite(weight_kg) and weight_kg > 0):
        raise Refused("weight", weight_kg, "a recorded body weight above zero, in kg: the dose is given per kilogram")
    if not (math.isfinite(mg_per_kg) and mg_per_kg > 0):
        raise Refused("dose", mg_per_kg, "an amount above zero, in mg/kg")
    if not (math.isfinite(minutes) and minutes > 0):
        raise Refused("infusion time", minutes, "a duration above zero, in minutes")
    return Dose(drug, Route.INTRAVENOUS, mg_per_kg * weight_kg, time_h, minutes / 60)


def require_one_device(dose: Dose) -> None:
    """Refuse a nasal dose that is not one device given at once."""
    if dose.amount_mg != DEVICE_MG:
        raise Refused("nasal dose", dose.amount_mg, f"{DEVICE_MG:g} mg: each device is one dose")
    if dose.duration_h:
        raise Refused("nasal dose duration", dose.duration_h, "zero hours: a device is given at once")


def units_in_session(doses: Sequence[Dose]) -> tuple[int, ...]:
    """The number (1, 2, 3 ...) of each dose within its session, by route, for doses in the order of their times."""
    opened_h: dict[Route, float] = {}
    numbers: list[int] = []
    for number, dose in enumerate(doses):
        if dose.time_h - opened_h.setdefault(dose.route, dose.time_h) > SESSION_H:
            opened_h[dose.route] = dose.time_h
        opening = opened_h[dose.route]
        earlier = [one for one in doses[:number] if one.route is dose.route and one.time_h >= opening]
        numbers.append(1 + len(earlier))
    return tuple(numbers)
