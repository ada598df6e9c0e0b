"""A file that only its owner can read: for keys."""

from __future__ import annotations

import os
from pathlib import Path

from ketaminder.terms import Refused


def make_private_file(path: Path, content: bytes) -> None:
    """Write `content` into a new file, readable by its owner alone.

    Raises:
        Refused: a file is there already, or cannot be made.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Refused("OUT", str(path), f"a path where a new file can be made ({error.strerror})") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
