"""What the machine that watches is told."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from ketaminder.clinic.acting import SYSTEM
from ketaminder.clinic.audit.actions import Action
from ketaminder.clinic.audit.append import append
from ketaminder.clinic.audit.heads import Reason, seal
from ketaminder.clinic.environment import secret
from ketaminder.terms import Refused


@pytest.fixture
def watcher(staff: Any) -> Client:
    return Client(headers={"host": "localhost"})


def metrics(watcher: Client) -> list[str]:
    lines: list[str] = watcher.get("/metrics").content.decode().splitlines()
    return lines


def checks(watcher: Client) -> dict[str, bool]:
    found: dict[str, bool] = watcher.get("/readyz").json()["checks"]
    return found


def test_a_clinic_that_is_fit_says_so_check_by_check(watcher: Client) -> None:
    answer = watcher.get("/readyz")
    assert answer.status_code == 200, answer.content
    every = dict.fromkeys(("database", "migrations", "heads", "clock", "space"), True)
    assert answer.json() == {"ready": True, "checks": every}
    assert "ketaminder_ready 1" in metrics(watcher)


def test_a_clock_that_stands_before_the_last_entry_is_an_alarm(watcher: Client) -> None:
    with transaction.atomic():
        append(SYSTEM, Action.SEALED, at=timezone.now() + timedelta(hours=1))
    answer = watcher.get("/readyz")
    assert answer.status_code == 503
    assert not answer.json()["checks"]["clock"]
    assert "ketaminder_ready 0" in metrics(watcher)


def test_heads_that_were_not_sealed_for_two_hours_are_an_alarm(
    watcher: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, key = tmp_path / "heads", Ed25519PrivateKey.generate()
    monkeypatch.setenv("KETAMINDER_HEADS", str(where))
    assert not checks(watcher)["heads"], "none was ever sealed"
    seal(where, key, Reason.SCHEDULE, timezone.now() - timedelta(minutes=119))
    assert watcher.get("/readyz").status_code == 200
    age = [line for line in metrics(watcher) if line.startswith("ketaminder_head_age_seconds")]
    assert 119 * 60 <= int(age[0].split(" ")[1]) < 120 * 60
    seal(where, key, Reason.SCHEDULE, timezone.now() - timedelta(minutes=121))
    assert not checks(watcher)["heads"]
    assert 'ketaminder_check_ready{check="heads"} 0' in metrics(watcher)


@pytest.mark.parametrize("content", ["", "\n", "no head\n", "[]\n", '{"at": 5}\n', '{"at": "yesterday"}\n', "\xff\n"])
def test_a_file_that_ends_in_no_head_is_an_alarm(
    watcher: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    where = tmp_path / "heads"
    where.write_text(content, encoding="latin-1")
    monkeypatch.setenv("KETAMINDER_HEADS", str(where))
    assert not checks(watcher)["heads"]


def test_a_database_that_takes_no_write_is_an_alarm(watcher: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "PRAGMA query_only = ON" if connection.vendor == "sqlite" else "SET default_transaction_read_only = on"
        )
    answer = watcher.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["database"]) == (503, False)


def test_a_database_that_is_gone_is_an_alarm_and_no_failure(watcher: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE clinic_entry RENAME TO elsewhere")
    answer = watcher.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["clock"]) == (503, False)


def test_a_full_disk_is_an_alarm(watcher: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seal(tmp_path / "heads", Ed25519PrivateKey.generate(), Reason.SCHEDULE, timezone.now())
    monkeypatch.setenv("KETAMINDER_HEADS", str(tmp_path / "heads"))
    full = SimpleNamespace(free=999_999_999)
    monkeypatch.setattr("shutil.disk_usage", lambda _: full)
    assert not checks(watcher)["space"]


def test_tables_of_another_version_are_an_alarm(watcher: Client) -> None:
    with connection.cursor() as cursor:
        latest = "SELECT max(name) FROM django_migrations WHERE app = 'clinic'"
        cursor.execute(f"DELETE FROM django_migrations WHERE app = 'clinic' AND name = ({latest})")  # noqa: S608
    assert not checks(watcher)["migrations"]


def test_the_numbers_name_nobody(watcher: Client) -> None:
    """Every line is a type or a count; labels are the names of checks."""
    line = re.compile(r'# TYPE ketaminder_\w+ (counter|gauge)|ketaminder_\w+({check="[a-z]+"})? \d+')
    told = metrics(watcher)
    assert len(told) > 10
    assert [one for one in told if not line.fullmatch(one)] == []


TOKEN = "7hK2pQ9vX4mB8nR1tY6w"  # noqa: S105 (of this test alone)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        ({"REMOTE_ADDR": "192.0.2.7"}, 401),
        ({"REMOTE_ADDR": ""}, 401),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 401),
        ({"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}, 200),
        ({"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": f"Bearer {TOKEN[:-1]}"}, 401),
        ({"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Bearer "}, 401),
    ],
)
def test_the_numbers_are_for_this_machine_and_who_shows_the_token(
    watcher: Client, settings: Any, asked: dict[str, Any], status: int
) -> None:
    settings.KETAMINDER_METRICS_TOKEN = TOKEN
    assert watcher.get("/metrics", **asked).status_code == status


def test_without_a_token_in_the_settings_none_opens_the_numbers(watcher: Client) -> None:
    answer = watcher.get("/metrics", REMOTE_ADDR="192.0.2.7", HTTP_AUTHORIZATION="Bearer ")
    assert (answer.status_code, answer.content, answer["WWW-Authenticate"]) == (401, b"", "Bearer")


def test_a_token_that_can_be_guessed_is_refused_and_not_quoted() -> None:
    with pytest.raises(Refused, match="20 random characters or more") as refused:
        secret({"KETAMINDER_METRICS_TOKEN": "letmein"}, "KETAMINDER_METRICS_TOKEN")
    assert "letmein" not in str(refused.value)
    assert secret({}, "KETAMINDER_METRICS_TOKEN") == ""
    assert secret({"KETAMINDER_METRICS_TOKEN": TOKEN}, "KETAMINDER_METRICS_TOKEN") == TOKEN
