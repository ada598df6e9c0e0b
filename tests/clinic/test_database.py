"""SQLite and PostgreSQL as the clinic uses them."""

from __future__ import annotations

import pytest
from django.db import connection

from ketaminder.clinic.checks import sqlite_is_recent
from ketaminder.clinic.database import databases, sqlite_pragmas, sqlite_version
from ketaminder.clinic.environment import connections
from ketaminder.terms import Refused

pytestmark = pytest.mark.encrypted


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 51, 2)])
def test_an_sqlite_with_the_wal_reset_bug_keeps_the_rollback_journal(version: tuple[int, int, int]) -> None:
    pragmas = sqlite_pragmas(version)
    assert "journal_mode=DELETE" in pragmas
    assert "synchronous=EXTRA" in pragmas


@pytest.mark.parametrize("version", [(3, 51, 3), (3, 53, 4)])
def test_a_repaired_sqlite_writes_ahead_and_syncs_fully(version: tuple[int, int, int]) -> None:
    pragmas = sqlite_pragmas(version)
    assert "journal_mode=WAL" in pragmas
    assert "synchronous=FULL" in pragmas


def test_every_connection_is_told(database: str) -> None:
    if database == "postgresql":
        assert connection.vendor == "postgresql"
        return
    with connection.cursor() as cursor:
        answers = [
            cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    expected = (
        ["wal", 2] if sqlite_version() >= (3, 51, 3) else ["delete", 3]
    )  # sqlite.org/pragma.html: FULL 2, EXTRA 3
    assert answers == [*expected, 1]


def test_the_operator_is_warned_of_an_old_sqlite(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ketaminder.clinic.checks.sqlite_version", lambda: (3, 40, 1))
    monkeypatch.setattr("django.conf.settings.DATABASES", databases("sqlite:///srv/clinic.sqlite3"))
    (warning,) = sqlite_is_recent()
    assert warning.id == "ketaminder.W001"
    assert "SQLite 3.40.1 can corrupt a write-ahead log" in warning.msg


def test_a_postgresql_address_is_read_whole() -> None:
    read = databases("postgresql://anna:p%40ss@db.example:5433/clinic?sslmode=require")["default"]
    parts = (read["USER"], read["PASSWORD"], read["HOST"], read["PORT"], read["NAME"], read["OPTIONS"])
    assert parts == ("anna", "p@ss", "db.example", "5433", "clinic", {"sslmode": "require"})


def test_connections_to_postgresql_are_kept_where_asked() -> None:
    assert "pool" not in databases("postgresql://db/clinic")["default"]["OPTIONS"]
    kept = databases("postgresql://db/clinic", kept=10)["default"]["OPTIONS"]["pool"]
    assert kept == {"min_size": 1, "max_size": 10}
    assert "pool" not in databases("sqlite:///srv/clinic.sqlite3", kept=10)["default"]["OPTIONS"]


@pytest.mark.parametrize("text", ["-1", "many", "1.5", "²"])
def test_a_number_of_connections_is_whole(text: str) -> None:
    with pytest.raises(Refused, match="a whole number of connections"):
        connections({"KETAMINDER_CONNECTIONS": text}, "KETAMINDER_CONNECTIONS")


@pytest.mark.parametrize("url", ["mysql://anna:secret@db/clinic", "sqlite://", "clinic.sqlite3"])
def test_another_address_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(Refused, match="KETAMINDER_DATABASE_URL") as refused:
        databases(url)
    assert "secret" not in str(refused.value)
