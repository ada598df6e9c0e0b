"""The patient's one page: who, where things stand, the decision, the course as a timeline, everything recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext

from ketaminder.clinic.acting import Acting
from ketaminder.clinic.care.chart import Chart, Told
from ketaminder.clinic.care.patients import age_on
from ketaminder.clinic.events.consents import Scope
from ketaminder.clinic.events.decisions import FindingOverridden, Signed
from ketaminder.clinic.events.records import AssessmentMade, NoteWritten
from ketaminder.clinic.models import Appointment, Event, Standing
from ketaminder.clinic.pages.history import SAID, history
from ketaminder.clinic.pages.timeline import Timeline, timeline
from ketaminder.clinic.pages.visit_words import follows
from ketaminder.clinic.roles import May
from ketaminder.clinic.templatetags.clinic import day, word
from ketaminder.evidence import load
from ketaminder.terms import Result

SHOWN_FINDINGS = 5
AGAINST = (Result.EXCLUDE, Result.DEFER)
"""Results with which nobody goes on to treatment."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way to treatment: done, held, to do next, or waiting for another."""

    name: str
    state: str
    said: str
    when: datetime | None = None
    author: str = ""
    href: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class SignatureShown:
    """A signature with what it says, the sentence that was signed, and whether it still fits."""

    content: Signed
    of: str
    at: datetime
    fits: bool


def chart_context(chart: Chart, acting: Acting, appointments: Sequence[Appointment], on: date) -> dict[str, object]:
    """All that the patient's page shows."""
    assessment, way = chart.assessment, steps(chart, acting)
    return {
        "chart": chart,
        "patient": chart.patient,
        "age_years": age_on(chart.patient.birth_date, on),
        "steps": way,
        "under_way": all(step.state == "done" for step in way),
        "assessment": assessment,
        "leading": _leading(assessment[1]) if assessment else (),
        "overridden": _overridden(chart),
        "plan": chart.plan,
        "protocol": load().protocols.get(chart.plan[1].protocol) if chart.plan else None,
        "timeline": _timeline(chart, appointments, on),
        "consents": [(scope, chart.consent(scope)) for scope in Scope if _sees(acting, scope)],
        "signatures": _signatures(chart),
        "visits": _visits_ahead(chart, acting, appointments, on),
        "notes": list(reversed(chart.every(NoteWritten))),
        "history": history(chart),
        "may": {need.name.lower(): acting.may(need) for need in May},
    }


def steps(chart: Chart, acting: Acting) -> list[Step]:
    """Record, assessment, consent, plan, signature: each with its state, in the order in which they are taken."""
    taken = [_record(chart), _assessment(chart), _consent(chart), _plan(chart), _signature(chart)]
    spoken_for = chart.patient.merged_into_id is not None
    return list(_in_order([(step, not spoken_for and acting.may(need)) for step, need in taken]))


def _in_order(taken: Sequence[tuple[Step, bool]]) -> Iterator[Step]:
    """The first step that is not done is next; those after it wait. A link is shown to who may follow it."""
    waiting = False
    for step, may in taken:
        state = step.state if step.state != "next" else "waiting" if waiting else "next"
        waiting = waiting or state != "done"
        open_to = may and state != "waiting"
        yield Step(
            step.name,
            state,
            step.said,
            step.when,
            step.author,
            step.href if open_to else "",
            step.link if open_to else "",
        )


def _record(chart: Chart) -> tuple[Step, May]:
    href, name = _to("import_record", chart), gettext("Record")
    if chart.record is None:
        return Step(
            name, "next", gettext("No record yet."), href=href, link=gettext("Import a record")
        ), May.IMPORT_RECORD
    event, _ = chart.record
    said = gettext("A record was imported.")
    return _done(name, said, event, href, gettext("Import a newer one")), May.IMPORT_RECORD


def _assessment(chart: Chart) -> tuple[Step, May]:
    href, name = _to("assess", chart), gettext("Assessment")
    if chart.assessment is None or (chart.record and chart.assessment[0].number < chart.record[0].number):
        said = gettext("The newest record was not assessed.")
        return Step(name, "next", said, href=href, link=gettext("Assess")), May.ASSESS
    event, made = chart.assessment
    done = _done(name, str(capfirst(word(made.result))), event, href, gettext("Assess again"))
    return (replace(done, state="held") if made.result in AGAINST else done), May.ASSESS


