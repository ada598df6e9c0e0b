"""The chain: each entry carries the hash of the one before, so that no entry can be changed, dropped or moved unseen.

Pure: no row, no clock. An entry never holds clinical content, only a salted digest of it, so that content can be erased
by law while the chain still verifies.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256

BEFORE_FIRST = "0" * 64
"""What the first entry names as its predecessor."""


@dataclass(frozen=True, slots=True)
class Link:
    """All that an entry's hash covers. Identifiers are UUIDs as text; empty where none applies.

    `number` counts from 1 without a gap. `digest` is that of the event written (see `digest_of`), or empty.
    `detail` is canonical JSON without anything that identifies a patient.
    """

    number: int
    at: str
    action: str
    clinic: str
    account: str
    role: str
    device: str
    patient: str
    subject: str
    digest: str
    detail: str
    previous: str

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON of every field, in hexadecimal."""
        return sha256(canonical(asdict(self)).encode()).hexdigest()


def canonical(content: Mapping[str, object]) -> str:
    """JSON with sorted keys and no spaces: one text for one content.

    Raises:
        ValueError: a number that JSON cannot hold.
    """
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def moment(at: datetime) -> str:
    """A moment as the chain writes it: UTC with microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def digest_of(content: str, salt: str) -> str:
    """SHA-256 of salt and content. Without the salt, a short content cannot be guessed from its digest."""
    return sha256(f"{salt}\n{content}".encode()).hexdigest()
