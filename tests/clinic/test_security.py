"""What every answer carries. Numbers in names are OWASP ASVS 5.0 requirements."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, get_resolver

from ketaminder import examples
from ketaminder.clinic import records
from ketaminder.clinic.environment import day, flag
from ketaminder.clinic.models import ImportedRecord
from ketaminder.terms import Refused

ADDRESSES = {
    "people": "/",
    "person": f"/people/{uuid4()}",
    "dose": "/dose",
    "evidence": "/evidence",
    "health": "/healthz",
}


@pytest.fixture
def browser(settings: Any) -> Client:
    settings.SECURE_SSL_REDIRECT = False
    return Client(raise_request_exception=False)


def test_every_route_is_listed_here() -> None:
    routes = {route.name for route in get_resolver().url_patterns if isinstance(route, URLPattern)}
    assert routes == set(ADDRESSES)


@pytest.mark.parametrize("route", ADDRESSES)
def test_3_4_3_a_strict_policy_and_14_3_2_no_store_on_every_page(database: str, browser: Client, route: str) -> None:
    answer = browser.get(ADDRESSES[route])
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("route", ADDRESSES)
def test_pages_are_only_read(database: str, browser: Client, route: str) -> None:
    assert browser.post(ADDRESSES[route]).status_code == 405


def test_an_unknown_record_says_so_and_gives_nothing_away(database: str, browser: Client) -> None:
    answer = browser.get(ADDRESSES["person"])
    assert answer.status_code == 404
    assert "Nothing stands at this address" in answer.content.decode()


def test_a_record_that_cannot_be_read_says_why_and_does_not_hide_the_others(database: str, browser: Client) -> None:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    record = ImportedRecord.receive("not a record", name="Zoë Example", author="Dr Abel", at=at)
    records.receive(examples.text("ptsd"), author="Dr Abel", on=at.date())
    answer = browser.get(f"/people/{record.pk}")
    assert answer.status_code == 422
    assert "This record cannot be assessed" in answer.content.decode()
    assert "required:" in answer.content.decode()
    people = browser.get("/").content.decode()
    assert "Cannot be assessed" in people
    assert "post-traumatic stress disorder" in people


def test_a_record_that_was_changed_behind_our_back_is_not_shown(database: str, browser: Client) -> None:
    record = records.receive(examples.text("ptsd"), author="Dr Abel", on=date(2026, 11, 22))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_importedrecord SET document = %s", [examples.text("ocd")])
    answer = browser.get(f"/people/{record.pk}")
    assert answer.status_code == 422
    assert "fingerprint taken at import" in answer.content.decode()


def test_16_5_1_a_failure_gives_no_detail_away(browser: Client) -> None:
    answer = browser.get("/")  # no database is configured outside the tests that ask for one
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "This page could not be made" in page
    assert "Traceback" not in page
    assert "DATABASES" not in page


def test_plain_http_is_sent_to_https_outside_the_demonstration(client: Client) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/")


def test_another_host_name_is_refused(browser: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    assert browser.get("/", headers={"host": "elsewhere.example"}).status_code == 400


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
