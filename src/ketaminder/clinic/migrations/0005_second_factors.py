"""The secrets of second factors, which lay readable in the database, are encrypted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import migrations

from ketaminder.clinic.encryption import MARK, decrypt, encrypt
from ketaminder.terms import Refused

SECRETS = {"totp": "secret", "recovery_codes": "seed"}


def forwards(apps: Any, editor: Any) -> None:
    _change_all(apps, editor, lambda told: told if told.startswith(MARK) else encrypt(told))


def backwards(apps: Any, editor: Any) -> None:
    _change_all(apps, editor, decrypt)


def _change_all(apps: Any, editor: Any, change: Callable[[str], str]) -> None:
    factors = apps.get_model("mfa", "Authenticator").objects.using(editor.connection.alias)
    rows = list(factors.filter(type__in=SECRETS).order_by("pk"))
    if rows and not settings.KETAMINDER_SECRET_IS_LASTING:
        raise Refused("KETAMINDER_SECRET_KEY", "", "the key that the server runs with: it encrypts second factors")
    for row in rows:
        name = SECRETS[row.type]
        row.data[name] = change(row.data[name])
        row.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [("clinic", "0004_joining"), ("mfa", "0003_authenticator_type_uniq")]
    operations = [migrations.RunPython(forwards, backwards)]
