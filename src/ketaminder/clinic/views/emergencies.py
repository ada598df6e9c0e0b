"""Emergency access: asked for with a reason, read for an hour, reviewed by the auditor."""

from __future__ import annotations

from uuid import UUID

from allauth.core import ratelimit
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from ketaminder.clinic.accounts import emergency
from ketaminder.clinic.accounts.gate import granted
from ketaminder.clinic.acting import Acting
from ketaminder.clinic.care.chart import opened
from ketaminder.clinic.care.clock import today
from ketaminder.clinic.pages.account_forms import EmergencyForm, ReviewForm
from ketaminder.clinic.pages.chart_page import chart_context
from ketaminder.clinic.pages.shell import render
from ketaminder.clinic.roles import May
from ketaminder.clinic.views.charts import visits_of
from ketaminder.clinic.views.deed import answer, posted
from ketaminder.clinic.views.frame import shell_for


@granted(May.BREAK_GLASS, fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, acting: Acting) -> HttpResponseBase:
    """Open a chart against the usual rights. So often only, that nobody finds a patient by guessing."""
    if request.method == "POST" and (too_many := ratelimit.consume_or_429(request, action="emergency")):
        refused: HttpResponseBase = too_many
        return refused
    form = EmergencyForm(posted(request))

    def deed() -> str:
        said = form.cleaned_data
        access = emergency.break_glass(acting, said["identifier"], said["birth_date"], said["reason"])
        return reverse("emergency_chart", args=[access.id])

    def page() -> str:
        context = {"form": form, "minutes": emergency.MINUTES}
        return render("clinic/emergency.html", context, shell_for(request, acting), request)

    return answer(request, form, deed, page)


@granted(May.BREAK_GLASS)
@require_safe
def chart(request: HttpRequest, acting: Acting, access: UUID) -> HttpResponse:
    """The chart that an access opens, while it is in force, to be read only."""
    found = emergency.in_force(acting, access, timezone.now())
    reader = emergency.reading(acting, found) if found else None
    shown = opened(reader, found.patient_id, "emergency_chart") if found and reader else None
    if reader is None or shown is None:
        raise Http404("no such access in force")
    context = {**chart_context(shown, reader, visits_of(shown), today()), "emergency": found}
    return HttpResponse(render("clinic/patient.html", context, shell_for(request, acting), request))


@granted(May.REVIEW_EMERGENCY)
@require_safe
def unreviewed(request: HttpRequest, acting: Acting) -> HttpResponse:
    """What no auditor has reviewed yet."""
    rows = [(access, ReviewForm(prefix=str(access.id))) for access in emergency.unreviewed(acting)]
    return HttpResponse(render("clinic/emergencies.html", {"rows": rows}, shell_for(request, acting), request))


@granted(May.REVIEW_EMERGENCY)
@require_http_methods(["POST"])
def review(request: HttpRequest, acting: Acting, access: UUID) -> HttpResponseBase:
    """Say what was found of one access."""
    if not emergency.unreviewed(acting).filter(id=access).exists():
        raise Http404("no such access to this clinic")
    form = ReviewForm(request.POST, prefix=str(access))

    def deed() -> str:
        emergency.review(acting, access, form.cleaned_data["comment"])
        return reverse("emergencies")

    def page() -> str:
        rows = [
            (one, form if one.id == access else ReviewForm(prefix=str(one.id))) for one in emergency.unreviewed(acting)
        ]
        return render("clinic/emergencies.html", {"rows": rows}, shell_for(request, acting), request)

    return answer(request, form, deed, page)
