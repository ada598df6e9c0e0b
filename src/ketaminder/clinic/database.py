"""Which database holds the clinic's rows, and how SQLite is told to keep them safe."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from ketaminder.terms import Refused

WAL_IS_SAFE_FROM = (3, 51, 3)
"""SQLite before this version can corrupt a write-ahead log that two connections reset at once
(https://sqlite.org/wal.html, "The WAL-Reset Bug")."""


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


def databases(url: str, kept: int = 0) -> dict[str, dict[str, Any]]:
    """Django's DATABASES for `url`: "sqlite:///path", "postgresql://…", or "" for none.

    Args:
        url: the address.
        kept: connections to PostgreSQL that a process keeps open at most; 0 opens one for every request.

    Raises:
        Refused: another kind of address. Only its scheme is quoted, since an address may hold a password.
    """
    if not url:
        return {}
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and parts.path.strip("/"):
        return {"default": _sqlite(unquote(parts.path))}
    if parts.scheme in ("postgresql", "postgres"):
        return {"default": _postgresql(url, kept)}
    raise Refused("KETAMINDER_DATABASE_URL", f"{parts.scheme}:…", "sqlite:///absolute/path or postgresql://…")


def _sqlite(path: str) -> dict[str, Any]:
    options = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": sqlite_pragmas(sqlite_version()),
    }
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": options}


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
