"""The gate in front of every address. An address without a declared need is refused: deny by default."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address
from typing import Any, Concatenate, ParamSpec

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate, suspend_request
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from ketaminder.clinic.accounts.presence import acting_in, is_locked, lacks_second_factor
from ketaminder.clinic.acting import Acting
from ketaminder.clinic.audit.actions import Action
from ketaminder.clinic.audit.append import append
from ketaminder.clinic.roles import May

P = ParamSpec("P")
WHO = "X-Ketaminder-Who"
"""Who acts where in the window that posts, as its page was made. Without scripts none is sent."""


class OtherWindow(PermissionDenied):
    """Something was posted from a window whose account or clinic is not the one of the session any more."""


View = Callable[Concatenate[HttpRequest, Acting, P], HttpResponseBase]
Address = Callable[..., HttpResponseBase]


def granted(need: May, *, fresh: bool = False) -> Callable[[View[P]], Address]:
    """Open the view to those who may `need`, and hand it who acts. Everybody else is sent where they can go on.

    `fresh` asks for proof, not older than ACCOUNT_REAUTHENTICATION_TIMEOUT, that it is still the same person. What was
    posted meanwhile is kept and goes on after it.
    """

    def guard(view: View[P]) -> Address:
        @wraps(view)
        def address(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            sent = _elsewhere(request)
            if sent is not None:
                return sent
            acting = acting_in(request)
            if acting is None:
                return redirect("choose_clinic")
            if request.headers.get(WHO, acting.who) != acting.who:
                return _made_anew(request)
            if not acting.may(need):
                _note_refusal(acting, need, request)
                raise PermissionDenied(f"{acting.role} may not {need}")
            if fresh and not settings.KETAMINDER_DEMO and not did_recently_reauthenticate(request):
                raise ReauthenticationRequired
            with timezone.override(acting.time_zone):
                return view(request, acting, *args, **kwargs)

        return declared(address, need)

    return guard


def signed_in(view: Address) -> Address:
    """Open the view to everybody who signed in and is at the screen, whatever the role: their own account's pages."""

    @wraps(view)
    def address(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and is_locked(request):
            return redirect_to_login(request.get_full_path(), reverse("locked"))
        return view(request, *args, **kwargs)

    return signed_in_or_locked(address)


def signed_in_or_locked(view: Address) -> Address:
    """Open the view to everybody who signed in, at a locked screen too: the lock, and the ways out of it."""

    @wraps(view)
    def address(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("account_login"))
        acting = acting_in(request)
        with timezone.override(acting.time_zone if acting else None):
            answer = view(request, *args, **kwargs)
            return answer.render() if isinstance(answer, TemplateResponse) else answer

    return declared(address, "signed in")


def open_to_all(view: Address) -> Address:
    """Open the view to anybody who can reach this server."""

    @wraps(view)
    def address(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    return declared(address, "nothing")


def for_machines(view: Address) -> Address:
    """Open the view to programs on this machine, and to those that show KETAMINDER_METRICS_TOKEN as a bearer token."""

    @wraps(view)
    def address(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not _on_this_machine(request) and not _shows_token(request):
            return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
        return view(request, *args, **kwargs)

    return declared(address, "this machine or the token")


def declared(address: Address, need: May | str) -> Address:
    address.needs = need  # type: ignore[attr-defined]
    return address


def refuse_undeclared(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Any:
    """Middleware: an address that declares no need is refused."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    def process_view(_: HttpRequest, view: Address, __: Any, ___: Any) -> None:
        if not hasattr(view, "needs"):
            raise PermissionDenied("an address without a declared need")

    answer.process_view = process_view  # type: ignore[attr-defined]
    return answer


def _elsewhere(request: HttpRequest) -> HttpResponseBase | None:
    """Where somebody must go first: sign in, unlock, or set up a second factor."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path(), reverse("account_login"))
    if is_locked(request):
        return _to_unlock(request)
    if settings.KETAMINDER_SECOND_FACTOR and lacks_second_factor(request):
        return redirect("second_factor")
    return None


def _made_anew(request: HttpRequest) -> HttpResponseBase:
    """The whole page, where only a part was asked for by a window whose frame names another account or clinic.

    Raises:
        OtherWindow: it posted something.
    """
    if request.method == "POST":
        raise OtherWindow("the window belongs to another account or clinic")
    return HttpResponse(headers={"HX-Redirect": request.get_full_path()})


def _to_unlock(request: HttpRequest) -> HttpResponseBase:
    """The lock. What was posted to a locked screen is kept and done once its owner has unlocked it."""
    if request.method == "POST":
        suspend_request(request, reverse("locked"))
    return redirect_to_login(request.get_full_path(), reverse("locked"))


def _on_this_machine(request: HttpRequest) -> bool:
    """Whether a program of this machine asks. What a proxy hands on comes from elsewhere, whatever it says."""
    if "X-Forwarded-For" in request.headers:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _shows_token(request: HttpRequest) -> bool:
    token: str = settings.KETAMINDER_METRICS_TOKEN
    shown = request.headers.get("Authorization", "")
    return bool(token) and constant_time_compare(shown, f"Bearer {token}")


def _note_refusal(acting: Acting, need: May, request: HttpRequest) -> None:
    match = request.resolver_match
    with transaction.atomic():
        append(acting, Action.REFUSED, detail={"need": need, "address": match.view_name if match else ""})
