"""Entering the demonstration by role: by POST, for its own accounts, and nowhere else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client

from ketaminder.clinic.accounts.demo_doors import DOORS, Door
from ketaminder.clinic.demo.house import houses
from ketaminder.clinic.models import Account


@pytest.fixture
def demonstration(database: str, settings: Any) -> None:
    settings.KETAMINDER_DEMO = True
    settings.KETAMINDER_SECOND_FACTOR = False
    settings.SECURE_SSL_REDIRECT = False
    houses(date(2026, 11, 22))


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.username)
def test_every_door_leads_to_what_its_role_opens(demonstration: None, door: Door) -> None:
    client = Client()
    entered = client.post("/enter-demo", {"username": door.username})
    assert (entered.status_code, entered.headers["Location"]) == (302, "/")
    page = client.get("/", follow=True)
    assert page.status_code == 200
    assert door.name in page.content.decode()


@pytest.mark.parametrize("username", ["", "colleague-nurse", "real", "demo-physician "])
def test_no_other_account_is_entered(demonstration: None, username: str) -> None:
    Account.objects.create_user("real", name="Somebody")
    client = Client()
    assert client.post("/enter-demo", {"username": username}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_only_a_post_with_a_token_enters(demonstration: None) -> None:
    assert Client().get("/enter-demo").status_code == 405
    assert Client(enforce_csrf_checks=True).post("/enter-demo", {"username": DOORS[0].username}).status_code == 403


def test_outside_the_demonstration_there_is_no_such_address(demonstration: None, settings: Any) -> None:
    settings.KETAMINDER_DEMO = False
    for door in DOORS:
        assert Client().post("/enter-demo", {"username": door.username}).status_code == 404
    assert "demo-" not in render_to_string("clinic/enter_demo.html")


def test_the_sign_in_page_offers_a_button_a_role(demonstration: None) -> None:
    shown = render_to_string("clinic/enter_demo.html")
    assert [shown.count(f'value="{door.username}"') for door in DOORS] == [1] * len(DOORS)


def test_a_locked_demonstration_opens_again_without_a_password_that_nobody_has(demonstration: None) -> None:
    client = Client()
    client.post("/enter-demo", {"username": DOORS[0].username})
    client.post("/locked")
    assert client.get("/today")["Location"] == "/locked?next=/today"
    assert client.get("/account/confirm?next=/today")["Location"] == "/today"
    assert client.get("/today").status_code == 200
    assert "evil" not in client.get("/account/confirm?next=https://evil.example/")["Location"]
