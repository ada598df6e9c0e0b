"""Consent, courses and plans: assess, discuss, consent, plan, sign. Each step needs the one before."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from ketaminder import evidence
from ketaminder.clinic.acting import Acting
from ketaminder.clinic.care.assessments import assessed
from ketaminder.clinic.care.chart import Chart, afresh
from ketaminder.clinic.care.clock import day_of
from ketaminder.clinic.events import write
from ketaminder.clinic.events.consents import ConsentGiven, ConsentWithdrawn, Scope
from ketaminder.clinic.events.courses import CourseClosed, CourseOpened, PlanMade, PlannedVisit
from ketaminder.clinic.events.records import AssessmentMade, RecordImported
from ketaminder.clinic.ids import new_id
from ketaminder.clinic.models import Event
from ketaminder.plan import Comparison, Option, Status, compare
from ketaminder.terms import Refused

PLANNABLE = (Status.PERMITTED,)
"""What the criteria must say of a protocol before it can be planned."""


@transaction.atomic
def consent(
    acting: Acting,
    chart: Chart,
    scope: Scope,
    *,
    text_version: str,
    given_how: str,
    observed_at: datetime | None = None,
    expires_on: date | None = None,
    recipient: str = "",
) -> Event:
    """Record that the patient agreed.

    Raises:
        Refused: no text is named, or a disclosure names nobody.
    """
    chart = afresh(acting, chart)
    if not text_version.strip():
        raise Refused("text version", text_version, "the version of the consent text that the patient read")
    if scope is Scope.SUBSTANCE_USE and not recipient.strip():
        raise Refused("recipient", recipient, "to whom substance-use records may be disclosed")
    content = ConsentGiven(
        scope=scope,
        text_version=text_version.strip(),
        given_how=given_how,
        expires_on=expires_on,
        recipient=recipient.strip(),
    )
    apart = scope is Scope.SUBSTANCE_USE
    return write(acting, content, patient=chart.patient.id, observed_at=observed_at, substance_use=apart)


@transaction.atomic
def withdraw(acting: Acting, chart: Chart, scope: Scope, reason: str) -> Event:
    """Record that the patient no longer agrees.

    Raises:
        Refused: no consent of that scope stands.
    """
    chart = afresh(acting, chart)
    standing = chart.consent(scope, day_of(acting))
    if standing is None:
        raise Refused("consent", scope, "a consent that stands")
    content = ConsentWithdrawn(scope=scope, consent=standing[0].id, reason=reason.strip())
    return write(acting, content, patient=chart.patient.id, substance_use=scope is Scope.SUBSTANCE_USE)


def compared(made: AssessmentMade, start: date, *, draw: bool = False) -> Comparison:
    """Every protocol beside the case of an assessment, from a first day."""
    return compare(assessed(made), evidence.load(), draw=draw, parts=False, start=start)


@transaction.atomic
def plan(acting: Acting, chart: Chart, protocol: str, first_day: date, discussed: str) -> Event:
    """Plan a permitted protocol from a first day; the course is opened with its first plan.

    Raises:
        Refused: no assessment of the newest record, no consent to treatment, no discussion, a protocol that the
            criteria do not permit, or another course is open.
    """
    chart = afresh(acting, chart)
    if chart.assessment is None:
        raise Refused("assessment", None, "a candidate assessment")
    _check_newest(chart, chart.assessment[0])
    if chart.consent(Scope.TREATMENT, day_of(acting)) is None:
        raise Refused("consent", None, "the patient's consent to treatment")
    if not discussed.strip():
        raise Refused("discussion", discussed, "what was discussed with the patient")
    event, made = chart.assessment
    option = _permitted(compared(made, first_day), protocol)
    course = _course(acting, chart, event, made, option)
    content = PlanMade(
        protocol=protocol,
        assessment=event.id,
        first_day=first_day,
        visits=_visits(option),
        discussed=discussed.strip(),
    )
    return write(acting, content, patient=chart.patient.id, subject=course)


@transaction.atomic
def close(acting: Acting, chart: Chart, reason: str, outcome: str) -> Event:
    """End the open course.

    Raises:
        Refused: none is open, or no reason is given.
    """
    chart = afresh(acting, chart)
    if chart.open_course is None:
        raise Refused("course", None, "an open course")
    if not reason.strip():
        raise Refused("reason", reason, "why, in words")
    content = CourseClosed(reason=reason.strip(), outcome=outcome.strip())
    return write(acting, content, patient=chart.patient.id, subject=chart.open_course[0].subject)


def _check_newest(chart: Chart, assessment: Event) -> None:
    """Refuse an assessment that a newer record, or a newer assessment that is withheld, has overtaken."""
    if chart.record is not None and chart.record[0].number > assessment.number:
        raise Refused("assessment", "of an older record", "an assessment of the newest record")
    if chart.hides(RecordImported, AssessmentMade, after=assessment):
        raise Refused("assessment", "withheld", "somebody who may read the newest one, on substance use")


def _permitted(comparison: Comparison, protocol: str) -> Option:
    option = next((one for one in comparison.options if one.protocol.id == protocol), None)
    if option is None or option.status not in PLANNABLE:
        found = option.status if option else "unknown"
        raise Refused("protocol", f"{protocol}: {found}", "a protocol that the criteria permit for this patient today")
    return option


def _course(acting: Acting, chart: Chart, assessment: Event, made: AssessmentMade, option: Option) -> UUID:
    """The open course where it is this one; else a new one."""
    if chart.open_course is not None:
        event, opened = chart.open_course
        if (opened.product, opened.indication) != (option.protocol.product, made.indication):
            raise Refused("course", f"{opened.product} for {opened.indication}", "the open course closed first")
        return event.thing
    course = new_id()
    content = CourseOpened(indication=made.indication, product=option.protocol.product, assessment=assessment.id)
    write(acting, content, patient=chart.patient.id, subject=course)
    return course


def _visits(option: Option) -> tuple[PlannedVisit, ...]:
    course = option.timetable
    if course is None:
        return ()
    in_mg = course.unit == "mg"
    return tuple(
        PlannedVisit(
            number=visit.number,
            on=visit.on,
            phase=visit.phase,
            lowest_dose_mg=visit.lowest if in_mg else None,
            highest_dose_mg=visit.highest if in_mg else None,
        )
        for visit in course.visits
    )
