"""Files and streams as every command reads and writes them."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ketaminder.terms import Refused


def read_text(file: Path) -> str:
    """The text of `file`, or of standard input for `-`."""
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return content.decode("utf-8-sig")
    except OSError as error:
        raise Refused("FILE", str(file), f"a file that can be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise Refused("FILE", str(file), f"text in UTF-8 (byte {error.start} is not)") from None


def print_json(document: Mapping[str, object] | Sequence[Mapping[str, object]]) -> None:
    """Print one document and nothing else."""
    print(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1))


def write_whole(option: str, out: Path, content: str | bytes) -> None:
    """Write `content` whole or not at all; `option` names the argument in an error."""
    draft = out.with_name(f".{out.name}.draft")
    try:
        draft.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        draft.replace(out)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise Refused(f"{option} OUT", str(out), f"a file that can be written ({error.strerror})") from None
