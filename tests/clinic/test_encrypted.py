"""The encrypted database file: nothing can be read without its key, and the key is never in the address."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from ketaminder.clinic import database as databases_of
from ketaminder.clinic.care import patients
from ketaminder.clinic.checks import sqlite_is_recent
from ketaminder.clinic.database import databases, refuse_wrong_key
from ketaminder.clinic.events import write
from ketaminder.clinic.events.records import NoteWritten
from ketaminder.clinic.models import Clinic, Patient
from ketaminder.clinic.roles import Role
from ketaminder.clinic.sqlcipher.key import FILE, KEY, key_in, make_key
from ketaminder.terms import Refused

ONE, OTHER = "a1" * 32, "b2" * 32
NAMES = ("Xanthippa Quixote", "Quixote", "LH-7431", "a secret sorrow", "Lindenhof")
HEADER = b"SQLite format 3\x00"
"""How every ordinary file begins: https://sqlite.org/fileformat.html, section 1.3."""


def files_of(path: Path) -> bytes:
    """The database's file with its write-ahead log and whatever else stands beside it."""
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


@pytest.mark.encrypted
def test_the_bytes_of_the_file_name_nobody(database: str, staff: Any) -> None:
    if database == "postgresql":
        pytest.skip("PostgreSQL's files are the server's")
    acting = staff.acting(Role.PHYSICIAN)
    patient = patients.register(acting, patients.Who("LH-7431", "Xanthippa Quixote", None, "female"))
    write(acting, NoteWritten(text="a secret sorrow"), patient=patient)
    written = files_of(Path(connection.settings_dict["NAME"]))
    ordinary = database == "sqlite"
    assert [name.encode() in written for name in NAMES] == [ordinary] * len(NAMES)
    assert (HEADER in written) is ordinary
    connection.close()
    assert Patient.objects.get(id=patient).name == "Xanthippa Quixote"


@pytest.fixture
def encrypted(migrated_sqlcipher: Path, tmp_path: Path) -> Path:
    file = tmp_path / "clinic.sqlcipher"
    file.write_bytes(migrated_sqlcipher.read_bytes())
    return file


Connected = Callable[..., AbstractContextManager[None]]


def test_another_key_is_refused_in_clear_words(encrypted: Path, connected: Connected, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), connected(f"sqlcipher://{encrypted}", key=OTHER):
        with pytest.raises(OperationalError, match="cannot be opened with this key"):
            Clinic.objects.exists()
        with pytest.raises(Refused, match="required: the key that the file was made with") as refused:
            refuse_wrong_key()
    assert OTHER not in str(refused.value)


def test_an_ordinary_file_is_not_taken_for_an_encrypted_one(
    migrated_sqlite: Path, tmp_path: Path, connected: Connected, django_db_blocker: Any
) -> None:
    file = tmp_path / "clinic.sqlite3"
    file.write_bytes(migrated_sqlite.read_bytes())
    with (
        django_db_blocker.unblock(),
        connected(f"sqlcipher://{file}", key=ONE),
        pytest.raises(Refused, match="a file that was made encrypted"),
    ):
        refuse_wrong_key()
    assert file.read_bytes() == migrated_sqlite.read_bytes()


def test_the_sqlite_within_the_library_is_held_to_the_same_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.conf.settings.DATABASES", databases("sqlcipher:///srv/clinic", key=ONE))
    assert sqlite_is_recent() == []
    monkeypatch.setattr("ketaminder.clinic.checks.sqlcipher_version", lambda: (3, 51, 2))
    (warning,) = sqlite_is_recent()
    assert "SQLite 3.51.2 can corrupt a write-ahead log" in warning.msg
    monkeypatch.setattr(databases_of, "sqlcipher_version", lambda: (3, 51, 2))
    options = databases("sqlcipher:///srv/clinic", key=ONE)["default"]["OPTIONS"]
    assert "journal_mode=DELETE" in options["init_command"]


def test_without_key_or_library_there_is_no_encrypted_database(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="KETAMINDER_DATABASE_KEY_FILE"):
        databases("sqlcipher:///srv/clinic")
    monkeypatch.setitem(sys.modules, "sqlcipher3.dbapi2", None)
    with pytest.raises(Refused, match="the extra `encrypted`"):
        databases("sqlcipher:///srv/clinic", key=ONE)


def test_the_key_comes_from_the_environment_or_a_file(tmp_path: Path) -> None:
    file = tmp_path / "database.key"
    make_key(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert key_in({FILE: str(file)}) == file.read_text().strip()
    assert key_in({KEY: ONE}) == ONE
    assert key_in({}) == ""
    with pytest.raises(Refused, match="a new file"):
        make_key(file)


@pytest.mark.parametrize("text", ["", "swordfish", "a1" * 31, "a1" * 33, "g1" * 32, f"{ONE}'; ATTACH"])
def test_what_is_no_key_is_refused_and_not_quoted(text: str, tmp_path: Path) -> None:
    file = tmp_path / "database.key"
    file.write_text(text)
    for environ in ({FILE: str(file)}, *([{KEY: text}] if text else [])):
        with pytest.raises(Refused, match="64 hexadecimal digits") as refused:
            key_in(environ)
        assert not text or text not in str(refused.value)


def test_two_keys_or_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="either KETAMINDER_DATABASE_KEY or"):
        key_in({KEY: ONE, FILE: "/etc/key"})
    with pytest.raises(Refused, match="a file that can be read"):
        key_in({FILE: str(tmp_path / "missing")})


def ketaminder(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ketaminder.cli", *arguments]
    environment = os.environ | environment
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def test_the_commands_work_with_the_key_and_say_what_is_wrong_without(tmp_path: Path) -> None:
    key = tmp_path / "database.key"
    made = ketaminder({}, "clinic", "key", str(key))
    assert (made.returncode, f"KETAMINDER_DATABASE_KEY_FILE={key}" in made.stdout) == (0, True), made.stderr
    url = {"KETAMINDER_DATABASE_URL": f"sqlcipher://{tmp_path}/clinic"}
    migrated = ketaminder(url | {FILE: str(key)}, "clinic", "migrate")
    assert migrated.returncode == 0, migrated.stderr
    assert ketaminder(url | {FILE: str(key)}, "audit", "verify").returncode == 0
    for environment, said in ((url, "KETAMINDER_DATABASE_KEY: got ''"), (url | {KEY: OTHER}, "does not open")):
        refused = ketaminder(environment, "audit", "verify")
        assert (refused.returncode, refused.stdout) == (2, "")
        assert said in refused.stderr
        assert len(refused.stderr.splitlines()) == 1
