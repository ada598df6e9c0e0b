"""Signed heads: what the chain alone cannot show. A head kept outside the database tells where the chain once ended.

One line of JSON a head, signed with Ed25519 (RFC 8032). Whoever cuts off the end of the chain, writes it anew, or puts
back an old copy of the database cannot make the head that would fit. Each head carries the digest of the line before
it, so that none can be taken out or moved unseen. Older heads carry none, and are read all the same.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ketaminder.clinic.chain import BEFORE_FIRST, canonical, moment
from ketaminder.clinic.models.entries import Entry
from ketaminder.clinic.private_file import make_private_file
from ketaminder.terms import Refused

try:
    import fcntl
except ImportError:  # only Unix has it; elsewhere two that seal at once are told by `audit verify`
    fcntl = None  # type: ignore[assignment]

LONGEST_LINE = 4096
"""Bytes; a head takes about 400."""


class Reason(StrEnum):
    """Why a head was taken."""

    SCHEDULE = "schedule"
    BACKUP = "backup"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ended: the number and hash of its last entry (0 and zeros for an empty chain), when, and why.

    After a restore the chain goes on from `number`; what earlier heads say of later entries is lost, and known to be.
    `before` is the digest of the line before (zeros for the first); None in heads of the time before they were chained.
    """

    at: str
    number: int
    hash: str
    reason: Reason
    before: str | None = None

    @property
    def content(self) -> dict[str, Any]:
        """What is signed."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    def signed(self, key: Ed25519PrivateKey) -> str:
        """The head as one line."""
        return canonical({**self.content, "signature": key.sign(canonical(self.content).encode()).hex()})


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file of heads: which, counted from 1, its SHA-256, and its head; None where it is no signed one."""

    number: int
    digest: str
    head: Head | None


def make_key(path: Path) -> Ed25519PublicKey:
    """Write a new private key, readable by its owner alone, and beside it the public one (`.pub`).

    Raises:
        Refused: a file is there already.
    """
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    make_private_file(path, private)
    public_path(path).write_bytes(public_bytes(key.public_key()))
    return key.public_key()


def public_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.pub")


def public_bytes(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def private_key(path: Path) -> Ed25519PrivateKey:
    """The key that signs heads.

    Raises:
        Refused: the file is no such key. It is not quoted.
    """
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise Refused("KETAMINDER_HEAD_KEY", str(path), "a private key made by `ketaminder audit key`")
    return key


def public_key(path: Path) -> Ed25519PublicKey:
    """The key that verifies heads: of a public or a private key file.

    Raises:
        Refused: the file is no such key.
    """
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError):
        return private_key(path).public_key()
    if not isinstance(key, Ed25519PublicKey):
        raise Refused("KETAMINDER_HEAD_KEY", str(path), "a key made by `ketaminder audit key`")
    return key


def seal(path: Path, key: Ed25519PrivateKey, reason: Reason, at: datetime) -> Head:
    """Add the head of the chain as it is now to the file at `path`, durably.

    Raises:
        Refused: the file cannot be written.
    """
    try:
        with path.open("a+b") as file, _alone(file):
            before, torn = _end(file)
            last = Entry.objects.order_by("-number").first()
            head = Head(moment(at), last.number if last else 0, last.hash if last else BEFORE_FIRST, reason, before)
            file.write(torn + f"{head.signed(key)}\n".encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise Refused("KETAMINDER_HEADS", str(path), f"a file that can be written ({error.strerror})") from None
    return head


@contextmanager
def _alone(file: IO[bytes]) -> Iterator[None]:
    """While nobody else seals into the same file; until it is closed."""
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX)
    yield


def _end(file: IO[bytes]) -> tuple[str, bytes]:
    """The digest of the last line, and what must be written to end it where a crash has cut it short."""
    file.seek(max(0, file.seek(0, os.SEEK_END) - LONGEST_LINE))
    end = file.read()
    if not end:
        return BEFORE_FIRST, b""
    return _digest(end.splitlines()[-1]), b"" if end.endswith(b"\n") else b"\n"


def last_sealed(path: Path) -> datetime | None:
    """When the last head was sealed, as its line says, unverified; None where the file ends in no head."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - LONGEST_LINE))
            return datetime.fromisoformat(json.loads(file.read().splitlines()[-1])["at"]).astimezone(UTC)
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


def read(path: Path, key: Ed25519PublicKey) -> Iterator[Line]:
    """Every line, in order.

    Raises:
        Refused: the file cannot be read.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        raise Refused("KETAMINDER_HEADS", str(path), "the readable file that heads were sealed into") from None
    for number, line in enumerate(lines, start=1):
        yield Line(number, _digest(line), _head(line, key))


def _digest(line: bytes) -> str:
    return sha256(line).hexdigest()


def _head(line: bytes, key: Ed25519PublicKey) -> Head | None:
    try:
        told = json.loads(line)
        signature = bytes.fromhex(told.pop("signature"))
        head = Head(told["at"], told["number"], told["hash"], Reason(told["reason"]), told.get("before"))
        key.verify(signature, canonical(told).encode())
    except (ValueError, KeyError, TypeError, AttributeError, InvalidSignature):
        return None
    return head if head.content == told else None
