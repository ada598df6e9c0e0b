"""Which database holds the clinic's rows, and how SQLite is told to keep them safe, encrypted or not."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from ketaminder.terms import Refused

WAL_IS_SAFE_FROM = (3, 51, 3)
"""SQLite before this version can corrupt a write-ahead log that two connections reset at once
(https://sqlite.org/wal.html, "The WAL-Reset Bug")."""

SQLITE, SQLCIPHER = "django.db.backends.sqlite3", "ketaminder.clinic.sqlcipher"
ADDRESS = "sqlite:///absolute/path, sqlcipher:///absolute/path or postgresql://…"


def prefer_bundled_sqlite() -> None:
    """Let the SQLite of the pysqlite3 wheel stand for the standard library's, before Django loads either."""
    try:
        bundled, dbapi2 = import_module("pysqlite3"), import_module("pysqlite3.dbapi2")
    except ImportError:
        return
    sys.modules["sqlite3"], sys.modules["sqlite3.dbapi2"] = bundled, dbapi2


def sqlite_version() -> tuple[int, ...]:
    """The version of the SQLite library that this process will use."""
    import sqlite3  # after `prefer_bundled_sqlite`, so that the answer is about the library in use

    return tuple(int(part) for part in sqlite3.sqlite_version.split("."))


def sqlcipher_version() -> tuple[int, ...]:
    """The version of SQLite within the SQLCipher library.

    Raises:
        Refused: the library is not installed.
    """
    try:
        library = import_module("sqlcipher3.dbapi2")
    except ImportError:
        raise Refused("KETAMINDER_DATABASE_URL", "sqlcipher:…", "the extra `encrypted` to be installed") from None
    return tuple(int(part) for part in library.sqlite_version.split("."))


def sqlite_pragmas(version: tuple[int, ...]) -> str:
    """What every connection is told first: a write-ahead log where it is safe, else the slower rollback journal.

    FULL, because in WAL mode NORMAL may lose the last commits when the power fails.
    """
    safe = version >= WAL_IS_SAFE_FROM
    journal, synchronous = ("WAL", "FULL") if safe else ("DELETE", "EXTRA")
    return (
        f"PRAGMA journal_mode={journal}; PRAGMA synchronous={synchronous}; "
        "PRAGMA foreign_keys=ON; PRAGMA busy_timeout=10000;"
    )


def databases(url: str, kept: int = 0, key: str = "") -> dict[str, dict[str, Any]]:
    """Django's DATABASES for `url`: "sqlite:///path", "sqlcipher:///path", "postgresql://…", or "" for none.

    Args:
        url: the address.
        kept: connections to PostgreSQL that a process keeps open at most; 0 opens one for every request.
        key: of the encrypted file that a "sqlcipher" address names, 64 hexadecimal digits.

    Raises:
        Refused: another kind of address, or an encrypted file without its key or library. Only the scheme is quoted,
            since an address may hold a password.
    """
    if not url:
        return {}
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and parts.path.strip("/"):
        return {"default": _sqlite(unquote(parts.path))}
    if parts.scheme == "sqlcipher" and parts.path.strip("/"):
        return {"default": _sqlcipher(unquote(parts.path), key)}
    if parts.scheme in ("postgresql", "postgres"):
        return {"default": _postgresql(url, kept)}
    raise Refused("KETAMINDER_DATABASE_URL", f"{parts.scheme}:…", ADDRESS)


def refuse_wrong_key() -> None:
    """Open the encrypted file, where the clinic has one, before anything is done with it.

    Raises:
        Refused: the key does not open it.
    """
    from django.db import OperationalError, connection  # the settings need this module before Django is ready

    if connection.settings_dict["ENGINE"] != SQLCIPHER or not Path(connection.settings_dict["NAME"]).exists():
        return
    from ketaminder.clinic.sqlcipher.base import WRONG_KEY

    try:
        connection.ensure_connection()
    except OperationalError as error:
        if str(error) != WRONG_KEY:
            raise
        opens = "the key that the file was made with, and a file that was made encrypted"
        raise Refused("KETAMINDER_DATABASE_KEY", "a key that does not open the database", opens) from None
    connection.close()


def _sqlite(path: str) -> dict[str, Any]:
    return {"ENGINE": SQLITE, "NAME": path, "OPTIONS": _options(sqlite_version())}


def _sqlcipher(path: str, key: str) -> dict[str, Any]:
    if not key:
        required = "64 hexadecimal digits there, or in the file that KETAMINDER_DATABASE_KEY_FILE names"
        raise Refused("KETAMINDER_DATABASE_KEY", "", required)
    return {"ENGINE": SQLCIPHER, "NAME": path, "PASSWORD": key, "OPTIONS": _options(sqlcipher_version())}


def _options(version: tuple[int, ...]) -> dict[str, Any]:
    return {"transaction_mode": "IMMEDIATE", "timeout": 10, "init_command": sqlite_pragmas(version)}


def _postgresql(url: str, kept: int) -> dict[str, Any]:
    parts = urlsplit(url)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    if kept:
        options["pool"] = {"min_size": 1, "max_size": kept}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }
