"""How allauth behaves here: nobody signs up; single sign-on opens only an account that an administrator made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ketaminder.clinic.accounts.joining import join_by_sign_on
from ketaminder.clinic.accounts.presence import has_just_set_up_first_factor
from ketaminder.clinic.accounts.trail import note
from ketaminder.clinic.audit.actions import Action
from ketaminder.clinic.encryption import decrypt, encrypt
from ketaminder.clinic.models import Account

CONFIRM = {
    "reauthenticate": _("Your password"),
    "mfa_reauthenticate": _("A code"),
    "mfa_reauthenticate:webauthn": _("A passkey or security key"),
}
BY_SIGN_ON: dict[str, object] = {"single_sign_on": True}


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages: ClassVar[Mapping[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "enter_current_password": _("This is not your password."),
        "incorrect_password": _("This is not your password."),
        "rate_limited": _("Too many tries. Wait some minutes and try again."),
        "too_many_login_attempts": _("Too many tries. Wait a quarter of an hour, or ask your administrator."),
        "username_password_mismatch": _("The user name or the password does not fit."),
    }

    def is_open_for_signup(self, *_args: object) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str = "") -> bool:
        """Always, but for somebody who sets up the first second factor just after signing in, and sees its codes."""
        request = context.request
        if app == "allauth.mfa" and (not is_mfa_enabled(request.user) or has_just_set_up_first_factor(request)):
            return False
        return bool(super().is_reauthentication_required(app=app))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The ways to confirm who one is, in our words."""
        return [
            method | {"description": CONFIRM[method["id"]]} for method in super().get_reauthentication_methods(user)
        ]

    def pre_login(self, request: HttpRequest, user: Account, **login: Any) -> HttpResponse | None:
        """By whatever way: an account that holds no role any more does not sign in."""
        if user.is_active and not user.memberships.at(timezone.now()).exists():
            clear_login(request)
            return redirect("account_inactive")
        elsewhere: HttpResponse | None = super().pre_login(request, user, **login)
        return elsewhere


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages: ClassVar[Mapping[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "cannot_generate_recovery_codes": _("Recovery codes come with an app or a key: set one up first."),
        "incorrect_code": _("This code does not fit. Each works once: wait for the next one and try again."),
        "unreadable": _("Your second factor cannot be read here any more. Ask your administrator for a new link."),
    }

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)

    def generate_authenticator_name(self, user: Account, type: str) -> str:  # noqa: A002 (allauth names it)
        """What a key is called where nobody gave it a name."""
        return gettext("Key {number}").format(number=1 + Authenticator.objects.filter(user=user, type=type).count())


class SingleSignOn(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, *_args: object) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Connect an invited account at its first sign-in, by an address that the provider states as verified."""
        if not sociallogin.is_existing and not _connected(request, sociallogin):
            note(None, Action.SIGN_IN_FAILED, BY_SIGN_ON)
            raise ImmediateHttpResponse(redirect("not_invited"))

    def on_authentication_error(self, *_: Any, error: Any = None, exception: Any = None, **__: Any) -> None:
        """Back to the sign-in page where somebody turned back; noted where an answer was not believed."""
        if error == AuthError.CANCELLED:
            raise ImmediateHttpResponse(redirect("account_login"))
        if exception is not None:
            note(None, Action.SIGN_IN_FAILED, BY_SIGN_ON)


@transaction.atomic
def _connected(request: HttpRequest, sociallogin: Any) -> bool:
    """Whether exactly one account waited for the person whom the provider names; it is theirs from now on."""
    invited = _invited({one.email.casefold() for one in sociallogin.email_addresses if one.verified})
    if len(invited) != 1:
        return False
    sociallogin.connect(request, invited[0])
    join_by_sign_on(invited[0], sociallogin.account.provider)
    return True


def _invited(addresses: set[str]) -> list[Account]:
    """The accounts that wait for one of these addresses: with a role in force, and connected to nobody yet."""
    waiting = (
        Account.objects.select_for_update(of=("self",)).filter(is_active=True, socialaccount=None).exclude(email="")
    )
    now = timezone.now()
    return [one for one in waiting if one.email.casefold() in addresses and one.memberships.at(now).exists()]
