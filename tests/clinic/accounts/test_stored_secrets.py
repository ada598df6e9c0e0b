"""The secrets of second factors lie encrypted in the database, and what another key encrypted opens nothing."""

from __future__ import annotations

import hashlib
import hmac
import html
import time
from base64 import urlsafe_b64decode
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from ketaminder.clinic.accounts import stored_secrets
from ketaminder.clinic.encryption import Unreadable, decrypt, encrypt
from ketaminder.clinic.models import Account, Entry
from ketaminder.clinic.roles import Role
from ketaminder.terms import Refused

pytestmark = pytest.mark.encrypted

PASSWORD = "copper-lantern-42-meadow"  # noqa: S105 (of people who are made up)
SECRET = "JBSWY3DPEHPK3PXP"  # noqa: S105
OLD, NEW = "the-key-of-before-" * 3, "the-key-of-today-" * 3
GONE = "Your second factor cannot be read here any more."


@pytest.fixture
def nurse(staff: Any, settings: Any) -> Account:
    """Somebody with an app and recovery codes, set up under the old key."""
    settings.KETAMINDER_SECOND_FACTOR, settings.SECRET_KEY = True, OLD
    account: Account = staff.accounts[Role.NURSE]
    TOTP.activate(account, SECRET)
    RecoveryCodes.activate(account)
    cache.clear()
    return account


def code(secret: str = SECRET) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def second_step(typed: str) -> Any:
    visitor = Client(headers={"host": "localhost"})
    visitor.post("/sign-in", {"login": "nurse", "password": PASSWORD})
    answer = visitor.post("/sign-in/second-step", {"code": typed})
    assert (answer.status_code == 302) == (visitor.get("/today").status_code == 200)
    return answer


def stored() -> list[str]:
    rows = Authenticator.objects.order_by("type")
    return [row.data["seed" if row.type == "recovery_codes" else "secret"] for row in rows]


def _hand_made_key(secret: str) -> bytes:
    """RFC 5869, section 2, for one block of output: extract with a salt of zeros, then expand."""
    pseudorandom = hmac.digest(bytes(32), secret.encode(), "sha256")
    return hmac.digest(pseudorandom, b"ketaminder second factors 1" + b"\x01", "sha256")


def test_a_secret_is_authenticated_by_the_derived_key_and_written_anew_each_time(settings: Any) -> None:
    settings.SECRET_KEY = NEW
    first, second = encrypt(SECRET), encrypt(SECRET)
    assert first != second
    token = urlsafe_b64decode(first.removeprefix("fernet1:"))
    # Fernet's specification: the first half of the key signs, the second encrypts; the last 32 bytes are the HMAC.
    assert hmac.new(_hand_made_key(NEW)[:16], token[:-32], hashlib.sha256).digest() == token[-32:]
    assert decrypt(first) == decrypt(second) == SECRET


@pytest.mark.parametrize("planted", [SECRET, "", "fernet1:", "fernet1:not a token"])
def test_what_was_not_encrypted_here_is_no_secret(planted: str) -> None:
    with pytest.raises(Unreadable):
        decrypt(planted)


def test_no_secret_is_readable_in_the_database_and_both_open_the_second_step(nurse: Account) -> None:
    seed = decrypt(stored()[0])
    assert len(seed) == 80, "40 random bytes as hexadecimal"
    assert all(text.startswith("fernet1:") for text in stored())
    assert SECRET not in str(stored())
    assert seed not in str(stored())
    recovery = RecoveryCodes.activate(nurse).get_unused_codes()[0]
    assert second_step(code()).status_code == 302
    assert second_step(recovery).status_code == 302


def test_under_another_key_no_code_opens_and_the_page_says_what_helps(nurse: Account, settings: Any) -> None:
    recovery = RecoveryCodes.activate(nurse).get_unused_codes()[0]
    settings.SECRET_KEY = NEW
    for typed in (code(), code(""), recovery, "000000", "0"):
        cache.clear()
        answer = second_step(typed)
        assert answer.status_code == 200
        assert f"{GONE} Ask your administrator for a new link." in html.unescape(answer.content.decode())
    failed = Entry.objects.filter(action="sign-in failed", subject=str(nurse.id))
    assert failed.count() == 5
    assert stored_secrets.unreadable() == 1


def test_an_open_session_and_its_own_pages_go_on_under_another_key(staff: Any, nurse: Account, settings: Any) -> None:
    settings.SECRET_KEY = NEW
    client = staff.browser(Role.NURSE)
    client.post("/account/confirm", {"password": PASSWORD})
    for address in ("/account/factors", "/account/factors/codes", "/account/factors/codes/new"):
        shown = client.get(address)
        assert (shown.status_code, GONE.rstrip(".") in shown.content.decode()) == (409, True), address
    assert client.get("/today").status_code == 200


def test_a_key_of_before_still_opens_until_all_is_encrypted_again(nurse: Account, settings: Any) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    assert stored_secrets.unreadable() == 0
    before = stored()
    assert stored_secrets.encrypt_again() == 2
    settings.SECRET_KEY_FALLBACKS = []
    assert stored_secrets.unreadable() == 0
    assert not set(before) & set(stored())
    assert second_step(code()).status_code == 302


def test_nothing_is_encrypted_again_where_one_cannot_be_read(staff: Any, nurse: Account, settings: Any) -> None:
    settings.SECRET_KEY = NEW
    TOTP.activate(staff.accounts[Role.PHYSICIAN], SECRET)
    before = stored()
    with pytest.raises(Unreadable):
        stored_secrets.encrypt_again()
    assert stored() == before
    assert stored_secrets.unreadable() == 1


def test_the_migration_encrypts_what_lay_open_and_goes_back(nurse: Account, settings: Any) -> None:
    settings.KETAMINDER_SECRET_IS_LASTING = True
    seed = decrypt(stored()[0])
    _migrate("0004_joining")
    assert stored() == [seed, SECRET]
    _migrate("0005_second_factors")
    assert SECRET not in str(stored())
    assert [decrypt(text) for text in stored()] == [seed, SECRET]
    assert second_step(code()).status_code == 302


@pytest.mark.parametrize(("lasts", "key", "raised"), [(False, OLD, Refused), (True, NEW, Unreadable)])
def test_the_migration_refuses_without_the_key_and_changes_nothing(
    nurse: Account, settings: Any, lasts: bool, key: str, raised: type[Exception]
) -> None:
    before = stored()
    settings.KETAMINDER_SECRET_IS_LASTING, settings.SECRET_KEY = lasts, key
    with pytest.raises(raised):
        _migrate("0004_joining")
    assert stored() == before


def _migrate(name: str) -> None:
    MigrationExecutor(connection).migrate([("clinic", name)])
