"""What the operator is told before the clinic starts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register

from ketaminder.clinic.database import SQLCIPHER, SQLITE, WAL_IS_SAFE_FROM, sqlcipher_version, sqlite_version

HINTS = {SQLITE: "Install the pysqlite3 wheel", SQLCIPHER: "Install a newer sqlcipher3 wheel"}


@register(Tags.database)
def sqlite_is_recent(**_: Any) -> list[CheckMessage]:
    """Warn where an old SQLite makes us give up the write-ahead log."""
    engine = settings.DATABASES.get("default", {}).get("ENGINE", "")
    if engine not in HINTS:
        return []
    version = sqlite_version() if engine == SQLITE else sqlcipher_version()
    if version >= WAL_IS_SAFE_FROM:
        return []
    return [
        checks.Warning(
            f"SQLite {'.'.join(map(str, version))} can corrupt a write-ahead log: the slower rollback journal is used.",
            hint=f"{HINTS[engine]}, or set KETAMINDER_DATABASE_URL to a PostgreSQL database.",
            id="ketaminder.W001",
        )
    ]


@register(Tags.security, deploy=True)
def secret_is_lasting(**_: Any) -> list[CheckMessage]:
    """Warn where each process would sign with a key of its own."""
    if settings.KETAMINDER_SECRET_IS_LASTING:
        return []
    message = "KETAMINDER_SECRET_KEY is not set: each process signs with its own key."
    return [checks.Warning(message, id="ketaminder.W002")]
