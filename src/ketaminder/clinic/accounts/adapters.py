"""How allauth behaves here: nobody signs up; single sign-on opens only an account that an administrator made."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.shortcuts import redirect

from ketaminder.clinic.models import Account


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, _: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str = "") -> bool:
        """Always, but for somebody who sets up the first second factor just after signing in."""
        if app == "allauth.mfa" and not is_mfa_enabled(context.request.user):
            return False
        return bool(super().is_reauthentication_required(app=app))


class SingleSignOn(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, _: HttpRequest, __: object) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Connect an invited account at its first sign-in, by an address that the provider states as verified."""
        if sociallogin.is_existing:
            return
        verified = {address.email.casefold() for address in sociallogin.email_addresses if address.verified}
        invited = [
            account
            for account in Account.objects.filter(is_active=True, socialaccount=None).exclude(email="")
            if account.email.casefold() in verified
        ]
        if len(invited) != 1:
            raise ImmediateHttpResponse(redirect("not_invited"))
        sociallogin.connect(request, invited[0])
