"""A screen that locks, a session that ends, fresh proof. Numbers in names are OWASP ASVS 5.0 requirements."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.utils import timezone

from ketaminder.clinic.accounts.presence import LAST_SEEN
from ketaminder.clinic.care import appointments, patients
from ketaminder.clinic.care.chart import standing
from ketaminder.clinic.models import Account, Appointment, Entry, Patient, Standing
from ketaminder.clinic.roles import Role

from .at_the_door import PASSWORD, actions, lock_by_idleness, signed_in, text_of


def test_7_3_1_an_idle_screen_locks_and_the_password_opens_it_again(
    staff: Any, physician: Account, settings: Any
) -> None:
    settings.KETAMINDER_SECOND_FACTOR = False
    client = signed_in(staff)
    assert client.get("/today").status_code == 200
    session = client.session
    session[LAST_SEEN] = time.time() - settings.KETAMINDER_IDLE_SECONDS - 1
    session.save()
    answer = client.get("/patients")
    assert answer["Location"] == "/locked?next=/patients"
    assert client.get("/today").status_code == 302, "it stays locked"
    assert "/account/confirm?next=/patients" in text_of(client.get(answer["Location"]))
    wrong = client.post("/account/confirm", {"password": "not-the-password", "next": "/patients"})
    assert wrong.status_code == 200
    assert client.get("/today").status_code == 302
    opened = client.post("/account/confirm", {"password": PASSWORD, "next": "/patients"})
    assert opened["Location"] == "/patients"
    assert client.get("/patients").status_code == 200
    assert [action for action in actions() if "lock" in action] == ["locked", "unlocked"]


def test_7_3_1_a_page_that_refreshes_itself_is_no_sign_of_life(staff: Any, physician: Account, settings: Any) -> None:
    settings.KETAMINDER_SECOND_FACTOR = False
    client = signed_in(staff)
    client.get("/today")
    seen = client.session[LAST_SEEN]
    client.get("/today", headers={"x-ketaminder-background": "1"})
    assert client.session[LAST_SEEN] == seen


def test_7_3_2_a_session_ends_after_twelve_hours(settings: Any) -> None:
    assert settings.SESSION_COOKIE_AGE == 12 * 3600
    assert settings.SESSION_SAVE_EVERY_REQUEST is False


def test_a_lock_shows_which_rooms_are_in_use_and_no_name(staff: Any, physician: Account, settings: Any) -> None:
    settings.KETAMINDER_SECOND_FACTOR = False
    acting = staff.acting(Role.PHYSICIAN)
    patient: UUID = patients.register(acting, patients.Who("LH-1", "Zoë Berg", None, "female"))
    now = timezone.now()
    slot = appointments.Slot(now, now + timedelta(hours=2), "Room 7", None)
    appointments.book(acting, standing(acting, patient), slot)
    appointments.stand(acting, Appointment.objects.get().id, Standing.ARRIVED)
    client = signed_in(staff)
    shown = text_of(client.post("/locked"))
    assert "Room 7" in shown
    assert "Zoë" not in shown
    assert client.get(f"/patients/{patient}").status_code == 302


def test_a_locked_screen_opens_ones_own_account_to_nobody_either(staff: Any, physician: Account, settings: Any) -> None:
    settings.KETAMINDER_SECOND_FACTOR = False
    client = signed_in(staff)
    client.post("/locked")
    for address in ("/account/factors", "/account/factors/app", "/account/password", "/account/sessions", "/clinic"):
        assert client.get(address)["Location"] == f"/locked?next={address}", address
    for way_out in ("/account/confirm", "/locked"):
        assert client.get(way_out).status_code == 200, way_out


def test_what_is_posted_to_a_locked_screen_is_done_once_its_owner_has_unlocked_it(
    staff: Any, physician: Account, settings: Any
) -> None:
    settings.KETAMINDER_SECOND_FACTOR = False
    client = signed_in(staff)
    client.get("/today")
    lock_by_idleness(client, settings.KETAMINDER_IDLE_SECONDS)
    sent = {"name": "Otto Berg", "identifier": "LH-9", "birth_date": "1950-01-01", "sex": "male"}
    assert client.post("/patients/new", sent)["Location"] == "/locked?next=/patients/new"
    assert not Patient.objects.exists()
    unlock = re.search(r'href="(/account/confirm[^"]*)"', client.get("/locked?next=/patients/new").content.decode())
    assert unlock is not None
    done = client.post("/account/confirm", {"password": PASSWORD, "next": "/patients/new"})
    assert done.status_code == 303
    assert Patient.objects.get().identifier == "LH-9"


def test_a_page_asks_whether_it_is_locked_without_keeping_it_open(
    staff: Any, physician: Account, settings: Any
) -> None:
    settings.KETAMINDER_SECOND_FACTOR = False
    client = signed_in(staff)
    client.get("/today")
    background = {"x-ketaminder-background": "1"}
    session = client.session
    session[LAST_SEEN] = time.time() - settings.KETAMINDER_IDLE_SECONDS + 100
    session.save()
    asked = client.get("/locked/here", headers=background).json()
    assert asked["locked"] is False
    assert 90 < asked["seconds"] <= 100
    told = client.get("/locked/here").json()
    assert told["seconds"] > settings.KETAMINDER_IDLE_SECONDS - 5, "without the header it is a sign of somebody"
    lock_by_idleness(client, settings.KETAMINDER_IDLE_SECONDS)
    assert client.get("/locked/here", headers=background).json()["locked"] is True


def test_ones_own_pages_and_the_lock_tell_the_clinics_time(staff: Any, physician: Account, settings: Any) -> None:
    settings.KETAMINDER_SECOND_FACTOR = False
    client = signed_in(staff)
    client.get("/today")
    UserSession.objects.update(created_at=datetime(2026, 11, 29, 23, 30, tzinfo=UTC))
    assert "30 Nov 2026 00:30" in text_of(client.get("/account/sessions")), "Berlin is an hour ahead in winter"


def test_7_5_3_signing_needs_fresh_proof_and_keeps_what_was_posted(
    staff: Any, physician: Account, settings: Any
) -> None:
    settings.KETAMINDER_SECOND_FACTOR = False
    client = signed_in(staff)
    posted = client.post("/settings/nurse", {"rooms": "3"})
    assert posted["Location"].startswith("/account/confirm")
    assert not Entry.objects.filter(detail__contains="nurse limit").exists()
    done = client.post("/account/confirm", {"password": PASSWORD, "next": "/settings/nurse"})
    assert done.status_code in (302, 303)
    assert Entry.objects.filter(detail__contains="nurse limit signed").count() == 1
