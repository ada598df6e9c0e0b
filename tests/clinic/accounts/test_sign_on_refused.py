"""Whom single sign-on does not let in, and which answers of a provider are not believed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from ketaminder.clinic.accounts import joining
from ketaminder.clinic.models import Account, Entry, Membership
from ketaminder.clinic.roles import Role

from .hospital import EMAIL, actions, back_from, hospital, opens, physician, question_of, sign_in, text_of, visitor
from .provider import CLIENT, FOREIGN_KEY, KEY, SECRET, Provider, Sign, by_key, by_nobody, by_secret

__all__ = ["hospital", "physician", "visitor"]  # fixtures


def test_an_unknown_person_is_refused_and_no_account_comes_into_being(
    visitor: Client, hospital: Provider, physician: Account
) -> None:
    before = Account.objects.count()
    hospital.person = {"sub": "s-9", "email": "nobody@example.org", "email_verified": True}
    assert sign_in(visitor)["Location"] == "/sign-in/not-invited"
    assert not opens(visitor)
    assert (Account.objects.count(), SocialAccount.objects.count()) == (before, 0)
    assert actions()[-1] == "sign-in failed"
    assert "nobody@example.org" not in str(list(Entry.objects.values_list("detail", flat=True)))


@pytest.mark.parametrize("verified", [False, None], ids=["stated as unverified", "not stated"])
def test_an_address_that_is_not_stated_as_verified_connects_nothing(
    visitor: Client, hospital: Provider, physician: Account, verified: bool | None
) -> None:
    hospital.changed = {"email_verified": verified}
    assert sign_in(visitor)["Location"] == "/sign-in/not-invited"
    assert SocialAccount.objects.count() == 0


def test_an_address_that_two_accounts_bear_connects_neither(
    visitor: Client, hospital: Provider, physician: Account, staff: Any
) -> None:
    joining.invite(staff.acting(Role.ADMINISTRATOR), "twin", "Tom Twin", Role.NURSE, email=EMAIL.upper())
    assert sign_in(visitor)["Location"] == "/sign-in/not-invited"


def test_another_subject_with_the_same_address_is_refused_once_it_is_connected(
    visitor: Client, hospital: Provider, physician: Account
) -> None:
    sign_in(visitor)
    hospital.person = {**hospital.person, "sub": "s-77"}
    stranger = Client(headers={"host": "localhost"})
    assert sign_in(stranger)["Location"] == "/sign-in/not-invited"
    assert not opens(stranger)


def signed(sign: Sign) -> Callable[[Provider], None]:
    return lambda provider: setattr(provider, "sign", sign)


def claims(**changed: Any) -> Callable[[Provider], None]:
    return lambda provider: provider.changed.update(changed)


def described(**changed: Any) -> Callable[[Provider], None]:
    return lambda provider: provider.described.update(changed)


NOT_BELIEVED: dict[str, Callable[[Provider], None]] = {
    "signed by another key of the same name": signed(by_key(FOREIGN_KEY)),
    "signed with the public key as a secret": signed(by_secret(KEY.as_pem(private=False))),
    "signed with the client's secret": signed(by_secret(SECRET.encode())),
    "signed by nobody": signed(by_nobody),
    "for another client": claims(aud="another-client"),
    "for several, handed to another": claims(aud=[CLIENT, "another-client"], azp="another-client"),
    "of another issuer": claims(iss="https://elsewhere.example"),
    "with another nonce": claims(nonce="of-another-question"),
    "without a nonce": claims(nonce=None),
    "out of date": claims(exp=1_700_000_000),
    "without an end": claims(exp=None),
    "without a subject": claims(sub=None),
    "from a provider of another name": described(issuer="https://elsewhere.example"),
    "from a provider with an address elsewhere and no TLS": described(jwks_uri="http://elsewhere.example/keys"),
}


@pytest.mark.parametrize("change", NOT_BELIEVED.values(), ids=NOT_BELIEVED.keys())
def test_a_token_that_does_not_hold_opens_nothing(
    visitor: Client, hospital: Provider, physician: Account, change: Callable[[Provider], None]
) -> None:
    back = back_from(question_of(visitor))
    change(hospital)
    answer = visitor.get(back)
    assert answer.status_code == 401
    assert "its answer could not be believed" in text_of(answer)
    assert not opens(visitor)
    assert SocialAccount.objects.count() == 0
    assert actions()[-1] == "sign-in failed"


def test_the_same_token_unchanged_opens_the_account(visitor: Client, hospital: Provider, physician: Account) -> None:
    """So that what is refused above is refused for the change alone."""
    visitor.get(back_from(question_of(visitor)))
    assert opens(visitor)


def test_an_answer_to_no_question_of_this_browser_opens_nothing(
    visitor: Client, hospital: Provider, physician: Account
) -> None:
    back = back_from(question_of(visitor))
    other = Client(headers={"host": "localhost"})
    assert other.get(back).status_code == 401, "another browser's state"
    assert not opens(other)
    assert visitor.get(re.sub("state=[^&]+", "state=made-up", back)).status_code == 401
    assert not opens(visitor)
    visitor.get(back)
    assert opens(visitor), "its own"
    assert visitor.get(back).status_code == 401, "an answer is taken once"


def test_a_code_of_another_question_fails_for_its_proof_key(
    visitor: Client, hospital: Provider, physician: Account
) -> None:
    stolen = re.search("code=[^&]+", back_from(question_of(Client(headers={"host": "localhost"}))))
    assert stolen is not None
    assert visitor.get(re.sub("code=[^&]+", stolen[0], back_from(question_of(visitor)))).status_code == 401
    assert not opens(visitor)


def test_the_address_may_come_from_userinfo_about_the_same_person_only(
    visitor: Client, hospital: Provider, physician: Account
) -> None:
    hospital.changed = {"email": None, "email_verified": None}
    hospital.userinfo = {"sub": "s-another", "email": EMAIL, "email_verified": True}
    assert sign_in(visitor).status_code == 401
    assert not opens(visitor)
    hospital.userinfo["sub"] = "s-1"
    sign_in(visitor)
    assert opens(visitor)


def test_an_ended_membership_is_refused(visitor: Client, hospital: Provider, physician: Account, staff: Any) -> None:
    sign_in(visitor)
    joining.end_membership(staff.acting(Role.ADMINISTRATOR), Membership.objects.get(account=physician).id)
    assert not opens(visitor), "the session that was open ends"
    again = Client(headers={"host": "localhost"})
    assert sign_in(again)["Location"] == "/sign-in/closed"
    assert not opens(again)


def test_an_account_that_holds_no_role_is_refused_even_where_it_was_never_closed(
    visitor: Client, hospital: Provider, physician: Account
) -> None:
    sign_in(visitor)
    member = Membership.objects.get(account=physician)
    Membership.objects.filter(id=member.id).update(until=member.since)
    again = Client(headers={"host": "localhost"})
    assert sign_in(again)["Location"] == "/sign-in/closed"
    assert not opens(again)
