"""The key of an encrypted database file: 32 random bytes, given by the environment or a file, never by the address.

SQLCipher takes them as they are. A passphrase is not accepted: it would be stretched at every connection, and guessed.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from ketaminder.clinic.private_file import make_private_file
from ketaminder.terms import Refused

KEY, FILE = "KETAMINDER_DATABASE_KEY", "KETAMINDER_DATABASE_KEY_FILE"
BYTES = 32
"""The length of a raw key (https://www.zetetic.net/sqlcipher/sqlcipher-api/, "PRAGMA key")."""

REQUIRED = f"{2 * BYTES} hexadecimal digits, as `ketaminder clinic key` makes them"


def key_in(environ: Mapping[str, str]) -> str:
    """The key that the environment gives, or the file that it names; empty where it gives none.

    Raises:
        Refused: it gives both, the file cannot be read, or it is no key. What was given is not quoted.
    """
    given, path = environ.get(KEY, ""), environ.get(FILE, "")
    if given and path:
        raise Refused(KEY, "a key, and a file of one", f"either {KEY} or {FILE}")
    return _checked(FILE, _read(path)) if path else _checked(KEY, given)


def make_key(path: Path) -> None:
    """Write a new key into a new file, readable by its owner alone.

    Raises:
        Refused: a file is there already, or cannot be made.
    """
    make_private_file(path, f"{secrets.token_hex(BYTES)}\n".encode())


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii").strip() or "nothing"
    except (OSError, ValueError):
        raise Refused(FILE, path, "a file that can be read and holds a key") from None


def _checked(where: str, text: str) -> str:
    if text and not re.fullmatch(rf"[0-9A-Fa-f]{{{2 * BYTES}}}", text):
        raise Refused(where, f"{len(text)} characters", REQUIRED)
    return text
