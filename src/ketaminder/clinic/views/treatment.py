"""Assess, discuss, consent, plan, sign: the way to treatment, step by step."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from ketaminder.clinic.accounts.gate import granted
from ketaminder.clinic.acting import Acting
from ketaminder.clinic.care import assessments, courses, decisions
from ketaminder.clinic.care.chart import Chart
from ketaminder.clinic.care.clock import today
from ketaminder.clinic.events.consents import Scope
from ketaminder.clinic.events.decisions import FindingOverridden, Meaning
from ketaminder.clinic.events.records import AssessmentMade
from ketaminder.clinic.models import Event
from ketaminder.clinic.pages.candidate import candidate_context
from ketaminder.clinic.pages.forms import (
    AssessForm,
    CloseForm,
    ConsentForm,
    OverrideForm,
    PlanForm,
    RecordForm,
    SignForm,
    WithdrawalForm,
)
from ketaminder.clinic.pages.history import SAID
from ketaminder.clinic.pages.shell import render
from ketaminder.clinic.roles import May
from ketaminder.clinic.templatetags.clinic import prose
from ketaminder.clinic.views.charts import deed_page, opened_or_404, read_or_404, standing_or_404
from ketaminder.clinic.views.deed import answer, posted
from ketaminder.clinic.views.frame import shell_for
from ketaminder.plan import Status
from ketaminder.terms import Refused

READ_OR_WRITE = ["GET", "HEAD", "POST"]


@granted(May.IMPORT_RECORD)
@require_http_methods(READ_OR_WRITE)
def import_record(request: HttpRequest, acting: Acting, patient: UUID) -> HttpResponseBase:
    """Take in an electronic record or a case form."""
    row = standing_or_404(acting, patient).patient
    form = RecordForm(posted(request), request.FILES or None)

    def deed() -> str:
        said, text = form.cleaned_data, form.document()
        origin = said["file"].name[:150] if said["file"] else gettext("typed")
        if said["same_person"]:
            origin = gettext("{origin}, compared by its importer").format(origin=origin)
        else:
            assessments.check_person(acting, patient, text, today())
        assessments.receive(acting, patient, text, origin=origin, on=today(), substance_use=said["substance_use"])
        return reverse("chart", args=[patient])

    return answer(request, form, deed, lambda: deed_page(request, acting, row, form, "import_record"))


@granted(May.ASSESS)
@require_http_methods(READ_OR_WRITE)
def assess(request: HttpRequest, acting: Acting, patient: UUID) -> HttpResponseBase:
    """Make a candidate assessment of the newest record."""
    chart = standing_or_404(acting, patient)
    form = AssessForm(posted(request))

    def deed() -> str:
        made = assessments.make(acting, chart, on=today(), **form.chosen())
        return reverse("assessment", args=[patient, made.id])

    return answer(request, form, deed, lambda: deed_page(request, acting, chart.patient, form, "assess"))


@granted(May.OPEN_CHART)
@require_safe
def assessment(request: HttpRequest, acting: Acting, patient: UUID, made: UUID) -> HttpResponse:
    """One candidate assessment: the decision, its reasons and sources, the protocols, the curves."""
    chart = opened_or_404(request, acting, patient)
    event, content = _assessment(chart, made)
    comparison = courses.compared(content, today(), draw=settings.KETAMINDER_FORECASTS)
    context = {
        **candidate_context(comparison, forecasts=settings.KETAMINDER_FORECASTS),
        "name": chart.patient.name,
        "patient": chart.patient,
        "made": event,
        "replay": assessments.replayed(content, comparison.assessment),
        "overrides": {
            one.rule: (event, one) for event, one in chart.every(FindingOverridden) if one.assessment == made
        },
        "may_override": acting.may(May.OVERRIDE),
    }
    return HttpResponse(render("clinic/assessment.html", context, shell_for(request, acting), request))


@granted(May.OVERRIDE, fresh=True)
@require_http_methods(READ_OR_WRITE)
def override(request: HttpRequest, acting: Acting, patient: UUID, made: UUID, rule: str) -> HttpResponseBase:
    """Decide against one finding, with reason."""
    chart = read_or_404(request, acting, patient)
    _, content = _assessment(chart, made)
    finding = next((one for one in content.findings if one.rule == rule), None)
    if finding is None:
        raise Http404("no such finding")
    form = OverrideForm(posted(request), initial={"rule": rule})

    def deed() -> str:
        decisions.override(acting, chart, made, rule, form.cleaned_data["reason"])
        return reverse("assessment", args=[patient, made])

    def page() -> str:
        context = {"patient": chart.patient, "form": form, "deed": "override", "finding": finding}
        return render("clinic/deed.html", context, shell_for(request, acting), request)

    return answer(request, form, deed, page)


@granted(May.RECORD_CONSENT)
@require_http_methods(READ_OR_WRITE)
def consent(request: HttpRequest, acting: Acting, patient: UUID) -> HttpResponseBase:
    """Record that the patient agrees."""
    chart = standing_or_404(acting, patient)
    form = ConsentForm(posted(request))

    def deed() -> str:
        said = form.cleaned_data
        courses.consent(
            acting,
            chart,
            Scope(said["scope"]),
            text_version=said["text_version"],
            given_how=said["given_how"],
            expires_on=said["expires_on"],
            recipient=said["recipient"],
        )
        return reverse("chart", args=[patient])

    return answer(request, form, deed, lambda: deed_page(request, acting, chart.patient, form, "consent"))


@granted(May.RECORD_CONSENT)
@require_http_methods(READ_OR_WRITE)
def withdraw(request: HttpRequest, acting: Acting, patient: UUID) -> HttpResponseBase:
    """Record that the patient no longer agrees."""
    chart = standing_or_404(acting, patient)
    form = WithdrawalForm(posted(request))

    def deed() -> str:
        courses.withdraw(acting, chart, Scope(form.cleaned_data["scope"]), form.cleaned_data["reason"])
        return reverse("chart", args=[patient])

    return answer(request, form, deed, lambda: deed_page(request, acting, chart.patient, form, "withdraw"))


@granted(May.PLAN)
@require_http_methods(READ_OR_WRITE)
def plan(request: HttpRequest, acting: Acting, patient: UUID) -> HttpResponseBase:
    """Plan a protocol that the criteria permit, after it was discussed."""
    chart = read_or_404(request, acting, patient)
    offered = permitted(chart)
    form = PlanForm(posted(request), protocols=offered)

    def deed() -> str:
        said = form.cleaned_data
        planned = courses.plan(acting, chart, said["protocol"], said["first_day"], said["discussed"])
        return reverse("sign", args=[patient, planned.id]) if acting.may(May.SIGN) else reverse("chart", args=[patient])

    def page() -> str:
        context = {"patient": chart.patient, "form": form, "deed": "plan", "none_permitted": not offered}
        return render("clinic/deed.html", context, shell_for(request, acting), request)

    return answer(request, form, deed, page)


@granted(May.SIGN, fresh=True)
@require_http_methods(READ_OR_WRITE)
def sign(request: HttpRequest, acting: Acting, patient: UUID, event: UUID) -> HttpResponseBase:
    """Sign an event as it stands on the screen."""
    chart = read_or_404(request, acting, patient)
    told = next((one for one in chart.told if one.event.id == event), None)
    if told is None:
        raise Http404("no such event in this chart")
    form = SignForm(posted(request), initial={"digest": told.event.digest})

    def deed() -> str:
        decisions.sign(acting, chart, event, form.cleaned_data["digest"], Meaning(form.cleaned_data["meaning"]))
        return reverse("chart", args=[patient])

    def page() -> str:
        context = {
            "patient": chart.patient,
            "form": form,
            "deed": "sign",
            "told": told,
            "said": SAID[type(told.content)](told.content),
        }
        return render("clinic/deed.html", context, shell_for(request, acting), request)

    return answer(request, form, deed, page)


@granted(May.PLAN)
@require_http_methods(READ_OR_WRITE)
def close(request: HttpRequest, acting: Acting, patient: UUID) -> HttpResponseBase:
    """End the course."""
    chart = standing_or_404(acting, patient)
    form = CloseForm(posted(request))

    def deed() -> str:
        courses.close(acting, chart, form.cleaned_data["reason"], form.cleaned_data["outcome"])
        return reverse("chart", args=[patient])

    return answer(request, form, deed, lambda: deed_page(request, acting, chart.patient, form, "close"))


def _assessment(chart: Chart, made: UUID) -> tuple[Event, AssessmentMade]:
    found = next(((event, content) for event, content in chart.every(AssessmentMade) if event.id == made), None)
    if found is None:
        raise Http404("no such assessment in this chart")
    return found


def permitted(chart: Chart) -> list[tuple[str, str]]:
    """The protocols that the last assessment permits; none where nothing can be assessed."""
    if chart.assessment is None:
        return []
    try:
        comparison = courses.compared(chart.assessment[1], today())
    except Refused:
        return []
    return [(one.protocol.id, prose(one.protocol.name)) for one in comparison.options if one.status is Status.PERMITTED]
