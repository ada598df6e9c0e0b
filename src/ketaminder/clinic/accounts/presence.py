"""Who is at the screen: the account signed in, the clinic it acts in, whether the screen is locked."""

from __future__ import annotations

import time
from typing import cast
from uuid import UUID

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from ketaminder.clinic.acting import Acting
from ketaminder.clinic.audit.actions import Action
from ketaminder.clinic.audit.append import append
from ketaminder.clinic.models import Account, Membership
from ketaminder.clinic.roles import Role

CLINIC = "clinic"
LAST_SEEN = "last_seen"
LOCKED_AT = "locked_at"
SECOND_FACTOR = "second_factor"
FIRST_FACTOR_AT = "first_factor_at"
SEEN_EVERY_SECONDS = 15
"""A sign of somebody is written down no more often, nor four times in the idle time: a screen may lock that much early,
never late."""
BACKGROUND = "X-Ketaminder-Background"
"""A page that refreshes itself says so with this header: it is no sign that somebody is there."""


def account_of(request: HttpRequest) -> Account:
    """The account that is signed in."""
    return cast(Account, request.user)


def acting_in(request: HttpRequest) -> Acting | None:
    """Who acts by this request; None until a clinic is chosen, or without a membership in force."""
    account = account_of(request)
    members = list(account.memberships.at(timezone.now()).select_related("clinic"))
    chosen = request.session.get(CLINIC)
    fitting = [member for member in members if str(member.clinic_id) == chosen] or (
        members if len(members) == 1 else []
    )
    return _acting(account, fitting[0], request) if fitting else None


def choose(request: HttpRequest, clinic: UUID) -> bool:
    """Act in `clinic` from now on; False where no membership is in force there."""
    account = account_of(request)
    if not account.memberships.at(timezone.now()).filter(clinic_id=clinic).exists():
        return False
    request.session[CLINIC] = str(clinic)
    return True


def is_locked(request: HttpRequest) -> bool:
    """Whether nobody was at the screen for the idle time, and nobody has unlocked it since."""
    now = time.time()
    locked_at = request.session.get(LOCKED_AT)
    if locked_at is not None:
        if not _authenticated_since(request, locked_at):
            return True
        del request.session[LOCKED_AT]
        _note(request, Action.UNLOCKED)
    elif now - request.session.get(LAST_SEEN, now) > settings.KETAMINDER_IDLE_SECONDS:
        lock(request)
        return True
    seen_every = min(SEEN_EVERY_SECONDS, settings.KETAMINDER_IDLE_SECONDS / 4)
    if BACKGROUND not in request.headers and now - request.session.get(LAST_SEEN, 0) > seen_every:
        request.session[LAST_SEEN] = now
    return False


def seconds_left(request: HttpRequest) -> float:
    """Until the screen locks, if nobody gives a sign."""
    now = time.time()
    left: float = settings.KETAMINDER_IDLE_SECONDS - (now - request.session.get(LAST_SEEN, now))
    return max(0.0, left)


def lock(request: HttpRequest) -> None:
    """Lock the screen until its owner proves to be there."""
    request.session[LOCKED_AT] = time.time()
    _note(request, Action.LOCKED)


def lacks_second_factor(request: HttpRequest) -> bool:
    if request.session.get(SECOND_FACTOR):
        return False
    strong = Authenticator.objects.filter(user=request.user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    request.session[SECOND_FACTOR] = strong.exists()
    return not request.session[SECOND_FACTOR]


def forget_second_factor(request: HttpRequest) -> None:
    """Look again at the next request whether the account has one."""
    request.session.pop(SECOND_FACTOR, None)


def remember_first_factor(request: HttpRequest) -> None:
    """Where the factor that was just set up is the only one: its recovery codes are shown without another proof."""
    if Authenticator.objects.filter(user=request.user).exclude(type=Authenticator.Type.RECOVERY_CODES).count() == 1:
        request.session[FIRST_FACTOR_AT] = time.time()


def has_just_set_up_first_factor(request: HttpRequest) -> bool:
    """Whether that is no longer ago than proof counts as fresh."""
    at: float = request.session.get(FIRST_FACTOR_AT, 0)
    return time.time() - at < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def _authenticated_since(request: HttpRequest, moment: float) -> bool:
    records = get_authentication_records(request, request.user)
    return any(record.get("at", 0) >= moment for record in records)


def _note(request: HttpRequest, action: Action) -> None:
    account = account_of(request)
    acting = acting_in(request) or Acting(account.id, account.name)
    with transaction.atomic():
        append(acting, action, subject=account.id)


def _acting(account: Account, member: Membership, request: HttpRequest) -> Acting:
    return Acting(
        account_id=account.id,
        name=account.name,
        clinic_id=member.clinic_id,
        clinic_name=member.clinic.name,
        time_zone=member.clinic.time_zone,
        role=Role(member.role),
        device=request.session.get("device", ""),
        reads_substance_use=member.reads_substance_use,
    )
