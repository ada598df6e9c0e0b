"""Joining and leaving: an administrator invites, changes roles and ends them. Every step is in the audit trail."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ketaminder.clinic.acting import Acting
from ketaminder.clinic.audit.actions import Action
from ketaminder.clinic.audit.append import append
from ketaminder.clinic.models import Account, Appointment, Clinic, Invitation, Membership, Standing
from ketaminder.clinic.models.accounts import Memberships
from ketaminder.clinic.roles import Role
from ketaminder.terms import Refused, Region

INVITATION_HOURS = 72


@transaction.atomic
def found(name: str, region: Region, time_zone: str, *, username: str, administrator: str) -> str:
    """Make a clinic and invite its first administrator; the token of the one-time link.

    Raises:
        Refused: a clinic of that name stands, or the user name is taken.
    """
    if not name.strip() or Clinic.objects.filter(name__iexact=name.strip()).exists():
        raise Refused("clinic", name, "a name that no clinic of this installation bears")
    clinic = Clinic.objects.create(name=name.strip(), region=region, time_zone=time_zone)
    return invite(_installer(clinic), username, administrator, Role.ADMINISTRATOR)


@transaction.atomic
def let_in_again(name: str, username: str) -> str:
    """The token of a new link for an administrator whom nobody else can help, given by who runs the server.

    Raises:
        Refused: nobody of that name administers such a clinic now.
    """
    held = Membership.objects.at(timezone.now()).filter(clinic__name__iexact=name.strip(), role=Role.ADMINISTRATOR)
    row = held.select_related("clinic").filter(account__username__iexact=username.strip()).first()
    if row is None:
        raise Refused("administrator", username, f"the user name of somebody who administers {name}")
    return renew(_installer(row.clinic), row.id)


def _installer(clinic: Clinic) -> Acting:
    return Acting(account_id=None, name="the installer", clinic_id=clinic.id, clinic_name=clinic.name)


@transaction.atomic
def invite(
    acting: Acting, username: str, name: str, role: Role, *, email: str = "", reads_substance_use: bool = False
) -> str:
    """Make an account with a role in the administrator's clinic; the token of its one-time link.

    Raises:
        Refused: the user name is taken, or something is empty.
    """
    if not username.strip() or not name.strip():
        raise Refused("account", f"{username} {name}", "a user name and the person's name")
    if Account.objects.filter(username__iexact=username.strip()).exists():
        raise Refused("user name", username, "one that nobody has")
    account = Account.objects.create_user(username.strip(), name=name.strip(), email=email.strip())
    _give(acting, account, role, reads_substance_use=reads_substance_use)
    append(acting, Action.ACCOUNT_INVITED, subject=account.id)
    return _link(account)


@transaction.atomic
def renew(acting: Acting, membership: UUID) -> str:
    """The token of a new link for somebody who cannot sign in any more. All that opened the account until now ends.

    Raises:
        Refused: it is one's own, no membership of this clinic in force, or of somebody who works in another one too,
            unless the installer asks.
    """
    now = timezone.now()
    row = _members(acting, now).select_related("account").filter(id=membership).first()
    if row is None or row.account_id == acting.account_id:
        raise Refused("membership", str(membership), "another person's membership of this clinic")
    if acting.account_id and row.account.memberships.at(now).exclude(clinic_id=acting.place).exists():
        raise Refused("membership", str(membership), "somebody who works in this clinic only")
    _close_every_door(row.account, now)
    append(acting, Action.LINK_RENEWED, subject=row.account_id, at=now)
    return _link(row.account)


@transaction.atomic
def change_email(acting: Acting, membership: UUID, email: str) -> Account:
    """Give an account the address by which single sign-on may connect it, or none. The account.

    Raises:
        Refused: no membership of this clinic in force, or of somebody who works in another one too; or another account
            bears the address, so that neither would be connected.
    """
    now = timezone.now()
    row = _members(acting, now).select_related("account").filter(id=membership).first()
    if row is None:
        raise Refused("membership", str(membership), "a membership of this clinic")
    account, address = row.account, email.strip()
    if account.memberships.at(now).exclude(clinic_id=acting.place).exists():
        raise Refused("membership", str(membership), "somebody who works in this clinic only")
    if address and Account.objects.filter(email__iexact=address, is_active=True).exclude(pk=account.pk).exists():
        raise Refused("e-mail", address, "an address that no other account bears")
    account.email = address
    account.save(update_fields=["email"])
    append(acting, Action.EMAIL_CHANGED, subject=account.id, at=now)
    return account


def invitation(token: str) -> Invitation | None:
    """The invitation of a token, while it works."""
    found = Invitation.objects.select_related("account").filter(token_sha256=_digest(token)).first()
    return found if found and found.works(timezone.now()) else None


@transaction.atomic
def join(invited: Invitation, password: str) -> Account:
    """Set the first password. The link works no more.

    Raises:
        Refused: the password is too short, too common, or like the name; it is not quoted.
    """
    account, now = invited.account, timezone.now()
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Refused("password", "…", " ".join(error.messages)) from None
    if not Invitation.objects.filter(pk=invited.pk, used_at=None).update(used_at=now):
        raise Refused("invitation", "…", "a link that was not used yet")
    account.set_password(password)
    account.joined_at = now
    account.save(update_fields=["password", "joined_at"])
    append(Acting(account.id, account.name), Action.ACCOUNT_JOINED, subject=account.id, at=now)
    return account


@transaction.atomic
def join_by_sign_on(account: Account, provider: str) -> None:
    """Note that single sign-on opens the account from now on. A link that was handed over for it works no more."""
    now = timezone.now()
    Invitation.objects.filter(account=account, used_at=None).update(used_at=now)
    acting = Acting(account.id, account.name)
    append(acting, Action.SIGN_ON_CONNECTED, subject=account.id, detail={"provider": provider}, at=now)
    if account.joined_at is None:
        account.joined_at = now
        account.save(update_fields=["joined_at"])
        append(acting, Action.ACCOUNT_JOINED, subject=account.id, at=now)


@transaction.atomic
def change_role(acting: Acting, membership: UUID, role: Role, *, reads_substance_use: bool) -> Membership:
    """End a membership and give another in its place.

    Raises:
        Refused: it is one's own, no membership of this clinic, or the last administrator's.
    """
    old = end_membership(acting, membership, keeps_account=True)
    return _give(acting, old.account, role, reads_substance_use=reads_substance_use)


@transaction.atomic
def end_membership(acting: Acting, membership: UUID, *, keeps_account: bool = False) -> Membership:
    """End somebody's role in the clinic; the account too where it holds no other. Its sessions end at once.

    Raises:
        Refused: it is one's own, no membership of this clinic in force, or the last administrator's.
    """
    now = timezone.now()
    standing = _members(acting, now)
    old = standing.select_related("account").filter(id=membership).first()
    if old is None or old.account_id == acting.account_id:
        raise Refused("membership", str(membership), "another person's membership of this clinic")
    if old.role == Role.ADMINISTRATOR and standing.filter(role=Role.ADMINISTRATOR).count() == 1:
        raise Refused("membership", str(membership), "an administrator who is not the last")
    old.until = now
    old.save(update_fields=["until"])
    append(acting, Action.MEMBERSHIP_ENDED, subject=old.account_id, detail={"role": old.role}, at=now)
    _end_sessions(old.account)
    if not keeps_account and not old.account.memberships.at(now).exists():
        _leave(acting, old.account, now)
    return old


def to_hand_over(acting: Acting, account: UUID) -> list[Appointment]:
    """The visits to come of somebody who leaves: each needs another nurse or physician."""
    coming = Appointment.objects.filter(
        clinic_id=acting.place, starts_at__gt=timezone.now(), standing=Standing.BOOKED
    ).select_related("patient")
    return [one for one in coming.order_by("starts_at") if account in (one.nurse_id, one.physician_id)]


def _give(acting: Acting, account: Account, role: Role, *, reads_substance_use: bool) -> Membership:
    given = Membership.objects.create(
        account=account,
        clinic_id=acting.place,
        role=role,
        reads_substance_use=reads_substance_use,
        since=timezone.now(),
    )
    detail = {"role": role, "reads_substance_use": reads_substance_use}
    append(acting, Action.MEMBERSHIP_GIVEN, subject=account.id, detail=detail)
    return given


def _members(acting: Acting, now: datetime) -> Memberships:
    return Membership.objects.at(now).filter(clinic_id=acting.place)


def _leave(acting: Acting, account: Account, now: datetime) -> None:
    account.is_active, account.left_at = False, now
    account.save(update_fields=["is_active", "left_at"])
    append(acting, Action.ACCOUNT_LEFT, subject=account.id, at=now)


def _link(account: Account) -> str:
    """The token of a link that works once."""
    token = token_urlsafe(32)
    expires_at = timezone.now() + timedelta(hours=INVITATION_HOURS)
    Invitation.objects.create(account=account, token_sha256=_digest(token), expires_at=expires_at)
    return token


def _close_every_door(account: Account, now: datetime) -> None:
    """Password, second factors, single sign-on, links and sessions."""
    account.set_unusable_password()
    account.save(update_fields=["password"])
    Authenticator.objects.filter(user=account).delete()
    SocialAccount.objects.filter(user=account).delete()
    Invitation.objects.filter(account=account, used_at=None).update(used_at=now)
    _end_sessions(account)


def _end_sessions(account: Account) -> None:
    for session in UserSession.objects.filter(user=account):
        session.end()


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
