"""What the machine that watches is told."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from ketaminder.clinic.acting import SYSTEM
from ketaminder.clinic.audit.actions import Action
from ketaminder.clinic.audit.append import append


@pytest.fixture
def watcher(staff: Any) -> Client:
    return Client(headers={"host": "localhost"})


def test_a_clinic_that_is_fit_says_so_check_by_check(watcher: Client) -> None:
    answer = watcher.get("/readyz")
    assert answer.status_code == 200, answer.content
    assert answer.content == b"database: ok\nmigrations: ok\nheads: ok\nclock: ok\nspace: ok\n"
    assert b"ketaminder_ready 1" in watcher.get("/metrics").content


def test_a_clock_that_stands_before_the_last_entry_is_an_alarm(watcher: Client) -> None:
    with transaction.atomic():
        append(SYSTEM, Action.SEALED, at=timezone.now() + timedelta(hours=1))
    answer = watcher.get("/readyz")
    assert answer.status_code == 503
    assert b"clock: NOT READY" in answer.content
    assert b"ketaminder_ready 0" in watcher.get("/metrics").content


def test_heads_that_were_not_sealed_for_two_hours_are_an_alarm(
    watcher: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heads = tmp_path / "heads"
    monkeypatch.setenv("KETAMINDER_HEADS", str(heads))
    assert watcher.get("/readyz").status_code == 503
    heads.write_text("")
    assert watcher.get("/readyz").status_code == 200
    long_ago = time.time() - 2 * 3600 - 1
    os.utime(heads, (long_ago, long_ago))
    assert b"heads: NOT READY" in watcher.get("/readyz").content


def test_tables_of_another_version_are_an_alarm(watcher: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'clinic' AND name = '0004_joining'")
    assert b"migrations: NOT READY" in watcher.get("/readyz").content


def test_the_numbers_name_nobody(watcher: Client) -> None:
    lines = watcher.get("/metrics").content.decode().splitlines()
    assert all(line.startswith("# TYPE ") or line.split(" ")[1].isdigit() for line in lines)
