"""The way back in for somebody who has lost the password or the second factor."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client

from ketaminder.clinic.accounts import joining
from ketaminder.clinic.models import Account, Entry, Invitation, Membership
from ketaminder.clinic.roles import Role
from ketaminder.terms import Refused

PASSWORD = "velvet-harbour-77-window"  # noqa: S105 (of people who are made up)


@pytest.fixture
def nurse(staff: Any) -> Account:
    """Somebody with a password, an app and single sign-on."""
    account: Account = staff.accounts[Role.NURSE]
    TOTP.activate(account, generate_totp_secret())
    SocialAccount.objects.create(user=account, provider="hospital", uid="s-1")
    cache.clear()
    return account


def membership_of(account: Account) -> Membership:
    return Membership.objects.get(account=account, until=None)


def test_a_new_link_ends_every_way_that_opened_the_account_and_opens_it_once(staff: Any, nurse: Account) -> None:
    open_already = staff.browser(Role.NURSE)
    assert open_already.get("/today").status_code == 200
    administrator = staff.fresh_browser(Role.ADMINISTRATOR)
    address = f"/accounts/{membership_of(nurse).id}/link"
    assert "Make sure that it is they who ask." in administrator.get(address).content.decode()
    shown = html.unescape(administrator.post(address).content.decode())
    link = re.search(r"http://localhost(/join/[\w-]+)", shown)
    assert link is not None
    assert open_already.get("/today")["Location"].startswith("/sign-in")
    assert not Authenticator.objects.filter(user=nurse).exists()
    assert not SocialAccount.objects.filter(user=nurse).exists()
    visitor = Client(headers={"host": "localhost"})
    visitor.post("/sign-in", {"login": nurse.username, "password": "copper-lantern-42-meadow"})
    assert visitor.get("/today")["Location"].startswith("/sign-in"), "the old password opens nothing"
    assert visitor.post(link[1], {"password": PASSWORD}).status_code == 303
    assert visitor.get("/today").status_code == 200
    assert Client(headers={"host": "localhost"}).get(link[1]).status_code == 404
    entry = Entry.objects.get(action="link renewed")
    assert (entry.account_id, entry.subject) == (staff.accounts[Role.ADMINISTRATOR].id, str(nurse.id))


def test_a_link_that_ran_out_is_replaced_and_stays_dead(staff: Any) -> None:
    acting = staff.acting(Role.ADMINISTRATOR)
    old = joining.invite(acting, "new", "Nora New", Role.NURSE)
    Invitation.objects.update(expires_at=datetime.now(UTC) - timedelta(hours=1))
    token = joining.renew(acting, membership_of(Account.objects.get(username="new")).id)
    assert joining.invitation(old) is None
    assert joining.invitation(token) is not None


def test_nobody_renews_their_own_or_reaches_into_another_clinic(staff: Any, nurse: Account) -> None:
    acting = staff.acting(Role.ADMINISTRATOR)
    with pytest.raises(Refused, match="another person's membership of this clinic"):
        joining.renew(acting, membership_of(staff.accounts[Role.ADMINISTRATOR]).id)
    with pytest.raises(Refused, match="another person's membership of this clinic"):
        joining.renew(acting, membership_of(staff.outsider).id)
    here = membership_of(nurse)
    Membership.objects.create(account=nurse, clinic=staff.other, role=Role.NURSE, since=here.since)
    with pytest.raises(Refused, match="somebody who works in this clinic only"):
        joining.renew(acting, here.id)
    assert Authenticator.objects.filter(user=nurse).exists(), "nothing was taken"
    refused = staff.fresh_browser(Role.ADMINISTRATOR).post(f"/accounts/{here.id}/link")
    assert refused.status_code == 422
    assert "somebody who works in this clinic only" in refused.content.decode()


def test_an_administrator_whom_nobody_else_can_help_is_let_in_by_who_runs_the_server(staff: Any) -> None:
    alone = staff.accounts[Role.ADMINISTRATOR]
    TOTP.activate(alone, generate_totp_secret())
    open_already = staff.browser(Role.ADMINISTRATOR)
    assert open_already.get("/accounts").status_code == 200
    token = joining.let_in_again("lindenhof", alone.username)
    assert open_already.get("/accounts").status_code == 302
    assert not Authenticator.objects.filter(user=alone).exists()
    noted = Entry.objects.latest("number")
    assert (noted.action, noted.subject, noted.account_id) == ("link renewed", str(alone.id), None)
    invited = joining.invitation(token)
    assert invited is not None
    assert joining.join(invited, PASSWORD).id == alone.id


@pytest.mark.parametrize(
    ("clinic", "username"), [("Lindenhof", Role.NURSE), ("Seeblick", Role.ADMINISTRATOR), ("", "")]
)
def test_nobody_else_is_let_in_from_there(staff: Any, clinic: str, username: str) -> None:
    with pytest.raises(Refused, match="administers"):
        joining.let_in_again(clinic, username)
