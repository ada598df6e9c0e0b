"""Signing in, the second factor, locking, joining, leaving. Numbers in names are OWASP ASVS 5.0 requirements."""

from __future__ import annotations

import html
import re
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client

from ketaminder.clinic.accounts import joining
from ketaminder.clinic.accounts.presence import LAST_SEEN
from ketaminder.clinic.models import Account, Clinic, EmergencyAccess, Entry, Invitation, Membership, Patient
from ketaminder.clinic.roles import Role

PASSWORD = "copper-lantern-42-meadow"  # noqa: S105 (of people who are made up)


def text_of(answer: Any) -> str:
    return html.unescape(re.sub(r"\s+", " ", answer.content.decode()))


def now_code(secret: str) -> str:
    """RFC 6238: the counter is Unix time over 30 seconds."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


@pytest.fixture
def visitor(staff: Any) -> Client:
    return Client(headers={"host": "localhost"})


@pytest.fixture
def physician(staff: Any, settings: Any) -> Account:
    """A physician with a password; second factors are asked for."""
    settings.KETAMINDER_SECOND_FACTOR = True
    account: Account = staff.accounts[Role.PHYSICIAN]
    account.set_password(PASSWORD)
    account.save()
    cache.clear()
    return account


@pytest.fixture
def secret(physician: Account) -> str:
    made: str = generate_totp_secret()
    TOTP.activate(physician, made)
    return made


def enter(visitor: Client, password: str = PASSWORD, username: str = "physician") -> Any:
    return visitor.post("/sign-in", {"login": username, "password": password})


def actions() -> list[str]:
    return list(Entry.objects.order_by("number").values_list("action", flat=True))


def test_6_3_3_nothing_opens_before_the_second_factor(visitor: Client, physician: Account, secret: str) -> None:
    assert enter(visitor)["Location"] == "/sign-in/second-step"
    assert visitor.get("/today")["Location"].startswith("/sign-in")
    answer = visitor.post("/sign-in/second-step", {"code": now_code(secret)})
    assert answer.status_code == 302
    assert visitor.get("/today").status_code == 200
    assert "signed in" in actions()


def test_6_3_3_an_account_without_a_second_factor_can_only_set_one_up(visitor: Client, physician: Account) -> None:
    enter(visitor)
    for address in ("/today", "/patients", "/settings", "/evidence"):
        assert visitor.get(address)["Location"] == "/account/second-factor", address
    page = text_of(visitor.get("/account/factors/app"))
    made = re.search(r'id="authenticator_secret"[^>]*value="([A-Z2-7]+)"', page)
    assert made is not None
    codes = visitor.post("/account/factors/app", {"code": now_code(made[1])})
    assert codes["Location"] == "/account/factors/codes"
    shown = re.findall(r"<li><code>(\w+)</code></li>", visitor.get("/account/factors/codes").content.decode())
    assert len(shown) == 10, "at once: somebody without a password would have to wait for the next code"
    assert "10 of 10 are left" in text_of(visitor.get("/account/factors/codes")), "and once"
    assert visitor.get("/today").status_code == 200
    assert "second factor changed" in actions()


def test_6_5_1_a_code_works_once(visitor: Client, physician: Account, secret: str) -> None:
    code = now_code(secret)
    enter(visitor)
    assert visitor.post("/sign-in/second-step", {"code": code}).status_code == 302
    again = Client(headers={"host": "localhost"})
    enter(again)
    assert again.post("/sign-in/second-step", {"code": code}).status_code == 200
    assert again.get("/today").status_code == 302
    assert actions()[-1] == "sign-in failed"


def test_6_5_1_a_recovery_code_works_once(visitor: Client, physician: Account, secret: str) -> None:
    codes = RecoveryCodes.activate(physician).get_unused_codes()
    enter(visitor)
    assert visitor.post("/sign-in/second-step", {"code": codes[0]}).status_code == 302
    again = Client(headers={"host": "localhost"})
    enter(again)
    assert again.post("/sign-in/second-step", {"code": codes[0]}).status_code == 200


def test_6_3_1_guessing_a_password_is_stopped_even_with_the_right_one_at_last(
    visitor: Client, physician: Account, secret: str
) -> None:
    for guess in range(5):
        assert enter(visitor, f"guess-number-{guess}").status_code == 200
    stopped = enter(visitor)
    assert stopped.status_code in (200, 429)
    assert visitor.get("/today").status_code == 302
    assert actions().count("sign-in failed") >= 5


def test_6_3_8_an_unknown_name_is_answered_like_a_wrong_password(visitor: Client, physician: Account) -> None:
    known, unknown = enter(visitor, "wrong-password-1"), enter(visitor, "wrong-password-1", "nobody")
    said = [re.findall(r'role="alert".*?<span>(.*?)</span>', text_of(answer)) for answer in (known, unknown)]
    assert said[0] == said[1] != []
    assert "nobody" not in " ".join(entry.detail for entry in Entry.objects.all())


def test_7_2_4_the_session_gets_a_new_id_at_sign_in(visitor: Client, physician: Account, secret: str) -> None:
    visitor.get("/sign-in")
    visitor.cookies["sessionid"] = "a" * 32
    enter(visitor)
    first = visitor.cookies["sessionid"].value
    visitor.post("/sign-in/second-step", {"code": now_code(secret)})
    assert "a" * 32 != first != visitor.cookies["sessionid"].value


def signed_in(staff: Any, role: Role = Role.PHYSICIAN) -> Client:
    client: Client = staff.browser(role)
    return client


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
    from datetime import timedelta
    from uuid import UUID

    from django.utils import timezone

    from ketaminder.clinic.care import appointments, patients
    from ketaminder.clinic.care.chart import standing
    from ketaminder.clinic.models import Appointment, Standing

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


def lock_by_idleness(client: Client, idle_seconds: int) -> None:
    session = client.session
    session[LAST_SEEN] = time.time() - idle_seconds - 1
    session.save()


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


def test_7_4_1_signing_out_ends_the_session(staff: Any, physician: Account, settings: Any) -> None:
    settings.KETAMINDER_SECOND_FACTOR = False
    client = signed_in(staff)
    cookie = client.cookies["sessionid"].value
    client.get("/today")
    client.post("/sign-out")
    client.cookies["sessionid"] = cookie
    assert client.get("/today")["Location"].startswith("/sign-in")
    assert "signed out" in actions()


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


def test_changing_the_password_ends_the_other_sessions_and_says_so(
    staff: Any, physician: Account, settings: Any
) -> None:
    settings.KETAMINDER_SECOND_FACTOR = False
    here, there = signed_in(staff), signed_in(staff)
    new = "velvet-harbour-77-window"
    sent = {"oldpassword": "not-the-password", "password1": new, "password2": new}
    assert "This is not your password." in text_of(here.post("/account/password", sent))
    changed = here.post("/account/password", sent | {"oldpassword": PASSWORD})
    assert "The password is changed" in text_of(changed)
    assert here.get("/today").status_code == 200
    assert there.get("/today")["Location"].startswith("/sign-in")
    assert actions()[-1] == "password changed"


def test_a_session_that_removes_its_last_factor_must_set_one_up_again(
    visitor: Client, physician: Account, secret: str
) -> None:
    enter(visitor)
    visitor.post("/sign-in/second-step", {"code": now_code(secret)})
    assert visitor.get("/today").status_code == 200
    visitor.post("/account/confirm", {"password": PASSWORD})
    assert visitor.post("/account/factors/app/remove")["Location"] == "/account/factors"
    assert visitor.get("/today")["Location"] == "/account/second-factor"


@pytest.mark.parametrize("credential", ["{}", "no JSON", '{"id": "x", "rawId": "eA", "type": "public-key"}'])
def test_a_made_up_passkey_is_refused_and_noted(visitor: Client, physician: Account, credential: str) -> None:
    answer = visitor.post("/sign-in/passkey", {"credential": credential})
    assert answer.status_code == 403
    assert "This passkey opens nothing here" in text_of(answer)
    assert actions()[-1] == "sign-in failed"


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


def test_emergency_access_is_read_only_short_and_reviewed(staff: Any, physician: Account, settings: Any) -> None:
    from datetime import date

    from ketaminder.clinic.care import patients

    settings.KETAMINDER_SECOND_FACTOR = False
    there = staff.acting_elsewhere
    patient = patients.register(there, patients.Who("SB-1", "Otto Berg", date(1970, 1, 2), "male"))
    client = signed_in(staff)
    assert client.get(f"/patients/{patient}").status_code == 404
    client.post("/account/confirm", {"password": PASSWORD})
    asked = {"identifier": "SB-1", "birth_date": "1970-01-02", "reason": "Unconscious in our emergency room."}
    assert client.post("/emergency", asked | {"reason": "x"}).status_code == 422
    assert client.post("/emergency", asked | {"birth_date": "1970-01-03"}).status_code == 422
    opened = client.post("/emergency", asked)["Location"]
    shown = text_of(client.get(opened))
    assert "Otto Berg" in shown
    assert "Add the note" not in shown
    assert client.post(f"/patients/{patient}/note", {"text": "x"}).status_code == 404
    assert signed_in(staff, Role.NURSE).get(opened).status_code == 404, "another person's access"
    access = EmergencyAccess.objects.get()
    trail = Entry.objects.filter(clinic_id=staff.other.id, patient_id=patient).values_list("action", flat=True)
    assert list(trail.order_by("number"))[-2:] == ["emergency access", "chart opened"]
    auditor = Account.objects.create_user("auditor2", name="Uma Example")
    since = Membership.objects.get(account=physician).since
    Membership.objects.create(account=auditor, clinic=staff.other, role=Role.AUDITOR, since=since)
    reviewer = Client(headers={"host": "localhost"})
    reviewer.force_login(auditor)
    assert "Unconscious in our emergency room." in text_of(reviewer.get("/emergencies"))
    done = reviewer.post(f"/emergencies/{access.id}", {f"{access.id}-comment": "Justified."})
    assert done.status_code == 303
    assert "Unconscious" not in text_of(reviewer.get("/emergencies"))


def test_guessing_patients_of_other_clinics_is_noted_and_stopped(staff: Any, physician: Account, settings: Any) -> None:
    settings.KETAMINDER_SECOND_FACTOR = False
    client = signed_in(staff)
    client.post("/account/confirm", {"password": PASSWORD})
    asked = {"birth_date": "1970-01-02", "reason": "Unconscious in our emergency room."}
    tried = [client.post("/emergency", asked | {"identifier": f"SB-{n}"}).status_code for n in range(11)]
    assert tried == [422] * 10 + [429]
    noted = Entry.objects.filter(action="emergency access refused", account_id=physician.id, clinic_id=staff.clinic.id)
    assert [entry.detail for entry in noted] == ["{}"] * 10


def test_a_second_factor_is_kept_for_one_account_each(physician: Account, secret: str) -> None:
    assert Authenticator.objects.get(user=physician).type == Authenticator.Type.TOTP


def test_where_to_go_next_is_never_another_site(staff: Any, physician: Account, settings: Any) -> None:
    settings.KETAMINDER_SECOND_FACTOR = False
    client = signed_in(staff)
    client.post("/locked")
    assert "evil.example" not in text_of(client.get("/locked?next=https://evil.example/"))
    confirmed = client.post("/account/confirm", {"password": PASSWORD, "next": "https://evil.example/"})
    assert "evil.example" not in confirmed["Location"]
