"""Triggers by which the database itself refuses to change or delete what stands, whoever asks it.

One change is let through: emptying the content of an event or a document that an audit entry says was erased by law.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import migrations

ERASABLE = {
    "clinic_event": ("event erased", ("body", "salt")),
    "clinic_document": ("document erased", ("text",)),
}
"""Table -> the action of the audit entry that allows erasing, and the columns that it empties."""

NOT_DELETED = "rows that stand are never deleted"
NOT_CHANGED = "rows that stand are never changed"


def _statements(connection: Any, table: str) -> list[str]:
    columns = [column.name for column in connection.introspection.get_table_description(connection.cursor(), table)]
    return (_postgresql if connection.vendor == "postgresql" else _sqlite)(table, columns)


def _sqlite(table: str, columns: list[str]) -> list[str]:
    parts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))  # SQLite holds a UUID without its hyphens
    subject = "||'-'||".join(f"substr(NEW.id,{start},{length})" for start, length in parts)
    allowed = _allowed(table, columns, subject, "IS")
    return [
        f"CREATE TRIGGER {table}_not_deleted BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{NOT_DELETED}'); END",
        f"CREATE TRIGGER {table}_not_changed BEFORE UPDATE ON {table} WHEN NOT ({allowed}) "
        f"BEGIN SELECT RAISE(ABORT, '{NOT_CHANGED}'); END",
    ]


def _postgresql(table: str, columns: list[str]) -> list[str]:
    allowed = _allowed(table, columns, "NEW.id::text", "IS NOT DISTINCT FROM")
    return [
        f"CREATE FUNCTION {table}_stands() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' THEN IF {allowed} THEN RETURN NEW; END IF; RAISE EXCEPTION '{NOT_CHANGED}'; END IF; "
        f"RAISE EXCEPTION '{NOT_DELETED}'; END $$",
        f"CREATE TRIGGER {table}_not_changed BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_stands()",
        f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_stands()",
    ]


def _allowed(table: str, columns: list[str], subject: str, same: str) -> str:
    """SQL that is true where an update only empties what an entry says was erased."""
    if table not in ERASABLE:
        return "1 = 0"
    action, emptied = ERASABLE[table]
    kept = [f"NEW.{column} {same} OLD.{column}" for column in columns if column not in emptied]
    gone = [f"NEW.{column} = ''" for column in emptied]
    entry = f"EXISTS (SELECT 1 FROM clinic_entry WHERE action = '{action}' AND subject = {subject})"  # noqa: S608
    return " AND ".join([*kept, *gone, entry])


def _removal(vendor: str, table: str) -> list[str]:
    if vendor == "postgresql":
        return [f"DROP FUNCTION {table}_stands() CASCADE"]
    return [f"DROP TRIGGER {table}_not_deleted", f"DROP TRIGGER {table}_not_changed"]


def protect(*tables: str) -> migrations.RunPython:
    """The step of a migration that makes `tables` append-only, and takes it back."""
    return migrations.RunPython(
        lambda _, editor: stand(editor.connection, tables), lambda _, editor: release(editor.connection, tables)
    )


def stand(connection: Any, tables: Iterable[str]) -> None:
    """Let the database refuse to change or delete the rows of `tables`."""
    _execute(connection, (one for table in tables for one in _statements(connection, table)))


def release(connection: Any, tables: Iterable[str]) -> None:
    """Let it accept again what `stand` made it refuse: for a migration back, and for a restore."""
    _execute(connection, (one for table in tables for one in _removal(connection.vendor, table)))


def _execute(connection: Any, statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
