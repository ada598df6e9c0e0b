"""How a deed is answered: done and sent on, or refused with the form as it was typed."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict

from ketaminder.clinic.pages.forms import DeedForm
from ketaminder.clinic.views.done import note_done
from ketaminder.terms import Refused

SEE_OTHER = 303
UNPROCESSABLE = 422


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent; None where the form is only to be shown."""
    return request.POST if request.method == "POST" else None


def answer(request: HttpRequest, form: DeedForm, deed: Callable[[], str], page: Callable[[], str]) -> HttpResponseBase:
    """Do `deed` with a valid posted form and go where it says; else show `page`, which holds the form.

    Args:
        request: what was asked.
        form: bound where the request is a POST.
        deed: does it and gives the address to go on to; raises `Refused` where it cannot be done.
        page: composes the page with the form in it.
    """
    if request.method != "POST":
        return HttpResponse(page())
    if form.is_valid():
        try:
            sent_on = HttpResponseRedirect(deed(), status=SEE_OTHER)
            note_done(request)
            return sent_on
        except Refused as refusal:
            form.refuse(refusal)
    return HttpResponse(page(), status=UNPROCESSABLE)
