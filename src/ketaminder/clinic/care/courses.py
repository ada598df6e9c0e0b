"""Consent, courses and plans: assess, discuss, consent, plan, sign. Each step needs the one before."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction

from ketaminder import evidence
from ketaminder.clinic.acting import Acting
from ketaminder.clinic.care.assessments import case_of, record_of
from ketaminder.clinic.care.chart import Chart
from ketaminder.clinic.events import write
from ketaminder.clinic.events.consents import ConsentGiven, ConsentWithdrawn, Scope
from ketaminder.clinic.events.courses import CourseClosed, CourseOpened, PlanMade, PlannedVisit
from ketaminder.clinic.events.records import AssessmentMade
from ketaminder.clinic.models import Event
from ketaminder.plan import Comparison, Option, Status, compare
from ketaminder.terms import Phase, Product, Refused, Region

PLANNABLE = (Status.PERMITTED,)
"""What the criteria must say of a protocol before it can be planned."""


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


def withdraw(acting: Acting, chart: Chart, scope: Scope, reason: str) -> Event:
    """Record that the patient no longer agrees.

    Raises:
        Refused: no consent of that scope stands.
    """
    standing = chart.consent(scope)
    if standing is None:
        raise Refused("consent", scope, "a consent that stands")
    content = ConsentWithdrawn(scope=scope, consent=standing[0].id, reason=reason.strip())
    return write(acting, content, patient=chart.patient.id, substance_use=scope is Scope.SUBSTANCE_USE)


def compared(made: AssessmentMade, start: date, *, draw: bool = False) -> Comparison:
    """Every protocol beside the case of an assessment, from a first day."""
    chosen = (Region(made.region) if made.region else None, Product(made.product), Phase(made.phase))
    return compare(case_of(record_of(made), made.on, chosen), evidence.load(), draw=draw, start=start)


@transaction.atomic
def plan(acting: Acting, chart: Chart, protocol: str, first_day: date, discussed: str) -> Event:
    """Plan a permitted protocol from a first day; the course is opened with its first plan.

    Raises:
        Refused: no assessment, no consent to treatment, no discussion, or a protocol that the criteria do not permit.
    """
    if chart.assessment is None:
        raise Refused("assessment", None, "a candidate assessment")
    if chart.consent(Scope.TREATMENT) is None:
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


def close(acting: Acting, chart: Chart, reason: str, outcome: str) -> Event:
    """End the open course.

    Raises:
        Refused: none is open, or no reason is given.
    """
    if chart.open_course is None:
        raise Refused("course", None, "an open course")
    if not reason.strip():
        raise Refused("reason", reason, "why, in words")
    content = CourseClosed(reason=reason.strip(), outcome=outcome.strip())
    return write(acting, content, patient=chart.patient.id, subject=chart.open_course[0].subject)


def _permitted(comparison: Comparison, protocol: str) -> Option:
    option = next((one for one in comparison.options if one.protocol.id == protocol), None)
    if option is None or option.status not in PLANNABLE:
        found = option.status if option else "unknown"
        raise Refused("protocol", f"{protocol}: {found}", "a protocol that the criteria permit for this patient today")
    return option


def _course(acting: Acting, chart: Chart, assessment: Event, made: AssessmentMade, option: Option) -> UUID:
    if chart.open_course is not None and chart.open_course[1].product == option.protocol.product:
        return chart.open_course[0].thing
    course = uuid4()
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
