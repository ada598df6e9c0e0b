"""The rights of the PostgreSQL role as which the server runs: it adds to what stands, and can do no more there.

The triggers refuse a change too, but the owner of a table can switch triggers off. A server that is not the owner
cannot, so whoever breaks into it can add and read, and neither change nor delete what stands.
"""

from __future__ import annotations

import re

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from ketaminder.clinic.models import Entry
from ketaminder.clinic.models.append_only import AppendOnly
from ketaminder.terms import Refused

NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
OWNER = "SELECT current_user, tableowner FROM pg_tables WHERE tablename = %s AND schemaname = current_schema()"


def grants(role: str) -> list[str]:
    """The statements that leave `role` these rights and no other; for the owner of the tables, after each migration.

    Raises:
        Refused: a name that PostgreSQL takes only in quotes.
    """
    if not NAME.fullmatch(role):
        raise Refused("role", role, "a name of small letters, digits and underscores")
    stand, change = _tables()
    return [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role};",
        f"GRANT USAGE ON SCHEMA public TO {role};",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role};",
        f"GRANT SELECT ON {MigrationRecorder.Migration._meta.db_table} TO {role};",
        f"GRANT SELECT, INSERT ON {', '.join(stand)} TO {role};",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(change)} TO {role};",
    ]


def refuse_unless_owner() -> None:
    """For what changes tables or rows that stand: migrating, restoring, erasing.

    Raises:
        Refused: the tables belong to another PostgreSQL role than the one that is connected.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(OWNER, [Entry._meta.db_table])
        role, owner = cursor.fetchone() or ("", "")
    if role != owner:
        raise Refused(
            "KETAMINDER_DATABASE_URL", f"the role {role}", f"the owner of the tables, {owner}, for this command"
        )


def _tables() -> tuple[list[str], list[str]]:
    """The tables whose rows stand, and all others of the clinic, the shared cache among them."""
    models = [one for one in apps.get_models(include_auto_created=True) if one._meta.managed]
    stand = {one._meta.db_table for one in models if issubclass(one, AppendOnly)}
    every = {one._meta.db_table for one in models} | {settings.CACHES["default"]["LOCATION"]}
    return sorted(stand), sorted(every - stand)
