"""Single sign-on against a provider that really answers. Numbers in names are OWASP ASVS 5.0 requirements."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from ketaminder.clinic.accounts import joining
from ketaminder.clinic.models import Account, Entry, Invitation, Membership
from ketaminder.clinic.roles import Role
from ketaminder.terms import Refused

from .hospital import (
    EMAIL,
    actions,
    back_from,
    configure,
    hospital,
    opens,
    physician,
    question_of,
    sign_in,
    text_of,
    visitor,
)
from .provider import CLIENT, Provider

__all__ = ["hospital", "physician", "visitor"]  # fixtures


def test_the_sign_in_page_lists_the_provider_and_says_where_it_leads(visitor: Client, hospital: Provider) -> None:
    assert "Sign in by Lindenhof Hospital" in text_of(visitor.get("/sign-in"))
    asked = {name: values[0] for name, values in parse_qs(urlsplit(question_of(visitor)).query).items()}
    assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == ("code", CLIENT, "S256")
    assert set(asked["scope"].split()) == {"openid", "profile", "email"}
    assert asked["redirect_uri"] == "http://localhost/sign-in/by/hospital/back"
    assert min(len(asked["state"]), len(asked["nonce"])) >= 16
    assert visitor.get("/sign-in/by/hospital").status_code == 405, "another site cannot begin it by a link"
    assert visitor.post("/sign-in/by/elsewhere").status_code == 404


def test_an_invited_account_is_connected_once_and_opens_by_its_subject_from_then_on(
    visitor: Client, hospital: Provider, staff: Any
) -> None:
    link = joining.invite(staff.acting(Role.ADMINISTRATOR), "nora", "Nora New", Role.NURSE, email="N.New@Example.org")
    hospital.person = {"sub": "s-2", "email": "n.new@example.org", "email_verified": True}
    sign_in(visitor)
    assert visitor.get("/today")["Location"] == "/account/second-factor", "nothing opens before the second factor"
    assert [one for one in actions() if one in ("single sign-on connected", "account joined", "signed in")] == [
        "single sign-on connected",
        "account joined",
        "signed in",
    ]
    assert Account.objects.get(username="nora").joined_at is not None
    assert Client(headers={"host": "localhost"}).get(f"/join/{link}").status_code == 404, "the link works no more"
    assert not Invitation.objects.filter(used_at=None).exists()
    hospital.person = {"sub": "s-2", "email": "n.married@example.org", "email_verified": True}
    again = Client(headers={"host": "localhost"})
    sign_in(again)
    assert opens(again)
    assert SocialAccount.objects.get().extra_data == {"id_token": hospital.person}


def test_an_account_that_stands_already_is_connected_once_an_administrator_gave_it_the_address(
    visitor: Client, hospital: Provider, staff: Any, settings: Any
) -> None:
    settings.KETAMINDER_SECOND_FACTOR = False
    nurse = staff.accounts[Role.NURSE]
    hospital.person = {"sub": "s-5", "email": "Nils@Example.org", "email_verified": True}
    assert sign_in(visitor)["Location"] == "/sign-in/not-invited"
    administrator = staff.fresh_browser(Role.ADMINISTRATOR)
    address = f"/accounts/{Membership.objects.get(account=nurse).id}/email"
    assert "E-mail for single sign-on" in text_of(administrator.get(address))
    assert administrator.post(address, {"email": "no address"}).status_code == 422
    assert administrator.post(address, {"email": "nils@example.org"})["Location"] == "/accounts"
    assert 'value="nils@example.org"' in administrator.get(address).content.decode()
    sign_in(visitor)
    assert visitor.get("/today").status_code == 200
    assert SocialAccount.objects.get().user_id == nurse.id
    noted = Entry.objects.get(action="e-mail address changed")
    assert (noted.account_id, noted.subject) == (staff.accounts[Role.ADMINISTRATOR].id, str(nurse.id))
    assert "nils" not in noted.detail


def test_an_address_is_given_to_one_account_only_and_never_into_another_clinic(staff: Any, physician: Account) -> None:
    acting = staff.acting(Role.ADMINISTRATOR)
    nurse = Membership.objects.get(account=staff.accounts[Role.NURSE])
    with pytest.raises(Refused, match="an address that no other account bears"):
        joining.change_email(acting, nurse.id, EMAIL.upper())
    with pytest.raises(Refused, match="a membership of this clinic"):
        joining.change_email(acting, Membership.objects.get(account=staff.outsider).id, "a@example.org")
    own = Membership.objects.get(account=staff.accounts[Role.ADMINISTRATOR])
    assert joining.change_email(acting, own.id, " ida@example.org ").email == "ida@example.org"
    Membership.objects.create(account=nurse.account, clinic=staff.other, role=Role.NURSE, since=nurse.since)
    with pytest.raises(Refused, match="somebody who works in this clinic only"):
        joining.change_email(acting, nurse.id, "a@example.org")
    assert Account.objects.get(pk=nurse.account_id).email == ""


def test_6_3_3_the_clinics_own_second_factor_is_asked_for_all_the_same(
    visitor: Client, hospital: Provider, physician: Account
) -> None:
    secret = generate_totp_secret()
    TOTP.activate(physician, secret)
    hospital.changed = {"amr": ["mfa"], "acr": "phrh"}  # what a provider says of its own factors is not read
    assert sign_in(visitor)["Location"] == "/sign-in/second-step"
    assert visitor.get("/today")["Location"].startswith("/sign-in")
    code = str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))  # RFC 6238
    visitor.post("/sign-in/second-step", {"code": code})
    assert visitor.get("/today").status_code == 200


def test_somebody_without_a_password_confirms_by_the_second_factor_and_is_told_so(
    visitor: Client, hospital: Provider, staff: Any
) -> None:
    joining.invite(staff.acting(Role.ADMINISTRATOR), "nora", "Nora New", Role.NURSE, email=EMAIL)
    sign_in(visitor)
    TOTP.activate(Account.objects.get(username="nora"), generate_totp_secret())
    assert visitor.get("/account/confirm?next=/today")["Location"].startswith("/account/confirm/code")
    assert "You have no password here" in text_of(visitor.get("/account/password"))


def test_turning_back_at_the_provider_leads_to_the_sign_in_page(visitor: Client, hospital: Provider) -> None:
    hospital.refuses = True
    assert sign_in(visitor)["Location"] == "/sign-in"


def test_a_provider_that_does_not_answer_is_said_to_be_silent(
    visitor: Client, hospital: Provider, settings: Any, tmp_path: Path
) -> None:
    configure(settings, tmp_path, "http://127.0.0.1:1")
    answer = visitor.post("/sign-in/by/hospital")
    assert answer.status_code == 401
    assert "Lindenhof Hospital did not answer" in text_of(answer)


def test_where_to_go_next_is_kept_and_is_never_another_site(
    visitor: Client, hospital: Provider, physician: Account
) -> None:
    there = visitor.get(back_from(question_of(visitor, next="/patients")))
    assert there["Location"] == "/patients"
    elsewhere = Client(headers={"host": "localhost"})
    answer = elsewhere.get(back_from(question_of(elsewhere, next="https://evil.example/", process="redirect")))
    assert "evil.example" not in answer["Location"]
