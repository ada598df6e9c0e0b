"""Backup and restore: one encrypted file for either database, taken while the clinic works.

The file is age (age-encryption.org/v1) around gzip around JSON, a line a row in the order of `tables`; the first line
says what it is, the last how many rows of each table there are and the SHA-256 of all lines before it. The server
needs the public key only.
"""

from __future__ import annotations

import gzip
import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import pyrage
from django.core import serializers
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from ketaminder import __version__
from ketaminder.clinic.acting import SYSTEM
from ketaminder.clinic.audit.actions import Action
from ketaminder.clinic.audit.append import append
from ketaminder.clinic.audit.heads import Reason, private_key, seal
from ketaminder.clinic.audit.snapshot import one_moment
from ketaminder.clinic.audit.verify import verify
from ketaminder.clinic.keeping.beside import beside
from ketaminder.clinic.keeping.tables import tables
from ketaminder.clinic.migrations._standing import release, stand
from ketaminder.clinic.models import Entry
from ketaminder.clinic.private_file import make_private_file
from ketaminder.terms import Refused

Sealing = tuple[Path, Path] | None
FORMAT = "ketaminder backup 1"
STANDING = ("clinic_entry", "clinic_event", "clinic_document", "clinic_emergencyaccess", "clinic_emergencyreview")
BATCH = 500
READABLE = "a backup made by `ketaminder backup`, whole, and the key that opens it"


def make_key(path: Path) -> str:
    """Write a new private key, readable by its owner alone; the public one, to which backups are encrypted.

    Raises:
        Refused: a file is there already.
    """
    identity = pyrage.x25519.Identity.generate()
    make_private_file(path, f"{identity}\n".encode())
    return str(identity.to_public())


def back_up(out: Path, recipient: str, *, sealing: Sealing = None) -> dict[str, int]:
    """Write all rows as they stand at one moment, encrypted to `recipient`; the number of rows of each table.

    The head of the audit chain at that moment is sealed where `sealing` says: the file of heads, the key that signs.

    Raises:
        Refused: no such recipient, a file that is there already, or one that cannot be made. Nothing half-written is
            left, and no earlier backup is lost.
    """
    if out.exists():
        raise Refused("OUT", str(out), "a file that is not there yet")
    try:
        to = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError:
        raise Refused(
            "KETAMINDER_BACKUP_RECIPIENT", recipient, "a public key made by `ketaminder backup-key`"
        ) from None
    draft = out.with_name(f".{out.name}.draft")
    try:
        with draft.open("xb") as file:
            counts = _encrypted(file, to, sealing)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(out)
    except OSError as error:
        raise Refused("OUT", str(out), f"a file that can be written ({error.strerror})") from None
    finally:
        draft.unlink(missing_ok=True)
    return counts


def restore(file: Path, key: Path, *, replace: bool, sealing: Sealing = None) -> Counter[str]:
    """Put back every row, all or none; the trail must verify. The number of rows of each table.

    A head that says so is sealed, so that what the old database held beyond the backup is lost on record.

    Raises:
        Refused: the key or the file cannot be read, the database holds rows and `replace` is False, the backup is of
            another version's tables, or its trail does not verify. Then nothing is changed.
    """
    identity = _identity(key)
    with transaction.atomic():
        _empty(replace=replace)
        try:
            with file.open("rb") as encrypted, _decrypted(encrypted, identity) as lines:
                counts = _load(lines)
        except Refused:
            raise
        except (OSError, ValueError, EOFError, serializers.base.DeserializationError):
            raise Refused("FILE", str(file), READABLE) from None
        found = verify()
        if not found.intact:
            raise Refused("FILE", found.problems[0].said, "a backup whose trail is whole")
        stand(connection, STANDING)
    _seal(sealing, Reason.RESTORE)
    with transaction.atomic():
        append(SYSTEM, Action.RESTORED, detail={"rows": counts.total()})
    return counts


