"""The dose calculator: what a protocol permits in milligrams, devices, millilitres and rates, with its arithmetic.

It computes a dose that a prescriber names and a protocol permits. Nothing here answers with a dose to a wanted effect
or level.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from ketaminder.evidence import Protocol, ProtocolDose
from ketaminder.pharmacology import nasal_devices
from ketaminder.pharmacology.dosing import DEVICE_MG
from ketaminder.plan.doses import mg_said
from ketaminder.plan.timetable import session_bounds
from ketaminder.terms import Citation, Message, Product, Refused

PLAUSIBLE_WEIGHT_KG = (25.0, 350.0)
"""An adult's weight outside this range is taken for a slip of the keyboard. A convention, not a clinical limit."""

PLAUSIBLE_CONCENTRATION_MG_PER_ML = (0.1, 200.0)
"""A concentration outside this range is taken for a slip of the keyboard. A convention, not a property of a vial."""

PLAUSIBLE_VOLUME_ML = 1000.0
"""A larger volume in the pump is taken for a slip of the keyboard. A convention."""

VOLUME_STEP_ML = 0.01
"""Volumes are rounded to the nearest hundredth of a millilitre: a convention, said beside every volume."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a prescriber asks to be computed.

    `concentration_mg_per_mL` is read from the vial in the hand, never assumed. `minutes` may repeat the infusion time
    of the protocol; `diluted_to_mL` is the whole volume in the pump. `session` is the number of the session.
    """

    amount: float
    unit: str
    weight_kg: float | None = None
    concentration_mg_per_mL: float | None = None
    minutes: float | None = None
    diluted_to_mL: float | None = None
    session: int | None = None


@dataclass(frozen=True, slots=True)
class Volume:
    """What to draw up: exact, and rounded to what can be measured, which holds `holds_mg`."""

    exact_mL: float
    rounded_mL: float
    holds_mg: float


@dataclass(frozen=True, slots=True)
class Infusion:
    """How fast: `mL_per_h` is the pump's rate, known where a volume is."""

    minutes: float
    mg_per_min: float
    mL_per_h: float | None


@dataclass(frozen=True, slots=True)
class Calculation:
    """The answer, with every step of its arithmetic as a sentence."""

    protocol: Protocol
    dose: ProtocolDose
    total_mg: float
    devices: int | None
    volume: Volume | None
    infusion: Infusion | None
    arithmetic: tuple[Message, ...]

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Those of the dose."""
        return self.dose.citations


def calculate(protocol: Protocol, request: Request) -> Calculation:
    """The dose that `request` names, computed if `protocol` permits it.

    Raises:
        Refused: the protocol permits no such dose, unit, duration or session, or a number cannot be what it says.
    """
    dose = _permitted(protocol, request)
    _require_session(protocol, request)
    total_mg = _total_mg(dose, request)
    devices = len(nasal_devices(total_mg)) if protocol.product is Product.ESKETAMINE_NASAL else None
    volume = _volume(total_mg, request, devices)
    infusion = _infusion(dose, total_mg, request, volume)
    steps = tuple(_arithmetic(protocol, request, total_mg, volume, infusion))
    return Calculation(protocol, dose, total_mg, devices, volume, infusion, steps)


def _permitted(protocol: Protocol, request: Request) -> ProtocolDose:
    """The protocol's dose of this amount; whatever lies outside the protocol is refused in its words."""
    if protocol.only_in_a_trial:
        raise Refused("protocol", protocol.id, f"a protocol outside trials. {protocol.only_in_a_trial}")
    asked = f"{request.amount:g} {request.unit}"
    if request.unit != protocol.unit:
        raise Refused("dose", asked, f"a dose in {protocol.unit}: {_said(protocol)}")
    if not (math.isfinite(request.amount) and request.amount > 0):
        raise Refused("dose", request.amount, f"a number above zero, in {request.unit}")
    for dose in protocol.doses:
        if math.isclose(dose.amount, request.amount):
            return dose
    highest = max(dose.amount for dose in protocol.doses)
    most = f"at most {highest:g} {protocol.unit}; " if request.amount > highest else ""
    raise Refused("dose", asked, f"{most}{_said(protocol)}")


def _said(protocol: Protocol) -> str:
    amounts = sorted({dose.amount for dose in protocol.doses})
    listed = " or ".join(f"{amount:g}" for amount in amounts)
    return f"'{protocol.name}' permits {listed} {protocol.unit}"


def _require_session(protocol: Protocol, request: Request) -> None:
    if request.session is None:
        return
    bounds = session_bounds(protocol)
    open_ended = any(phase.to_week is None for phase in protocol.phases)
    if request.session < 1 or (request.session > len(bounds) and not open_ended):
        raise Refused("session", request.session, f"a session of the course, 1 to {len(bounds)}")
    if request.session > len(bounds):
        return
    lowest, highest = bounds[request.session - 1]
    if not lowest <= request.amount <= highest:
        permitted = f"{lowest:g}" if lowest == highest else f"{lowest:g} to {highest:g}"
        raise Refused(
            f"dose of session {request.session}",
            f"{request.amount:g} {request.unit}",
            f"{permitted} {request.unit} there: {_said(protocol)}",
        )


