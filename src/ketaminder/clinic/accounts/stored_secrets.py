"""The secrets of second factors in the database: which there are, and whether this installation's keys open them."""

from __future__ import annotations

from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from django.db import transaction

from ketaminder.clinic.encryption import Unreadable, decrypt, encrypt

SECRETS = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}
"""Where each kind of second factor keeps its secret. A passkey keeps none here: its private key stays on the device."""


def unreadable() -> int:
    """How many people have a second factor that none of the installation's keys opens: they need a new link."""
    return len({row.user_id for row, name in _rows() if not _opens(row.data[name])})


@transaction.atomic
def encrypt_again() -> int:
    """Encrypt all anew with the key in use, so that older keys can go; how many secrets.

    Raises:
        Unreadable: none of the keys opens one of them. Nothing is changed then.
    """
    rows = list(_rows())
    for row, name in rows:
        row.data[name] = encrypt(decrypt(row.data[name]))
        row.save(update_fields=["data"])
    return len(rows)


def _rows() -> Iterator[tuple[Authenticator, str]]:
    for row in Authenticator.objects.filter(type__in=SECRETS).order_by("pk"):
        yield row, SECRETS[Authenticator.Type(row.type)]


def _opens(encrypted: str) -> bool:
    try:
        decrypt(encrypted)
    except Unreadable:
        return False
    return True
