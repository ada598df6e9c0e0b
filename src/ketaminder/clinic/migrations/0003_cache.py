"""The table that all server processes count sign-in attempts in."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.db import migrations

TABLE = "clinic_cache"


def forwards(apps: Any, editor: Any) -> None:  # noqa: ARG001 (Django hands it over)
    call_command("createcachetable", TABLE, database=editor.connection.alias, verbosity=0)


def backwards(apps: Any, editor: Any) -> None:  # noqa: ARG001
    editor.execute(f"DROP TABLE {TABLE}", params=None)


class Migration(migrations.Migration):
    dependencies = [("clinic", "0002_append_only")]
    operations = [migrations.RunPython(forwards, backwards)]
