"""Whether the database that the environment names can be worked with, before a command begins."""

from __future__ import annotations

from pathlib import Path

from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from ketaminder.terms import Refused

DATABASE = "KETAMINDER_DATABASE_URL"


def refuse_unreachable() -> None:
    """Open the database once.

    Raises:
        Refused: it cannot be opened. Its address is not quoted, since it may hold a password.
    """
    try:
        connection.ensure_connection()
    except OperationalError as error:
        why = next(iter(str(error).splitlines()), "")
        required = f"one that can; for SQLite in a folder that exists ({why})"
        raise Refused(DATABASE, "a database that cannot be opened", required) from None
    finally:
        connection.close()


def refuse_unmigrated() -> None:
    """Compare its tables with this version's. Makes no file.

    Raises:
        Refused: it has none, or those of an earlier version.
    """
    required = "the tables of this version: `ketaminder clinic migrate` makes them"
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        raise Refused(DATABASE, "a file that is not there", required)
    refuse_unreachable()
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Refused(DATABASE, "a database without them", required)
    connection.close()
