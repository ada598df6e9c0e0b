"""A protocol as dates: its visits from a start, the hours that they ask of a patient, and the drug in all."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ketaminder.evidence import Protocol
from ketaminder.evidence.library import ProtocolPhase
from ketaminder.terms import Message, Phase, Refused

DAYS_OF_A_WEEK = {1: (0,), 2: (0, 3), 3: (0, 2, 4), 5: (0, 1, 2, 3, 4)}
"""Where the visits of a week are placed, by their number. Twice a week on days 1 and 4 is TRANSFORM-1's pattern; the
others are a convention: sources give the number of visits, not the day."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One session of a course: its number, its date, and the least and the most that the protocol permits there."""

    number: int
    on: date
    week: int
    phase: str
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class Continuation:
    """An open phase: from a date on, every so many days (published alternatives; empty: individual)."""

    phase: str
    from_date: date
    every_days: tuple[float, ...]
    visits: str


@dataclass(frozen=True, slots=True)
class Timetable:
    """The published course of a protocol from `start`. Amounts are in `unit`: "mg", or "mg/kg" without a weight.

    `hours_each` is the shortest visit that a read source gives, without arrival and preparation; None where no source
    gives an observation time.
    """

    start: date
    visits: tuple[Visit, ...]
    continuations: tuple[Continuation, ...]
    unit: str
    hours_each: float | None
    time: Message
    placing: Message

    @property
    def lowest_total(self) -> float:
        """The least drug in all, in `unit`."""
        return math.fsum(visit.lowest for visit in self.visits)

    @property
    def highest_total(self) -> float:
        """The most drug in all, in `unit`."""
        return math.fsum(visit.highest for visit in self.visits)

    @property
    def hours(self) -> float | None:
        """Hours of all visits at their shortest; None where no source gives an observation time."""
        return None if self.hours_each is None else self.hours_each * len(self.visits)


def timetable(protocol: Protocol, start: date, weight_kg: float | None = None, phase: Phase | None = None) -> Timetable:
    """What remains of `protocol` from `start` for a patient who stands in `phase`.

    Args:
        protocol: the published schedule.
        start: the date of the first session.
        weight_kg: the measured weight, with which a dose per kilogram becomes mg.
        phase: where the patient stands; None: the whole course, of which weeks and numbers of visits always are.

    Raises:
        Refused: the course would run past the calendar, a weight is not above zero, or a frequency has no placing.
    """
    factor = _factor(protocol, weight_kg)
    phases = protocol.phases if phase is None else protocol.remaining(phase)
    try:
        visits = tuple(_visits(protocol, phases, start, factor))
        continuations = tuple(_continuation(one, phases, start) for one in phases if one.to_week is None)
    except OverflowError:
        raise Refused("start", start.isoformat(), "a date from which the course stays within the calendar") from None
    hours_each = None if protocol.observation_min is None else protocol.observation_min / 60
    return Timetable(
        start=start,
        visits=visits,
        continuations=continuations,
        unit="mg" if protocol.unit == "mg" or weight_kg is not None else protocol.unit,
        hours_each=hours_each,
        time=_time(protocol, len(visits)),
        placing=_placing(phases),
    )


def _factor(protocol: Protocol, weight_kg: float | None) -> float:
    if protocol.unit == "mg" or weight_kg is None:
        return 1.0
    if not (math.isfinite(weight_kg) and weight_kg > 0):
        raise Refused("weight", weight_kg, "a body weight above zero, in kg")
    return weight_kg


def session_bounds(protocol: Protocol) -> tuple[tuple[float, float], ...]:
    """The least and the most that `protocol` permits at each session of its closed phases, in its own unit."""
    return tuple(bound for phase, to_week in _closed(protocol) for bound in _bounds(phase, len(_days(phase, to_week))))


def _closed(protocol: Protocol) -> Iterator[tuple[ProtocolPhase, int]]:
    """The phases with an end and a frequency, each with its last week."""
    for phase in protocol.phases:
        if phase.to_week is not None and phase.sessions_per_week:
            yield phase, phase.to_week


def _days(phase: ProtocolPhase, to_week: int) -> list[tuple[int, int]]:
    """The week and the day from the start of each session of a phase, at its most frequent."""
    a_week = phase.sessions_per_week[0]
    if a_week not in DAYS_OF_A_WEEK:
        raise Refused(f"sessions a week of {phase.name}", a_week, f"one of {', '.join(map(str, DAYS_OF_A_WEEK))}")
    offsets = DAYS_OF_A_WEEK[int(a_week)]
    return [(week, 7 * (week - 1) + offset) for week in range(phase.from_week, to_week + 1) for offset in offsets]


def _visits(protocol: Protocol, phases: tuple[ProtocolPhase, ...], start: date, factor: float) -> Iterator[Visit]:
    days = [(phase, week, day) for phase, to_week in _closed(protocol) for week, day in _days(phase, to_week)]
    bounds = session_bounds(protocol)
    for number, ((phase, week, day), (lowest, highest)) in enumerate(zip(days, bounds, strict=True), start=1):
        if phase in phases:
            on = start + timedelta(days=day - 7 * (phases[0].from_week - 1))
            yield Visit(number, on, week, phase.name, lowest * factor, highest * factor)


def _bounds(phase: ProtocolPhase, sessions: int) -> list[tuple[float, float]]:
    """The least and the most at each session. After a published first dose the most rises by one step a session."""
    amounts = phase.amounts
    if phase.first_amount is None:
        return [(amounts[0], amounts[-1])] * sessions
    reached = amounts.index(phase.first_amount)
    later = [(amounts[0], amounts[min(reached + place, len(amounts) - 1)]) for place in range(1, sessions)]
    return [(phase.first_amount, phase.first_amount), *later]


def _continuation(phase: ProtocolPhase, phases: tuple[ProtocolPhase, ...], start: date) -> Continuation:
    every = tuple(7 / a_week for a_week in phase.sessions_per_week)
    return Continuation(phase.name, start + timedelta(weeks=phase.from_week - phases[0].from_week), every, phase.visits)


def _time(protocol: Protocol, visits: int) -> Message:
    minutes = max(dose.duration_min for dose in protocol.doses)
    if protocol.observation_min is not None:
        each = protocol.observation_min / 60
        if not visits:
            return Message("At least {each:g} h of observation a visit.", each=each)
        return Message(
            "At least {each:g} h of observation a visit, {total:g} h over {visits} visits.",
            each=each,
            total=each * visits,
            visits=visits,
        )
    if minutes:
        return Message(
            "Infusion of {minutes:g} min; the observation time is not given by any read source: the site sets it.",
            minutes=minutes,
        )
    return Message("The observation time is not given by any read source: the site sets it.")


def _placing(phases: tuple[ProtocolPhase, ...]) -> Message:
    """What the dates rest on beyond the source."""
    several = [phase for phase in phases if len(phase.sessions_per_week) > 1 and phase.to_week is not None]
    if several:
        return Message(
            "Sources give visits a week, not days: the days here are a convention. Shown at the most frequent of: "
            "{visits}.",
            visits=several[0].visits,
        )
    return Message("Sources give visits a week, not days: the days within a week are a convention.")
