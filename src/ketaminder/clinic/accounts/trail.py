"""Signing in and out, failures, and changes of a second factor, as they reach the audit trail."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from ketaminder.clinic.accounts.presence import remember_first_factor
from ketaminder.clinic.acting import SYSTEM, Acting
from ketaminder.clinic.audit.actions import Action
from ketaminder.clinic.audit.append import append
from ketaminder.clinic.models import Account


@receiver(user_logged_in)
def _signed_in(user: Account, **_: Any) -> None:
    note(user, Action.SIGNED_IN)


@receiver(user_logged_out)
def _signed_out(user: Account | None, **_: Any) -> None:
    if user is not None:
        note(user, Action.SIGNED_OUT)


@receiver(user_login_failed)
def _failed(credentials: dict[str, Any], **_: Any) -> None:
    """Which account was tried, where there is one; never what was typed."""
    typed = str(credentials.get("username") or "")
    account = Account.objects.filter(username__iexact=typed).first()
    note(account, Action.SIGN_IN_FAILED)


@receiver(authentication_failed)
def _second_factor_failed(user: Account, **_: Any) -> None:
    note(user, Action.SIGN_IN_FAILED, {"second_factor": True})


@receiver(password_changed)
def _password_changed(user: Account, **_: Any) -> None:
    note(user, Action.PASSWORD_CHANGED)


@receiver((authenticator_added, authenticator_removed, authenticator_reset))
def _second_factor_changed(user: Account, authenticator: Any, **_: Any) -> None:
    note(user, Action.SECOND_FACTOR_CHANGED, {"kind": str(authenticator.type)})


@receiver(authenticator_added)
def _first_factor(request: HttpRequest, authenticator: Any, **_: Any) -> None:
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        remember_first_factor(request)


@transaction.atomic
def note(account: Account | None, action: Action, detail: dict[str, object] | None = None) -> None:
    """An entry about an account: in the trail of its clinic where it works in one only."""
    if account is None:
        append(SYSTEM, action, detail=detail)
        return
    clinics = list(account.memberships.at(timezone.now()).values_list("clinic_id", flat=True)[:2])
    clinic = clinics[0] if len(clinics) == 1 else None
    append(Acting(account.id, account.name, clinic), action, subject=account.id, detail=detail)
