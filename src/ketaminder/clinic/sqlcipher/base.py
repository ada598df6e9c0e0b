"""Django's SQLite with the SQLCipher library in its place: the key is the first thing that a connection is told.

Adding what a connection is told is Django's own; only the library and the order of the first words differ. Django's
module binds the ordinary library by name, so that what refers to it is said again here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import tee
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3._functions import register  # type: ignore[import-untyped]
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from sqlcipher3 import dbapi2

WRONG_KEY = "the database cannot be opened with this key: the key is another, or the file is not an encrypted database"

for _name, _converter in (
    ("bool", b"1".__eq__),
    ("date", base.decoder(parse_date)),
    ("time", base.decoder(parse_time)),
    ("datetime", base.decoder(parse_datetime)),
    ("timestamp", base.decoder(parse_datetime)),
):
    dbapi2.register_converter(_name, _converter)
dbapi2.register_adapter(Decimal, str)
dbapi2.register_adapter(date, base.adapt_date)
dbapi2.register_adapter(datetime, base.adapt_datetime)


class Cursor(dbapi2.Cursor):  # type: ignore[misc]  # the library carries no types
    """Takes queries with the placeholders that Django writes."""

    convert_query = base.SQLiteCursorWrapper.convert_query

    def execute(self, query: str, params: Any = None) -> Any:
        if params is None:
            return super().execute(query)
        names = list(params) if isinstance(params, Mapping) else None
        return super().execute(self.convert_query(query, param_names=names), params)

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        peekable, rows = tee(iter(param_list))
        first = next(peekable, None)
        names = list(first) if first and isinstance(first, Mapping) else None
        return super().executemany(self.convert_query(query, param_names=names), rows)


class DatabaseWrapper(base.DatabaseWrapper):
    """The connection. Its settings hold the key as PASSWORD, which Django never shows."""

    display_name = "SQLCipher"
    Database = dbapi2
    init_commands: list[str]

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection that can read the file.

        Raises:
            OperationalError: the key does not open it.
        """
        connection = dbapi2.connect(**conn_params)
        connection.execute("PRAGMA cipher_log_level = NONE")  # what fails is raised; the library would print it too
        connection.execute(f"PRAGMA key = \"x'{self.settings_dict['PASSWORD']}'\"")
        try:
            connection.execute("SELECT count(*) FROM sqlite_master")
        except dbapi2.DatabaseError as error:
            connection.close()
            if "not a database" in str(error):
                raise dbapi2.OperationalError(WRONG_KEY) from None
            raise
        return self._told(connection)

    def create_cursor(self, name: str | None = None) -> Any:  # noqa: ARG002 (Django's signature)
        return self.connection.cursor(factory=Cursor)

    def _told(self, connection: Any) -> Any:
        """What Django tells every connection of SQLite's, and what `init_command` adds."""
        register(connection)
        for command in ("PRAGMA foreign_keys = ON", "PRAGMA legacy_alter_table = OFF", *self.init_commands):
            if command.strip():
                connection.execute(command)
        return connection
