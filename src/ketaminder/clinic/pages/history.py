"""Everything recorded, a line an event, newest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from ketaminder.clinic.care.chart import Chart
from ketaminder.clinic.events import appointments, consents, courses, decisions, patients, records
from ketaminder.clinic.templatetags.clinic import day, moment, prose, word
from ketaminder.evidence import load

SAID: Mapping[type, Callable[[Any], str]] = {
    patients.PatientRegistered: lambda one: gettext("Registered as {name}.").format(name=one.name),
    patients.PatientCorrected: lambda one: gettext("Identity corrected: {reason}").format(reason=one.reason),
    patients.PatientMerged: lambda one: gettext("A duplicate chart was merged: {reason}").format(reason=one.reason),
    patients.PatientUnmerged: lambda one: gettext("Two charts were separated: {reason}").format(reason=one.reason),
    records.RecordImported: lambda one: gettext("Record imported ({origin}).").format(origin=one.origin),
    records.AssessmentMade: lambda one: gettext("Candidate assessment: {result}.").format(result=word(one.result)),
    records.NoteWritten: lambda one: one.text,
    consents.ConsentGiven: lambda one: gettext("Consent to {scope}, {how}.").format(
        scope=word(one.scope), how=word(one.given_how)
    ),
    consents.ConsentWithdrawn: lambda one: gettext("Consent to {scope} withdrawn.").format(scope=word(one.scope)),
    courses.CourseOpened: lambda one: gettext("Course opened: {product}.").format(product=word(one.product)),
    courses.PlanMade: lambda one: gettext("Planned: {protocol}, from {day}.").format(
        protocol=protocol_name(one.protocol), day=day(one.first_day)
    ),
    courses.CourseClosed: lambda one: gettext("Course closed: {reason}").format(reason=one.reason),
    decisions.Signed: lambda one: gettext("Signed: {meaning}, {name}.").format(
        meaning=word(one.meaning), name=one.printed_name
    ),
    decisions.FindingOverridden: lambda one: gettext("Decided against {rule}: {reason}").format(
        rule=one.rule, reason=one.reason
    ),
    appointments.AppointmentBooked: lambda one: gettext("Visit booked for {day}, {room}.").format(
        day=moment(one.starts_at), room=one.room
    ),
    appointments.AppointmentMoved: lambda one: gettext("Visit of {before} moved to {day}, {room}. {reason}").format(
        before=moment(one.before), day=moment(one.starts_at), room=one.room, reason=one.reason
    ),
    appointments.AppointmentStood: lambda one: gettext("Visit: {standing}. {reason}").format(
        standing=word(one.standing), reason=one.reason
    ),
}
"""Kind of content -> its sentence. A kind without one fails a test."""


def protocol_name(id_: str) -> str:
    """The name of a protocol; its id where the evidence in force holds it no more."""
    protocol = load().protocols.get(id_)
    return prose(protocol.name) if protocol else id_


@dataclass(frozen=True, slots=True)
class Line:
    """One event: when it was recorded and seen, what it says, by whom, and whether it was corrected since."""

    recorded_at: datetime
    observed_at: datetime
    said: str
    author: str
    role: str
    corrected: bool


def history(chart: Chart) -> list[Line]:
    return [
        Line(
            one.event.recorded_at,
            one.event.observed_at,
            SAID[type(one.content)](one.content),
            one.event.author.name,
            one.event.role,
            one.corrected,
        )
        for one in reversed(chart.told)
    ]
