"""What every answer carries, and what is tried against it. Numbers in names are OWASP ASVS 5.0 requirements."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from ketaminder import examples
from ketaminder.clinic.environment import day, flag, minutes, provider
from ketaminder.clinic.models import Event
from ketaminder.clinic.roles import Role
from ketaminder.terms import Product, Refused

ROWS = tomllib.loads((Path(__file__).parent / "access.toml").read_text(encoding="utf-8"))
NAMES = sorted(ROWS)
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>\r\nSet-Cookie: stolen=1'


def address_of(name: str) -> str:
    """The address of a name, about nothing that exists."""
    from django.urls import get_resolver

    pattern = next(one for one in get_resolver().url_patterns if getattr(one, "name", "") == name)
    given = {"product": Product.KETAMINE_IV, "token": "x" * 43, "provider_id": "none", "pk": 1, "rule": "A-X-01"}
    return reverse(name, kwargs={key: given.get(key, uuid4()) for key in pattern.pattern.converters})


@pytest.fixture
def physician(staff: Any) -> Client:
    client: Client = staff.fresh_browser(Role.PHYSICIAN)
    return client


@pytest.mark.parametrize("who", [Role.PHYSICIAN, None])
def test_3_4_3_a_strict_policy_and_14_3_2_no_store_on_every_address(staff: Any, who: Role | None) -> None:
    client = staff.browser(who) if who else Client(headers={"host": "localhost"})
    for name in NAMES:
        answer = client.get(address_of(name))
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy, name
        assert "unsafe" not in policy, name
        assert "no-store" in answer["Cache-Control"], name
        assert answer["X-Frame-Options"] == "DENY", name
        assert answer["X-Content-Type-Options"] == "nosniff", name
        assert answer["Referrer-Policy"] == "same-origin", name
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", name
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin", name


def test_3_3_1_cookies_are_secure_and_closed_to_scripts_and_other_sites(settings: Any, staff: Any) -> None:
    assert settings.SESSION_COOKIE_SECURE
    assert settings.CSRF_USE_SESSIONS
    cookie = Client(headers={"host": "localhost"}).get("/sign-in").cookies["sessionid"]
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"


def test_an_unknown_patient_says_so_and_gives_nothing_away(physician: Client) -> None:
    answer = physician.get(f"/patients/{uuid4()}")
    assert answer.status_code == 404
    assert "Nothing stands at this address" in answer.content.decode()


def chart_of(client: Client, name: str = "Zoë Berg") -> str:
    sent = {"name": name, "identifier": "LH-1", "birth_date": "1984-02-29", "sex": "female"}
    answer = client.post("/patients/new", sent)
    assert answer.status_code == 303
    return str(answer["Location"])


def test_a_record_that_was_changed_behind_our_back_is_not_assessed(physician: Client) -> None:
    chart = chart_of(physician)
    physician.post(f"{chart}/record", {"text": examples.text("ptsd"), "same_person": "on"})
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER clinic_document_not_changed")
        else:
            cursor.execute("DROP TRIGGER clinic_document_not_changed ON clinic_document")
        cursor.execute("UPDATE clinic_document SET text = %s", [examples.text("ocd")])
    answer = physician.post(f"{chart}/assess", {})
    assert answer.status_code == 422
    assert "fingerprint taken at import" in answer.content.decode()
    assert not Event.objects.filter(kind="assessment made").exists()


def test_1_2_1_what_is_typed_never_becomes_markup_or_a_header(physician: Client) -> None:
    chart = chart_of(physician, f"Berg {HOSTILE}")
    physician.post(f"{chart}/note", {"text": HOSTILE})
    consent = {"scope": "treatment", "text_version": HOSTILE, "given_how": "in writing", "recipient": HOSTILE}
    physician.post(f"{chart}/consent", consent)
    slot = {"on": "2126-12-01", "time": "09:00", "minutes": "60", "room": HOSTILE[:50], "escort": HOSTILE}
    physician.post(f"{chart}/visits/new", slot)
    for address in (chart, "/patients", f"{chart}/plan", f"{chart}/consent", "/today"):
        answer = physician.get(address)
        body = answer.content.decode()
        assert "<script>alert" not in body, address
        assert "<img src" not in body, address
        assert "stolen" not in str(answer.headers), address
    found = physician.post("/patients", {"text": HOSTILE}).content.decode()
    assert "<script>alert" not in found


def test_5_2_1_a_file_that_is_too_large_or_no_record_is_refused_whole(physician: Client) -> None:
    chart = chart_of(physician)
    tried = {
        "too large": b"[" * 5_000_001,
        "deeply nested": b"[" * 200_000 + b"]" * 200_000,
        "an archive": b"PK\x03\x04" + b"\x00" * 1000,
        "no text": b"\xff\xfe\x00\x01",
        "keys twice": b'{"resourceType": "Bundle", "resourceType": "Bundle"}',
        "not a number": b'{"vitals": {"sbp": NaN}}',
    }
    for what, content in tried.items():
        answer = physician.post(f"{chart}/record", {"file": SimpleUploadedFile("record.json", content)})
        assert answer.status_code == 422, what
    assert not Event.objects.filter(kind="record imported").exists()


def test_16_4_1_what_is_typed_makes_no_line_of_its_own_in_a_log(
    physician: Client, caplog: pytest.LogCaptureFixture
) -> None:
    chart = chart_of(physician, "Berg\r\nCRITICAL forged line")
    physician.get(f"{chart}/nowhere")
    physician.post("/sign-in", {"login": "x\nCRITICAL forged", "password": "y"})
    assert all("forged" not in record.getMessage() for record in caplog.records)


def test_16_5_1_a_failure_gives_no_detail_away(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = False
    browser = Client(raise_request_exception=False, headers={"host": "localhost"})
    answer = browser.get("/healthz")  # no database is configured outside the tests that ask for one
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "This page could not be made" in page
    assert "Traceback" not in page
    assert "DATABASES" not in page


def test_plain_http_is_sent_to_https_outside_the_demonstration(client: Client) -> None:
    answer = client.get("/today")
    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/today")


def test_another_host_name_is_refused(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = False
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    assert Client().get("/sign-in", headers={"host": "elsewhere.example"}).status_code == 400


def django_check(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    keep = {name: value for name, value in os.environ.items() if not name.startswith("KETAMINDER_")}
    return subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env=keep | {"DJANGO_SETTINGS_MODULE": "ketaminder.clinic.settings"} | environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_clinic_of_its_own_passes_djangos_deployment_check(tmp_path: Path) -> None:
    key = "k3t4" * 10 + "abcdefghij-KLMNOP"
    checked = django_check(
        tmp_path, KETAMINDER_SECRET_KEY=key, KETAMINDER_DATABASE_URL=f"sqlite://{tmp_path}/clinic.sqlite3"
    )
    assert checked.returncode == 0, checked.stderr


def test_the_deployment_check_asks_for_a_lasting_key(tmp_path: Path) -> None:
    checked = django_check(tmp_path)
    assert checked.returncode == 1
    assert "ketaminder.W002" in checked.stderr


@pytest.mark.parametrize("word", ["1", "yes", "ON", ""])
def test_a_switch_is_on_or_off_and_nothing_else(word: str) -> None:
    with pytest.raises(Refused, match="KETAMINDER_FORECASTS"):
        flag({"KETAMINDER_FORECASTS": word}, "KETAMINDER_FORECASTS")


def test_curves_are_off_unless_the_operator_says_on() -> None:
    assert flag({}, "KETAMINDER_FORECASTS") is False
    assert flag({"KETAMINDER_FORECASTS": "on"}, "KETAMINDER_FORECASTS") is True


def test_a_fixed_date_is_a_date() -> None:
    with pytest.raises(Refused, match=r"22\.11\.2026"):
        day({"KETAMINDER_ON": "22.11.2026"}, "KETAMINDER_ON")


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "soon", ""])
def test_idle_minutes_are_a_whole_number(text: str) -> None:
    with pytest.raises(Refused, match="KETAMINDER_IDLE_MINUTES"):
        minutes({"KETAMINDER_IDLE_MINUTES": text}, "KETAMINDER_IDLE_MINUTES", 15)


def test_a_provider_that_cannot_be_read_is_refused_without_its_secret(tmp_path: Path) -> None:
    file = tmp_path / "provider.json"
    file.write_text('{"id": "hospital", "secret": "do-not-print-this"}', encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        provider({"KETAMINDER_OIDC": str(file)}, "KETAMINDER_OIDC")
    assert "do-not-print-this" not in str(refusal.value)
    assert "client_id" in str(refusal.value)
