"""Entering the demonstration by role, without a password. Outside the demonstration there is no such address."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from ketaminder.clinic.accounts.demo_doors import DOORS
from ketaminder.clinic.accounts.gate import open_to_all
from ketaminder.clinic.models import Account

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@open_to_all
@require_POST
def enter(request: HttpRequest) -> HttpResponseBase:
    """Sign in as one of the demonstration's own accounts."""
    if not settings.KETAMINDER_DEMO:
        raise Http404("no demonstration")
    username = request.POST.get("username", "")
    if username not in {door.username for door in DOORS}:
        raise Http404("no such account of the demonstration")
    account = get_object_or_404(Account, username=username, is_active=True)
    login(request, account, BACKEND)
    record_authentication(request, account, method="demonstration", username=username)
    return redirect("home")
