"""Signing in and out, and the second factor. Numbers in names are OWASP ASVS 5.0 requirements."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client

from ketaminder.clinic.models import Account, Entry

from .at_the_door import PASSWORD, actions, enter, now_code, signed_in, text_of


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


def test_7_4_1_signing_out_ends_the_session(staff: Any, physician: Account, settings: Any) -> None:
    settings.KETAMINDER_SECOND_FACTOR = False
    client = signed_in(staff)
    cookie = client.cookies["sessionid"].value
    client.get("/today")
    client.post("/sign-out")
    client.cookies["sessionid"] = cookie
    assert client.get("/today")["Location"].startswith("/sign-in")
    assert "signed out" in actions()


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


def test_a_second_factor_is_kept_for_one_account_each(physician: Account, secret: str) -> None:
    assert Authenticator.objects.get(user=physician).type == Authenticator.Type.TOTP


def test_where_to_go_next_is_never_another_site(staff: Any, physician: Account, settings: Any) -> None:
    settings.KETAMINDER_SECOND_FACTOR = False
    client = signed_in(staff)
    client.post("/locked")
    assert "evil.example" not in text_of(client.get("/locked?next=https://evil.example/"))
    confirmed = client.post("/account/confirm", {"password": PASSWORD, "next": "https://evil.example/"})
    assert "evil.example" not in confirmed["Location"]
