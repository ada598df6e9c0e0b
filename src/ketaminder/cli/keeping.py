"""`ketaminder backup` and `ketaminder restore`: everything the clinic holds, in one encrypted file."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from ketaminder.cli.audit import HEADS, KEY
from ketaminder.cli.clinic import set_up
from ketaminder.terms import Refused

RECIPIENT = "KETAMINDER_BACKUP_RECIPIENT"


def backup_key(options: argparse.Namespace) -> int:
    """Make the key that opens backups; print the one that encrypts them."""
    set_up()
    from ketaminder.clinic.keeping.backup import make_key

    public = make_key(options.out)
    print(f"{options.out} opens backups: keep it away from the server. Set {RECIPIENT}={public}")
    return 0


def backup(options: argparse.Namespace) -> int:
    """Back up every row, and seal the head of the audit chain."""
    set_up()
    from ketaminder.clinic.keeping.backup import back_up

    recipient = os.environ.get(RECIPIENT, "")
    if not recipient:
        raise Refused(RECIPIENT, recipient, "a public key made by `ketaminder backup-key`")
    counts = back_up(options.out, recipient, sealing=_sealing())
    print(f"{options.out}: {sum(counts.values())} rows of {len(counts)} tables")
    return 0


def restore(options: argparse.Namespace) -> int:
    """Put a backup back, all or nothing, once its trail has verified."""
    set_up()
    from django.core.management import call_command

    from ketaminder.clinic.keeping.backup import restore as put_back

    call_command("migrate", verbosity=0)
    counts = put_back(options.file, options.key, replace=options.replace, sealing=_sealing())
    print(f"{sum(counts.values())} rows are back, and the audit trail is whole.")
    return 0


def _sealing() -> tuple[Path, Path] | None:
    """Where heads are kept and the key that signs them; None where the operator keeps none."""
    where, key = os.environ.get(HEADS), os.environ.get(KEY)
    return (Path(where), Path(key)) if where and key else None
