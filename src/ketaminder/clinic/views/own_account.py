"""One's own account: second factors, recovery codes, password, sessions: allauth's views behind our gate."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions import views as usersessions
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from ketaminder.clinic.accounts import presence
from ketaminder.clinic.accounts.gate import Address, signed_in
from ketaminder.clinic.encryption import Unreadable
from ketaminder.clinic.pages.shell import render
from ketaminder.clinic.views.frame import notice, shell_for

CONFLICT = 409


def _removing(view: Address) -> Address:
    """A view after which a second factor may be lacking again."""

    def address(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = view(request, *args, **kwargs)
        presence.forget_second_factor(request)
        return answer

    return address


def _reading(view: Address) -> Address:
    """A view that reads secrets of second factors, and says so where another key encrypted them."""

    def address(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            answer = view(request, *args, **kwargs)
            return answer.render() if isinstance(answer, TemplateResponse) else answer
        except Unreadable:
            heading = gettext("Your second factor cannot be read here any more")
            sentence = gettext("Ask your administrator for a new link. Nothing was changed.")
            return notice(request, heading, sentence, CONFLICT, acting=presence.acting_in(request))

    return address


factors = signed_in(_reading(mfa.index))
add_totp = signed_in(totp.activate_totp)
remove_totp = signed_in(_removing(totp.deactivate_totp))
recovery_codes = signed_in(_reading(recovery.view_recovery_codes))
new_recovery_codes = signed_in(_reading(recovery.generate_recovery_codes))
passkeys = signed_in(webauthn.list_webauthn)
add_passkey = signed_in(webauthn.add_webauthn)
remove_passkey = signed_in(_removing(webauthn.remove_webauthn))
own_sessions = signed_in(usersessions.list_usersessions)


@signed_in
def change_password(request: HttpRequest) -> HttpResponseBase:
    """Another password, for those who have one: single sign-on opens an account without."""
    acting = presence.acting_in(request)
    if not presence.account_of(request).has_usable_password():
        heading = gettext("You have no password here")
        sentence = gettext("You sign in by single sign-on, and confirm who you are by your second factor.")
        return notice(request, heading, sentence, 200, acting=acting)
    answer: HttpResponseBase = account.password_change(request)
    if "Location" not in answer:
        return answer
    heading, sentence = gettext("The password is changed"), gettext("Your other sessions have ended.")
    return notice(request, heading, sentence, 200, acting=acting)


@signed_in
@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why nothing opens before a second factor is set up, and the ways to set one up."""
    return HttpResponse(render("clinic/second_factor.html", {}, shell_for(request), request))