def _total_mg(dose: ProtocolDose, request: Request) -> float:
    weight_kg, (low, high) = request.weight_kg, PLAUSIBLE_WEIGHT_KG
    if weight_kg is not None and not low <= weight_kg <= high:
        raise Refused("weight", weight_kg, f"the measured body weight, {low:g} to {high:g} kg")
    if dose.unit == "mg":
        return dose.amount
    if weight_kg is None:
        raise Refused("weight", weight_kg, "the measured body weight, in kg: the dose is given per kilogram")
    return dose.amount * weight_kg


def _volume(total_mg: float, request: Request, devices: int | None) -> Volume | None:
    concentration = request.concentration_mg_per_mL
    if concentration is None:
        return None
    if devices is not None:
        raise Refused("concentration", concentration, f"none: a nasal device holds {DEVICE_MG:g} mg")
    low, high = PLAUSIBLE_CONCENTRATION_MG_PER_ML
    if not low <= concentration <= high:
        raise Refused("concentration", concentration, f"{low:g} to {high:g} mg/mL, as printed on the vial")
    exact = total_mg / concentration
    rounded = round(exact / VOLUME_STEP_ML) * VOLUME_STEP_ML
    return Volume(exact, rounded, rounded * concentration)


def _infusion(dose: ProtocolDose, total_mg: float, request: Request, volume: Volume | None) -> Infusion | None:
    if not dose.duration_min:
        _require_none("infusion time", request.minutes)
        _require_none("diluted volume", request.diluted_to_mL)
        return None
    if request.minutes is not None and not math.isclose(request.minutes, dose.duration_min):
        raise Refused("infusion time", request.minutes, f"{dose.duration_min:g} min, as the protocol gives it")
    pumped_mL = _pumped_mL(request, volume)
    hours = dose.duration_min / 60
    return Infusion(dose.duration_min, total_mg / dose.duration_min, None if pumped_mL is None else pumped_mL / hours)


def _pumped_mL(request: Request, volume: Volume | None) -> float | None:
    """The whole volume that the pump gives: what was drawn up, or what that was diluted to."""
    diluted = request.diluted_to_mL
    drawn = volume.rounded_mL if volume is not None else None
    if diluted is None:
        return drawn
    if not 0 < diluted <= PLAUSIBLE_VOLUME_ML:
        raise Refused("diluted volume", diluted, f"a number above zero and up to {PLAUSIBLE_VOLUME_ML:g}, in mL")
    if drawn is not None and diluted < drawn:
        raise Refused("diluted volume", diluted, f"at least the {drawn:.2f} mL drawn up, in mL")
    return diluted


def _require_none(what: str, given: float | None) -> None:
    if given is not None:
        raise Refused(what, given, "none: this protocol gives no infusion")


def _arithmetic(
    protocol: Protocol, request: Request, total_mg: float, volume: Volume | None, infusion: Infusion | None
) -> Iterator[Message]:
    yield _total_said(protocol, request, total_mg)
    if volume is not None:
        yield _volume_said(request, total_mg, volume)
    if infusion is not None:
        yield from _infusion_said(total_mg, infusion)


def _total_said(protocol: Protocol, request: Request, total_mg: float) -> Message:
    if request.unit == "mg":
        return mg_said(protocol, total_mg)
    return Message(
        "{amount:g} mg/kg × {weight:g} kg = {total:.6g} mg.",
        amount=request.amount,
        weight=request.weight_kg,
        total=total_mg,
    )


def _volume_said(request: Request, total_mg: float, volume: Volume) -> Message:
    return Message(
        "{total:.6g} mg ÷ {concentration:g} mg/mL = {exact:.6g} mL; rounded to the nearest {step:g} mL: "
        "{rounded:.2f} mL, which holds {holds:.6g} mg ({off:+.2f}% of the dose).",
        total=total_mg,
        concentration=request.concentration_mg_per_mL,
        exact=volume.exact_mL,
        step=VOLUME_STEP_ML,
        rounded=volume.rounded_mL,
        holds=volume.holds_mg,
        off=100 * (volume.holds_mg / total_mg - 1) + 0.0,
    )


def _infusion_said(total_mg: float, infusion: Infusion) -> Iterator[Message]:
    yield Message(
        "{total:.6g} mg ÷ {minutes:g} min = {rate:.6g} mg/min.",
        total=total_mg,
        minutes=infusion.minutes,
        rate=infusion.mg_per_min,
    )
    if infusion.mL_per_h is not None:
        yield Message(
            "{volume:.6g} mL ÷ {minutes:g} min × 60 = {rate:.6g} mL/h.",
            volume=infusion.mL_per_h * infusion.minutes / 60,
            minutes=infusion.minutes,
            rate=infusion.mL_per_h,
        )
