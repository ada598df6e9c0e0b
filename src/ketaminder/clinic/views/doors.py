"""Signing in, confirming, joining, the locked screen, the choice of a clinic: allauth's views behind our gate."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account import views as account
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base import views as mfa
from allauth.mfa.webauthn import views as webauthn
from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ketaminder.clinic.accounts import joining, presence, sign_on
from ketaminder.clinic.accounts.gate import open_to_all, signed_in, signed_in_or_locked
from ketaminder.clinic.accounts.trail import note
from ketaminder.clinic.audit.actions import Action
from ketaminder.clinic.audit.append import append
from ketaminder.clinic.models import Appointment, Standing
from ketaminder.clinic.pages.account_forms import JoinForm
from ketaminder.clinic.pages.shell import render
from ketaminder.clinic.views.deed import answer, posted
from ketaminder.clinic.views.frame import notice, shell_for

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

sign_in = open_to_all(account.login)
sign_out = open_to_all(require_POST(account.logout))
second_step = open_to_all(mfa.authenticate)
single_sign_on_returns = open_to_all(require_safe(sign_on.answered))
confirm_by_code = signed_in_or_locked(mfa.reauthenticate)


class SignInByPasskey(webauthn.LoginWebAuthnView):  # type: ignore[misc]
    """allauth's, which would say nothing of a passkey that it does not take."""

    def form_invalid(self, _: object) -> HttpResponse:
        note(None, Action.SIGN_IN_FAILED, {"passkey": True})
        return _not_taken(self.request, reverse("account_login"))


class ConfirmByPasskey(webauthn.ReauthenticateWebAuthnView):  # type: ignore[misc]
    """allauth's, loaded whole where only a part of a page was asked for: its scripts run as a page is loaded."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "HX-Request" in request.headers:
            return HttpResponse(headers={"HX-Redirect": request.get_full_path()})
        page: HttpResponseBase = super().get(request, *args, **kwargs)
        return page

    def form_invalid(self, _: object) -> HttpResponse:
        note(presence.account_of(self.request), Action.SIGN_IN_FAILED, {"passkey": True})
        return _not_taken(self.request, self.request.get_full_path())


sign_in_by_passkey = open_to_all(SignInByPasskey.as_view())
confirm_by_passkey = signed_in_or_locked(ConfirmByPasskey.as_view())


def _not_taken(request: HttpRequest, again: str) -> HttpResponse:
    page = render("clinic/passkey_refused.html", {"again": again}, shell_for(request), request)
    return HttpResponse(page, status=403)


@open_to_all
@require_POST
def single_sign_on(request: HttpRequest, provider_id: str) -> HttpResponse:
    """On the way to the provider, by a page of its own: the policy lets no form lead to another site."""
    sent = sign_on.ask(request, provider_id)
    if "Location" not in sent:
        return sent
    context = {"provider": sign_on.name_of(provider_id), "address": sent["Location"]}
    return HttpResponse(render("clinic/leaving.html", context, shell_for(request), request))


@open_to_all
@require_safe
def not_invited(request: HttpRequest) -> HttpResponse:
    heading = gettext("No account is waiting for you")
    sentence = gettext("Single sign-on opens accounts that an administrator of the clinic made. Ask one to invite you.")
    return notice(request, heading, sentence, 403)


@open_to_all
@require_safe
def closed(request: HttpRequest) -> HttpResponse:
    heading = gettext("This account is closed")
    return notice(request, heading, gettext("An administrator of your clinic can tell you why."), 403)


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponseBase:
    """The first visit of somebody invited: set a password, then a second factor."""
    invited = joining.invitation(token)
    if invited is None:
        raise Http404("no such invitation")
    form = JoinForm(posted(request))

    def deed() -> str:
        joined = joining.join(invited, form.cleaned_data["password"])
        login(request, joined, backend=BACKEND)
        record_authentication(request, joined, method="password", username=joined.username)
        return reverse("home")

    def page() -> str:
        context = {"form": form, "invited": invited.account}
        return render("clinic/join.html", context, shell_for(request), request)

    return answer(request, form, deed, page)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def choose_clinic(request: HttpRequest) -> HttpResponseBase:
    """In which of one's clinics to act."""
    if request.method == "POST":
        if not presence.choose(request, _uuid(request.POST.get("clinic", ""))):
            raise Http404("no such membership")
        acting = presence.acting_in(request)
        if acting is not None:
            with transaction.atomic():
                append(acting, Action.CLINIC_ENTERED)
        return redirect("home")
    members = presence.account_of(request).memberships.at(timezone.now()).select_related("clinic")
    return HttpResponse(render("clinic/choose.html", {"members": members}, shell_for(request), request))


@signed_in_or_locked
def confirm_by_password(request: HttpRequest) -> HttpResponseBase:
    """Proof that it is still the same person. In the demonstration, whose people have no password, it is not asked."""
    if settings.KETAMINDER_DEMO:
        record_authentication(request, request.user, method="demonstration")
        return redirect(_safe_next(request))
    if _safe_next(request) == reverse("unlocked") and not presence.is_locked(request):
        return redirect("unlocked")  # the session had ended meanwhile, and who signed in again was on the way here
    answered: HttpResponseBase = account.reauthenticate(request)
    return answered


@signed_in_or_locked
@require_safe
def here(request: HttpRequest) -> HttpResponse:
    """Whether the screen is locked, in how many seconds it will be, who is at it, and what a form must carry now.

    Asking is a sign of life unless it says not.
    """
    locked, acting = presence.is_locked(request), presence.acting_in(request)
    who = {"who": acting.who if acting else "", "token": get_token(request)}
    return JsonResponse({"locked": locked, "seconds": presence.seconds_left(request)} | who)


@signed_in
@require_safe
def unlocked(request: HttpRequest) -> HttpResponse:
    """What the window says in which another one was unlocked."""
    heading = gettext("Unlocked")
    sentence = gettext("What was typed is in the other window, not saved yet. Go back to it; this one can be closed.")
    return notice(request, heading, sentence, 200, acting=presence.acting_in(request))


@signed_in_or_locked
@require_http_methods(["GET", "HEAD", "POST"])
def locked(request: HttpRequest) -> HttpResponse:
    """The locked screen: which rooms are in use, without a name, and the way back in."""
    if request.method == "POST" or not presence.is_locked(request):
        presence.lock(request)
    acting = presence.acting_in(request)
    running = (
        Appointment.objects.filter(clinic_id=acting.place, standing=Standing.ARRIVED).order_by("room") if acting else ()
    )
    context = {"running": running, "next": _safe_next(request)}
    return HttpResponse(render("clinic/locked.html", context, shell_for(request), request))


def _safe_next(request: HttpRequest) -> str:
    asked = request.GET.get("next", "")
    own = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return asked if own else reverse("home")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404("no such clinic") from None