def _encrypted(file: IO[bytes], to: Any, sealing: Sealing) -> dict[str, int]:
    """Rows are read and compressed here while another thread encrypts them: memory does not grow with them."""
    read_end, write_end = os.pipe()

    def encrypt() -> None:
        with os.fdopen(read_end, "rb") as plain:
            pyrage.encrypt_io(plain, file, [to])

    with (
        beside(encrypt),
        os.fdopen(write_end, "wb") as pipe,
        gzip.GzipFile(fileobj=pipe, mode="wb", mtime=0) as packed,
        one_moment(),
    ):
        counts = _write(packed)
        _seal(sealing, Reason.BACKUP)
    return counts


def _write(packed: gzip.GzipFile) -> dict[str, int]:
    digest, counts = sha256(), {}

    def line(content: object) -> None:
        # Django's own JSON drops microseconds, and with them the digests would no longer fit.
        written = json.dumps(content, separators=(",", ":"), ensure_ascii=False, default=_iso).encode() + b"\n"
        digest.update(written)
        packed.write(written)

    line({"format": FORMAT, "version": __version__, "migrations": _migrations()})
    for model in tables():
        counts[model._meta.label] = 0
        for row in model._base_manager.order_by("pk").iterator(chunk_size=BATCH):
            line(serializers.serialize("python", [row])[0])
            counts[model._meta.label] += 1
    end = {"rows": counts, "sha256": digest.hexdigest()}
    packed.write(json.dumps(end, sort_keys=True).encode() + b"\n")
    return counts


def _iso(value: datetime | date) -> str:
    return value.isoformat()


def _migrations() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied if app == "clinic")


def _seal(sealing: Sealing, reason: Reason) -> None:
    if sealing:
        where, key = sealing
        seal(where, private_key(key), reason, timezone.now())


def _identity(key: Path) -> Any:
    try:
        return pyrage.x25519.Identity.from_str(key.read_text(encoding="ascii").strip())
    except (OSError, ValueError, pyrage.IdentityError):
        raise Refused("--key", str(key), "a private key made by `ketaminder backup-key`") from None


@contextmanager
def _decrypted(encrypted: IO[bytes], identity: Any) -> Iterator[Iterator[bytes]]:
    """The lines of a backup, decrypted as they are read."""
    read_end, write_end = os.pipe()

    def decrypt() -> None:
        try:
            with os.fdopen(write_end, "wb") as plain:
                pyrage.decrypt_io(encrypted, plain, [identity])
        except BaseException as error:
            raise ValueError("not whole") from error

    with (
        beside(decrypt),
        os.fdopen(read_end, "rb") as packed,
        gzip.GzipFile(fileobj=packed, mode="rb") as lines,
    ):
        yield iter(lines)


def _empty(*, replace: bool) -> None:
    """Take away every row, within the transaction, so that the old ones are back if anything fails."""
    if Entry.objects.exists() and not replace:
        raise Refused("database", f"{Entry.objects.count()} entries", "an empty one, or --replace")
    release(connection, STANDING)
    with connection.cursor() as cursor:
        for model in reversed(tables()):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608 (our tables)


def _load(lines: Iterator[bytes]) -> Counter[str]:
    """Read back every row; the last line must fit all before it."""
    digest, counts = sha256(), Counter[str]()
    first = next(lines, b"")
    digest.update(first)
    _check_format(json.loads(first))
    pending: list[dict[str, Any]] = []
    for line in lines:
        told = json.loads(line)
        if "sha256" in told:
            _save(pending, counts)
            if told["sha256"] != digest.hexdigest() or {k: n for k, n in told["rows"].items() if n} != dict(counts):
                raise ValueError("not as it was written")
            _reset_sequences()
            return counts
        digest.update(line)
        if pending and (pending[-1]["model"] != told["model"] or len(pending) == BATCH):
            _save(pending, counts)
            pending = []
        pending.append(told)
    raise EOFError("no last line")


def _check_format(told: dict[str, Any]) -> None:
    if told.get("format") != FORMAT:
        raise ValueError("another format")
    if told.get("migrations") != _migrations():
        raise Refused("FILE", told.get("version"), f"a backup of the tables of this version ({__version__})")


def _save(rows: list[dict[str, Any]], counts: Counter[str]) -> None:
    if not rows:
        return
    objects = [one.object for one in serializers.deserialize("python", rows)]
    model = type(objects[0])
    model._base_manager.bulk_create(objects)
    counts[model._meta.label] += len(objects)


def _reset_sequences() -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables()):
            cursor.execute(statement)