def _consent(chart: Chart) -> tuple[Step, May]:
    href, name = _to("consent", chart), gettext("Consent")
    standing = chart.consent(Scope.TREATMENT)
    if standing is None:
        said = gettext("No consent to treatment stands.")
        return Step(name, "next", said, href=href, link=gettext("Record consent")), May.RECORD_CONSENT
    said = gettext("Consent to treatment, text {version}.").format(version=standing[1].text_version)
    return _done(name, said, standing[0], href, gettext("Record another")), May.RECORD_CONSENT


def _plan(chart: Chart) -> tuple[Step, May]:
    href, name = _to("plan", chart), gettext("Plan")
    if chart.plan is None:
        return Step(name, "next", gettext("No course is planned."), href=href, link=gettext("Plan a course")), May.PLAN
    event, plan = chart.plan
    said = gettext("{visits} visits from {day}.").format(visits=len(plan.visits), day=day(plan.first_day))
    return _done(name, said, event, href, gettext("Plan anew")), May.PLAN


def _signature(chart: Chart) -> tuple[Step, May]:
    name = gettext("Signature")
    if chart.plan is None:
        return Step(name, "next", gettext("The plan is signed once it is made.")), May.SIGN
    event, _ = chart.plan
    href = reverse("sign", args=[chart.patient.id, event.id])
    fitting = [(at, signed) for at, signed, fits in chart.signatures(event.id) if fits]
    if not fitting:
        return Step(
            name, "next", gettext("The plan is not signed."), href=href, link=gettext("Sign the plan")
        ), May.SIGN
    at, signed = fitting[-1]
    said = gettext("{name} {meaning} the plan.").format(meaning=word(signed.meaning), name=signed.printed_name)
    return _done(name, said, at, href, gettext("Sign again")), May.SIGN


def _done(name: str, said: str, event: Event, href: str, link: str) -> Step:
    return Step(name, "done", said, event.recorded_at, event.author.name, href, link)


def _to(name: str, chart: Chart) -> str:
    return reverse(name, args=[chart.patient.id])


def _leading(made: AssessmentMade) -> list[tuple[str, str]]:
    """Rule and sentence of the findings that make the result."""
    deciding = AGAINST if made.result in AGAINST else (made.result,)
    return [(one.rule, one.reason) for one in made.findings if one.verdict in deciding][:SHOWN_FINDINGS]


def _overridden(chart: Chart) -> list[tuple[Event, FindingOverridden]]:
    if chart.assessment is None:
        return []
    last = chart.assessment[0].id
    return [(event, content) for event, content in chart.every(FindingOverridden) if content.assessment == last]


def _timeline(chart: Chart, appointments: Sequence[Appointment], on: date) -> Timeline | None:
    if chart.plan is None:
        return None
    course = chart.plan[0].subject
    return timeline(chart.plan[1], [one for one in appointments if one.course_id == course], on)


def _visits_ahead(
    chart: Chart, acting: Acting, appointments: Sequence[Appointment], on: date
) -> list[dict[str, object]]:
    """The visits from a day on, and earlier ones of which nobody has said what became of them."""
    days = [(one, localtime(one.starts_at).date()) for one in appointments]
    may = acting.may(May.BOOK) and not chart.patient.merged_into_id
    return [
        {
            "visit": one,
            "follows": follows(one, ahead=when > on) if may else (),
            "moves": may and one.standing == Standing.BOOKED,
        }
        for one, when in days
        if when >= on or one.standing == Standing.BOOKED
    ]


def _sees(acting: Acting, scope: Scope) -> bool:
    return acting.reads_substance_use or scope is not Scope.SUBSTANCE_USE


def _signatures(chart: Chart) -> list[SignatureShown]:
    told = {one.event.id: one for one in chart.told}
    return [_signature_shown(told.get(content.of), event, content) for event, content in chart.every(Signed)]


def _signature_shown(of: Told | None, event: Event, content: Signed) -> SignatureShown:
    fits = of is not None and of.event.digest == content.digest
    return SignatureShown(content, SAID[type(of.content)](of.content) if of else "", event.recorded_at, fits)
