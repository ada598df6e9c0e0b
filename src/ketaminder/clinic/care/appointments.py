"""Booking: no room twice, no nurse over more rooms than the clinic has signed for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from ketaminder.clinic.acting import Acting
from ketaminder.clinic.audit.append import next_number
from ketaminder.clinic.care.chart import Chart, afresh
from ketaminder.clinic.care.clock import begins
from ketaminder.clinic.events import content_of, write
from ketaminder.clinic.events.appointments import AppointmentBooked, AppointmentMoved, AppointmentStood
from ketaminder.clinic.events.site import NurseLimitSigned
from ketaminder.clinic.ids import new_id
from ketaminder.clinic.models import Appointment, Event, Membership, Patient, Standing
from ketaminder.clinic.roles import Role
from ketaminder.terms import Refused

FOLLOWS = {
    Standing.BOOKED: (Standing.ARRIVED, Standing.CANCELLED, Standing.MISSED),
    Standing.ARRIVED: (Standing.FINISHED, Standing.BOOKED),
    Standing.MISSED: (Standing.ARRIVED,),
    Standing.FINISHED: (Standing.ARRIVED,),
    Standing.CANCELLED: (),
}
"""What an appointment may become. A patient who was thought missing may come after all, and what was said of the
wrong patient is taken back: each is an event of its own."""

WITHOUT_SIGNED_LIMIT = 1
"""Rooms that one nurse watches at a time where the clinic has signed no other number: the most cautious reading."""


@dataclass(frozen=True, slots=True)
class Slot:
    """When, where and with whom."""

    starts_at: datetime
    ends_at: datetime
    room: str
    nurse: UUID | None
    physician: UUID | None = None
    escort: str = ""

    def __post_init__(self) -> None:
        if self.ends_at <= self.starts_at:
            raise Refused("ends at", self.ends_at.isoformat(), f"later than its start, {self.starts_at.isoformat()}")
        if not self.room.strip():
            raise Refused("room", self.room, "a room")


@transaction.atomic
def book(acting: Acting, chart: Chart, slot: Slot) -> Event:
    """Arrange a visit.

    Raises:
        Refused: the room is taken, the nurse would watch too many rooms, a person named does not work here in that
            role, or the patient has another visit then.
    """
    chart = afresh(acting, chart)
    appointment = new_id()
    told = _arranged(acting, chart, slot, appointment)
    return write(acting, AppointmentBooked(**told), patient=chart.patient.id, subject=appointment)


@transaction.atomic
def move(acting: Acting, chart: Chart, appointment: UUID, slot: Slot, reason: str = "") -> Event:
    """Arrange a booked visit anew, in one step; it stays on the chart for which it was booked.

    Raises:
        Refused: as `book`, or the visit is none of this patient's that is still booked.
    """
    chart = afresh(acting, chart)
    row = of_clinic(acting).filter(patient_id__in=chart.charts, standing=Standing.BOOKED, id=appointment).first()
    if row is None:
        raise Refused("appointment", str(appointment), "a visit of this patient that is still booked")
    told = _arranged(acting, chart, slot, appointment)
    moved = AppointmentMoved(**told, before=row.starts_at, reason=reason.strip())
    return write(acting, moved, patient=row.patient_id, subject=appointment)


def _arranged(acting: Acting, chart: Chart, slot: Slot, appointment: UUID) -> dict[str, Any]:
    """What is written of a visit, once nothing hinders it."""
    _check_people(acting, slot)
    _check_free(acting, chart, slot, appointment)
    return {
        "course": chart.open_course[0].subject if chart.open_course else None,
        "starts_at": slot.starts_at,
        "ends_at": slot.ends_at,
        "room": slot.room.strip(),
        "nurse": slot.nurse,
        "physician": slot.physician,
        "escort": slot.escort.strip(),
    }


@transaction.atomic
def stand(acting: Acting, appointment: UUID, standing: Standing, reason: str = "") -> Event:
    """Say that the patient arrived, went home, cancelled or did not come.

    Raises:
        Refused: no such visit in this clinic, or one that cannot become this.
    """
    next_number()  # before the row, as in `book`, so that neither waits for the other
    row = of_clinic(acting).filter(id=appointment).first()
    if row is None:
        raise Refused("appointment", str(appointment), "a visit of this clinic")
    allowed = FOLLOWS[Standing(row.standing)]
    if standing not in allowed:
        required = " or ".join(allowed) or "nothing more"
        raise Refused("appointment", standing, f"{required}, since the visit is {row.standing}")
    return write(
        acting, AppointmentStood(standing=standing, reason=reason.strip()), patient=row.patient_id, subject=row.id
    )


def of_clinic(acting: Acting) -> QuerySet[Appointment]:
    return Appointment.objects.filter(clinic_id=acting.place)


def next_of(acting: Acting, patients: Iterable[UUID], day: date) -> dict[UUID, Appointment]:
    """The next visit from `day` on that is still booked, of each patient; a merged chart's counts for the other."""
    asked = list(patients)
    speaks = dict(Patient.objects.filter(merged_into_id__in=asked).values_list("id", "merged_into_id"))
    ahead = of_clinic(acting).filter(
        patient_id__in=[*asked, *speaks], standing=Standing.BOOKED, starts_at__gte=begins(acting, day)
    )
    return {speaks.get(one.patient_id, one.patient_id): one for one in ahead.order_by("-starts_at")}


def nurse_limit(acting: Acting) -> int:
    """How many rooms one nurse may watch at a time, as the clinic signed it."""
    signed = Event.objects.filter(clinic_id=acting.place, kind=NurseLimitSigned.kind).order_by("-number").first()
    content = content_of(signed) if signed else None
    return content.rooms if isinstance(content, NurseLimitSigned) else WITHOUT_SIGNED_LIMIT


def staff(acting: Acting, role: Role) -> QuerySet[Membership]:
    """Who holds a role in the clinic now."""
    return (
        Membership.objects.at(acting.now)
        .filter(clinic_id=acting.place, role=role, account__is_active=True)
        .select_related("account")
        .order_by("account__name")
    )


def _check_people(acting: Acting, slot: Slot) -> None:
    for who, role in ((slot.nurse, Role.NURSE), (slot.physician, Role.PHYSICIAN)):
        if who is not None and not staff(acting, role).filter(account_id=who).exists():
            raise Refused(role, str(who), f"somebody who works here as {role}")


def _check_free(acting: Acting, chart: Chart, slot: Slot, appointment: UUID) -> None:
    during = (
        of_clinic(acting)
        .filter(
            starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at, standing__in=[Standing.BOOKED, Standing.ARRIVED]
        )
        .exclude(id=appointment)
    )
    if during.filter(room__iexact=slot.room.strip()).exists():
        raise Refused("room", slot.room, "a room that is free then")
    if during.filter(patient_id__in=chart.charts).exists():
        raise Refused("patient", chart.patient.identifier, "no other visit of the patient then")
    watching, limit = _watched(during, slot), nurse_limit(acting)
    if slot.nurse and watching >= limit:
        raise Refused("nurse", f"{watching + 1} rooms at a time", f"at most {limit}, as the clinic has signed")


def _watched(during: QuerySet[Appointment], slot: Slot) -> int:
    """The most rooms that the slot's nurse watches at any one moment of it."""
    spans = list(during.filter(nurse_id=slot.nurse).values_list("starts_at", "ends_at"))
    moments = {max(start, slot.starts_at) for start, _ in spans}
    return max((sum(start <= moment < end for start, end in spans) for moment in moments), default=0)
