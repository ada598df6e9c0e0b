"""Booking a visit, saying what became of it, and how visits went in counts."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ketaminder.clinic.accounts.gate import granted
from ketaminder.clinic.acting import Acting
from ketaminder.clinic.care import appointments, visit_counts
from ketaminder.clinic.care.clock import today
from ketaminder.clinic.care.patients import speaking_for
from ketaminder.clinic.models import Appointment, Standing
from ketaminder.clinic.pages.booking_forms import BookingForm, MoveForm
from ketaminder.clinic.pages.quoting import refused
from ketaminder.clinic.pages.shell import render
from ketaminder.clinic.roles import May, Role
from ketaminder.clinic.templatetags.clinic import word
from ketaminder.clinic.views.charts import deed_page, standing_or_404
from ketaminder.clinic.views.deed import answer, posted
from ketaminder.clinic.views.done import note_done
from ketaminder.clinic.views.frame import notice, shell_for
from ketaminder.terms import Refused

SEE_OTHER = 303


@granted(May.BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, acting: Acting, patient: UUID) -> HttpResponseBase:
    """Arrange a visit."""
    chart = standing_or_404(acting, patient)
    form = BookingForm(posted(request), **_who_works_here(acting))

    def deed() -> str:
        appointments.book(acting, chart, form.slot())
        return reverse("chart", args=[patient])

    return answer(request, form, deed, lambda: deed_page(request, acting, chart.patient, form, "book"))


@granted(May.BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, acting: Acting, appointment: UUID) -> HttpResponseBase:
    """Arrange a booked visit anew in one step, and go back to where that was begun."""
    row = _visit_or_404(acting, appointment)
    chart = standing_or_404(acting, speaking_for(row.patient).id)
    if row.standing != Standing.BOOKED:
        said = gettext("Only a booked visit can be moved; this one is {standing}.").format(standing=word(row.standing))
        return notice(request, gettext("Not moved"), said, 422, acting=acting)
    form = MoveForm(posted(request), initial=MoveForm.as_booked(row), **_who_works_here(acting))
    back = "board" if request.GET.get("from") == "board" else "chart"

    def deed() -> str:
        appointments.move(acting, chart, appointment, form.slot(), form.cleaned_data["reason"])
        return reverse("board") if back == "board" else reverse("chart", args=[chart.patient.id])

    more = {"visit": row, "back": back}
    return answer(request, form, deed, lambda: deed_page(request, acting, chart.patient, form, "move", **more))


@granted(May.BOOK)
@require_POST
def stand(request: HttpRequest, acting: Acting, appointment: UUID) -> HttpResponseBase:
    """Say that the patient arrived, went home, cancelled or did not come."""
    row = _visit_or_404(acting, appointment)
    said = request.POST.get("standing", "")
    try:
        appointments.stand(acting, appointment, _standing(said), request.POST.get("reason", "")[:500])
    except Refused as refusal:
        heading = gettext("Not saved")
        said = refused(refusal, beside=True)
        return notice(request, heading, gettext("Nothing was changed."), 422, acting=acting, detail=said)
    note_done(request)
    return redirect("chart", row.patient_id) if request.POST.get("from") == "chart" else redirect("board")


@granted(May.SEE_VISITS)
@require_safe
def counts(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Visits by month; or by day and room within the month that is asked for."""
    asked = _month_asked(request.GET["month"]) if "month" in request.GET else None
    context: dict[str, object] = {"asked": asked}
    if asked:
        context["days"] = visit_counts.by_day(acting, asked)
    else:
        context["months"] = visit_counts.by_month(acting, today())
    return HttpResponse(render("clinic/visits.html", context, shell_for(request, acting), request))


def _month_asked(text: str) -> date:
    try:
        asked = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Http404("no such month") from None
    if not MINYEAR < asked.year < MAXYEAR:
        raise Http404("a month without another before or after it")
    return asked


def _standing(word: str) -> Standing:
    if word not in list(Standing):
        raise Refused("standing", word, f"one of {', '.join(Standing)}")
    return Standing(word)


def _visit_or_404(acting: Acting, appointment: UUID) -> Appointment:
    row = appointments.of_clinic(acting).select_related("patient").filter(id=appointment).first()
    if row is None:
        raise Http404("no such visit in this clinic")
    return row


def _who_works_here(acting: Acting) -> dict[str, Any]:
    return {
        "zone": acting.time_zone,
        "nurses": _staff(acting, Role.NURSE),
        "physicians": _staff(acting, Role.PHYSICIAN),
    }


def _staff(acting: Acting, role: Role) -> list[tuple[str, str]]:
    return [(str(one.account_id), one.account.name) for one in appointments.staff(acting, role)]
