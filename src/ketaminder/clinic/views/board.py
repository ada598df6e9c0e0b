"""Today: who comes when, into which room."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from ketaminder.clinic.accounts.gate import granted, signed_in
from ketaminder.clinic.accounts.presence import acting_in
from ketaminder.clinic.acting import Acting
from ketaminder.clinic.care.clock import today
from ketaminder.clinic.models import Account, Appointment
from ketaminder.clinic.pages.shell import render
from ketaminder.clinic.pages.visit_words import follows
from ketaminder.clinic.roles import May
from ketaminder.clinic.views.frame import rooms_of, shell_for


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """The first address that the role opens."""
    acting = acting_in(request)
    if acting is None:
        return redirect("choose_clinic")
    return redirect(rooms_of(acting)[0][0])


@granted(May.SEE_BOARD)
@require_safe
def board(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The visits of today, by the hour."""
    visits = list(_visits_of_today(acting))
    names: dict[UUID | None, str] = dict(
        Account.objects.filter(id__in={one.nurse_id for one in visits}).values_list("id", "name")
    )
    rows = [
        {
            "visit": one,
            "starts": localtime(one.starts_at),
            "ends": localtime(one.ends_at),
            "nurse": names.get(one.nurse_id, ""),
            "follows": follows(one) if acting.may(May.BOOK) else (),
        }
        for one in visits
    ]
    context = {"day": today(), "rows": rows, "opens_charts": acting.may(May.OPEN_CHART)}
    return HttpResponse(render("clinic/board.html", context, shell_for(request, acting), request))


def _visits_of_today(acting: Acting) -> list[Appointment]:
    zone, day = ZoneInfo(acting.time_zone), today()
    begins, ends = (
        datetime.combine(one, time(), zone).astimezone(UTC) for one in (day, day + timedelta(days=1))
    )  # a day on which clocks change has 23 or 25 hours
    during = Appointment.objects.filter(clinic_id=acting.place, starts_at__gte=begins, starts_at__lt=ends)
    return list(during.select_related("patient").order_by("starts_at", "room"))
