"""Joining, roles, leaving, and several clinics apart. Numbers in names are OWASP ASVS 5.0 requirements."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from ketaminder.clinic.accounts import joining
from ketaminder.clinic.models import Account, Clinic, Invitation, Membership, Patient
from ketaminder.clinic.roles import Role

from .at_the_door import PASSWORD, actions, enter, now_code, signed_in, text_of


def test_7_4_2_ending_the_last_role_closes_the_account_and_its_sessions(
    staff: Any, physician: Account, visitor: Client, secret: str, settings: Any
) -> None:
    enter(visitor)
    visitor.post("/sign-in/second-step", {"code": now_code(secret)})
    assert visitor.get("/today").status_code == 200
    membership = Membership.objects.get(account=physician)
    joining.end_membership(staff.acting(Role.ADMINISTRATOR), membership.id)
    assert visitor.get("/today").status_code == 302
    assert enter(Client(headers={"host": "localhost"})).status_code in (200, 302)
    assert not Account.objects.get(pk=physician.pk).is_active
    assert actions()[-2:] == ["membership ended", "account left"] or "account left" in actions()


def test_joining_by_a_link_that_works_once(staff: Any, visitor: Client, settings: Any) -> None:
    settings.KETAMINDER_SECOND_FACTOR = True
    token = joining.invite(staff.acting(Role.ADMINISTRATOR), "new", "Nora New", Role.NURSE)
    assert "Nora New" in text_of(visitor.get(f"/join/{token}"))
    for weak in ("short", "password1234", "nora-new"):
        assert visitor.post(f"/join/{token}", {"password": weak}).status_code == 422, weak
    assert visitor.post(f"/join/{token}", {"password": PASSWORD}).status_code == 303
    assert visitor.get("/today")["Location"] == "/account/second-factor"
    assert Client(headers={"host": "localhost"}).get(f"/join/{token}").status_code == 404
    assert Client(headers={"host": "localhost"}).get("/join/never-given").status_code == 404
    kept = Account.objects.get(username="new")
    assert token not in str(Invitation.objects.filter(account=kept).values())


def test_an_administrator_changes_roles_but_never_their_own_nor_the_last(staff: Any) -> None:
    from ketaminder.terms import Refused

    acting = staff.acting(Role.ADMINISTRATOR)
    own = Membership.objects.get(account=staff.accounts[Role.ADMINISTRATOR])
    with pytest.raises(Refused, match="another person's membership"):
        joining.change_role(acting, own.id, Role.PHYSICIAN, reads_substance_use=True)
    nurse = Membership.objects.get(account=staff.accounts[Role.NURSE])
    given = joining.change_role(acting, nurse.id, Role.PHYSICIAN, reads_substance_use=True)
    assert (given.role, given.reads_substance_use, given.account.is_active) == (Role.PHYSICIAN, True, True)
    elsewhere = Membership.objects.get(account=staff.outsider)
    with pytest.raises(Refused):
        joining.end_membership(acting, elsewhere.id)


def test_two_clinics_are_chosen_between_and_never_mixed(staff: Any, settings: Any) -> None:
    account = staff.accounts[Role.PHYSICIAN]
    Membership.objects.create(
        account=account, clinic=staff.other, role=Role.NURSE, since=Membership.objects.get(account=account).since
    )
    client = signed_in(staff)
    assert client.get("/today")["Location"] == "/clinic"
    client.post("/clinic", {"clinic": str(staff.other.id)})
    assert "Seeblick" in text_of(client.get("/patients"))
    foreign = Clinic.objects.create(name="Elsewhere", region="US")
    assert client.post("/clinic", {"clinic": str(foreign.id)}).status_code == 404


def test_a_window_of_another_clinic_writes_nothing_and_is_loaded_anew(staff: Any, settings: Any) -> None:
    account = staff.accounts[Role.PHYSICIAN]
    since = Membership.objects.get(account=account).since
    Membership.objects.create(account=account, clinic=staff.other, role=Role.PHYSICIAN, since=since)
    client = signed_in(staff)
    client.post("/clinic", {"clinic": str(staff.clinic.id)})
    made = re.search(r'data-who="([^"]+)"', client.get("/patients/new").content.decode())
    assert made is not None
    assert client.get("/locked/here").json()["who"] == made[1] == f"{account.id}:{staff.clinic.id}"
    client.post("/clinic", {"clinic": str(staff.other.id)})
    old = {"x-ketaminder-who": made[1]}
    sent = {"name": "Otto Berg", "identifier": "LH-9", "birth_date": "1950-01-01", "sex": "male"}
    refused = client.post("/patients/new", sent, headers=old)
    assert refused.status_code == 403
    assert "this window belongs to another clinic or person" in text_of(refused)
    assert not Patient.objects.exists()
    assert client.get("/patients", headers=old)["HX-Redirect"] == "/patients"
    assert client.post("/patients/new", sent).status_code == 303
