"""How allauth behaves here: nobody signs up; single sign-on opens only an account that an administrator made."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, _: HttpRequest) -> bool:
        return False


class SingleSignOn(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, _: HttpRequest, __: object) -> bool:
        return False
