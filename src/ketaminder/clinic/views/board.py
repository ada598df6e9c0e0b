"""Today: who comes when, into which room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from ketaminder.clinic.accounts.gate import granted, signed_in
from ketaminder.clinic.accounts.presence import acting_in
from ketaminder.clinic.acting import Acting
from ketaminder.clinic.care.clock import begins, today
from ketaminder.clinic.models import Account, Appointment, Standing
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
            "moves": acting.may(May.BOOK) and one.standing == Standing.BOOKED,
        }
        for one in visits
    ]
    context = {"day": today(), "rows": rows, "tally": _tally(visits), "opens_charts": acting.may(May.OPEN_CHART)}
    return HttpResponse(render("clinic/board.html", context, shell_for(request, acting), request))


def _tally(visits: Sequence[Appointment]) -> list[tuple[int, str]]:
    """How many are here, still come, and went; only what is not none."""
    of = Counter(Standing(one.standing) for one in visits)
    told = [
        (of[Standing.ARRIVED], gettext("here now")),
        (of[Standing.BOOKED], gettext("still expected")),
        (of[Standing.FINISHED], gettext("finished")),
        (of[Standing.MISSED] + of[Standing.CANCELLED], gettext("missed or cancelled")),
    ]
    return [(count, words) for count, words in told if count]


def _visits_of_today(acting: Acting) -> list[Appointment]:
    day = today()
    ends = begins(acting, day + timedelta(days=1))
    during = Appointment.objects.filter(clinic_id=acting.place, starts_at__gte=begins(acting, day), starts_at__lt=ends)
    return list(during.select_related("patient").order_by("starts_at", "room"))
