"""What is said where nothing else can be."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from ketaminder.clinic.accounts.gate import OtherWindow
from ketaminder.clinic.views.frame import notice


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 (Django names it)
    heading = gettext("Nothing stands at this address")
    sentence = gettext("The record may belong to another clinic, or the address is incomplete.")
    return notice(request, heading, sentence, 404)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, OtherWindow):
        heading = gettext("Not saved: this window belongs to another clinic or person")
        sentence = gettext("Nothing was changed. Another window has changed who works where since this one was opened.")
        return notice(request, heading, sentence, 403)
    heading = gettext("Your role does not open this page")
    return notice(request, heading, gettext("Nothing was changed. An administrator gives and ends roles."), 403)


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    heading = gettext("Not saved: this page had grown old")
    sentence = gettext("Nothing was changed. Go back, load the page again, and save once more.")
    return notice(request, heading, sentence, 403)


def failed(request: HttpRequest) -> HttpResponse:
    heading = gettext("This page could not be made")
    sentence = gettext("Nothing was changed. Tell the operator of this clinic at what time it happened.")
    return notice(request, heading, sentence, 500)
