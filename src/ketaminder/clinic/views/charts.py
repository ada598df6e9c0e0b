"""The list of patients, the patient's one page, and who the patient is."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ketaminder.clinic.accounts.gate import granted
from ketaminder.clinic.acting import Acting
from ketaminder.clinic.care import appointments, patients
from ketaminder.clinic.care.changes import LOOKED_AT, changed
from ketaminder.clinic.care.chart import Chart, opened, standing
from ketaminder.clinic.care.clock import today
from ketaminder.clinic.events import write
from ketaminder.clinic.events.records import NoteWritten
from ketaminder.clinic.models import Appointment, Patient
from ketaminder.clinic.pages.chart_page import chart_context
from ketaminder.clinic.pages.forms import CorrectionForm, DeedForm, IdentityForm, MergeForm, NoteForm
from ketaminder.clinic.pages.shell import render
from ketaminder.clinic.roles import May
from ketaminder.clinic.views.deed import answer, posted
from ketaminder.clinic.views.frame import shell_for
from ketaminder.terms import Refused

PER_PAGE = 25
LONGEST_NUMBER = 19
"""Digits that a number of an event never has: it is kept in 64 bits."""


@granted(May.FIND_PATIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The patients of the clinic. What is searched for is posted, so that no name stands in an address."""
    text = request.POST.get("text", "")[:200]
    found = patients.search(acting, text) if text else patients.find(acting, "")
    page = Paginator(found, PER_PAGE).get_page(request.POST.get("page") or request.GET.get("page"))
    visits = appointments.next_of(acting, [one.id for one in page], today())
    rows = [(one, visits.get(one.id)) for one in page]
    context = {"page": page, "rows": rows, "text": text, "may_register": acting.may(May.REGISTER_PATIENT)}
    context |= {"may_assess": acting.may(May.ASSESS), "may_break_glass": acting.may(May.BREAK_GLASS)}
    return HttpResponse(render("clinic/patients.html", context, shell_for(request, acting), request))


@granted(May.ASSESS)
@require_safe
def changed_results(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Whose last assessment would be another with the evidence in force."""
    asked = request.GET.get("before", "")
    looked = changed(
        acting, int(asked) if asked.isascii() and asked.isdigit() and len(asked) < LONGEST_NUMBER else None
    )
    context = {"changed": looked.changed, "before": looked.before, "most": LOOKED_AT, "older": bool(asked)}
    return HttpResponse(render("clinic/changed.html", context, shell_for(request, acting), request))


@granted(May.REGISTER_PATIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """Begin a chart; likely duplicates are shown first, and must be said to be other people."""
    form = IdentityForm(posted(request))
    doubtful: list[Patient] = []

    def deed() -> str:
        who = form.who()
        doubtful.extend(patients.likely_duplicates(acting, who))
        looked_at = frozenset(UUID(one) for one in request.POST.getlist("different") if _is_uuid(one))
        return reverse("chart", args=[patients.register(acting, who, different_from=looked_at)])

    def page() -> str:
        context = {"form": form, "doubtful": doubtful}
        return render("clinic/register.html", context, shell_for(request, acting), request)

    return answer(request, form, deed, page)


@granted(May.OPEN_CHART)
@require_safe
def chart(request: HttpRequest, acting: Acting, patient: UUID) -> HttpResponse:
    """The patient's one page. Opening it is noted."""
    found = opened_or_404(request, acting, patient)
    context = chart_context(found, acting, visits_of(found), today())
    return HttpResponse(
        render("clinic/patient.html", {**context, "note": NoteForm()}, shell_for(request, acting), request)
    )


@granted(May.REGISTER_PATIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, acting: Acting, patient: UUID) -> HttpResponseBase:
    """State anew who the patient is."""
    row = standing_or_404(acting, patient).patient
    told = {"name": row.name, "identifier": row.identifier, "birth_date": row.birth_date, "sex": row.sex}
    form = CorrectionForm(posted(request), initial=told)

    def deed() -> str:
        patients.correct(acting, patient, form.who(), form.cleaned_data["reason"])
        return reverse("chart", args=[patient])

    return answer(request, form, deed, lambda: deed_page(request, acting, row, form, "correct"))


@granted(May.MERGE_PATIENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, acting: Acting, patient: UUID) -> HttpResponseBase:
    """Let this chart speak for a duplicate, or separate them again."""
    row = standing_or_404(acting, patient).patient
    form = MergeForm(posted(request))

    def deed() -> str:
        said = form.cleaned_data
        other = _duplicate(acting, row, said["identifier"], said["birth_date"])
        change = patients.unmerge if other.merged_into_id == row.id else patients.merge
        change(acting, patient, other.id, said["reason"])
        return reverse("chart", args=[patient])

    return answer(request, form, deed, lambda: deed_page(request, acting, row, form, "merge"))


def _duplicate(acting: Acting, row: Patient, identifier: str, birth_date: date) -> Patient:
    """The other chart that is named, by two things that it says, so that a slip of one digit merges nobody."""
    other = patients.of_clinic(acting).filter(identifier=identifier).exclude(id=row.id).first()
    if other is not None and other.birth_date is None:
        required = "a chart that says when its patient was born: correct its identity first, then merge"
        raise Refused("duplicate", identifier, required)
    if other is None or other.birth_date != birth_date:
        required = "the number of another chart of this clinic, whose patient was born on the day given"
        raise Refused("duplicate", identifier, required)
    return other


@granted(May.WRITE_NOTE)
@require_POST
def note(request: HttpRequest, acting: Acting, patient: UUID) -> HttpResponseBase:
    """Add free text under one's own name."""
    standing_or_404(acting, patient)
    form = NoteForm(request.POST)

    def deed() -> str:
        write(acting, NoteWritten(text=form.cleaned_data["text"]), patient=patient)
        return reverse("chart", args=[patient])

    def page() -> str:
        found = opened_or_404(request, acting, patient)
        context = chart_context(found, acting, visits_of(found), today())
        return render("clinic/patient.html", {**context, "note": form}, shell_for(request, acting), request)

    return answer(request, form, deed, page)


def opened_or_404(request: HttpRequest, acting: Acting, patient: UUID) -> Chart:
    match = request.resolver_match
    found = opened(acting, patient, match.view_name if match else "")
    if found is None:
        raise Http404("no such patient in this clinic")
    return found


def standing_or_404(acting: Acting, patient: UUID) -> Chart:
    try:
        return standing(acting, patient)
    except Refused as refusal:
        raise Http404(str(refusal)) from None


def read_or_404(request: HttpRequest, acting: Acting, patient: UUID) -> Chart:
    """The chart for a form that shows what stands in it: looking is an opening, and noted; a deed is noted itself."""
    if request.method == "POST":
        return standing_or_404(acting, patient)
    found = opened_or_404(request, acting, patient)
    if found.patient.merged_into_id:
        raise Http404("another chart speaks for this one")
    return found


def deed_page(request: HttpRequest, acting: Acting, patient: Patient, form: DeedForm, deed: str, **more: object) -> str:
    """A page that holds one form about a patient, and what `more` its template says."""
    context = {"patient": patient, "form": form, "deed": deed, **more}
    return render("clinic/deed.html", context, shell_for(request, acting), request)


def visits_of(of: Chart) -> list[Appointment]:
    """Every visit of the charts that the chart speaks for, by time."""
    return list(Appointment.objects.filter(patient_id__in=of.charts).order_by("starts_at"))


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
