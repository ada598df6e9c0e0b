"""Today: who comes when, into which room."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from ketaminder.clinic.accounts.gate import granted, signed_in
from ketaminder.clinic.accounts.presence import acting_in
from ketaminder.clinic.acting import Acting
from ketaminder.clinic.roles import May
from ketaminder.clinic.views.frame import ROOMS


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """The first address that the role opens."""
    acting = acting_in(request)
    if acting is None:
        return redirect("choose_clinic")
    return redirect(next(name for need, name, _ in ROOMS if acting.may(need)))


@granted(May.SEE_BOARD)
@require_safe
def board(request: HttpRequest, acting: Acting) -> HttpResponse:
    raise NotImplementedError
