"""Files and streams as every command reads and writes them."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ketaminder.terms import Refused

DEVICES = Path("/dev")


def read_text(file: Path) -> str:
    """The text of `file`, or of standard input for `-`."""
    try:
        return _content(file).decode("utf-8-sig")
    except OSError as error:
        raise Refused("FILE", str(file), f"a file that can be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise Refused("FILE", str(file), f"text in UTF-8 (byte {error.start} is not)") from None


def _content(file: Path) -> bytes:
    if str(file) != "-":
        return file.read_bytes()
    if sys.stdin is None:
        raise Refused("FILE", "-", "a file, or standard input that is open")
    return sys.stdin.buffer.read()


def print_json(document: Mapping[str, object] | Sequence[Mapping[str, object]]) -> None:
    """Print one document and nothing else. Where the terminal is not one of Unicode, in ASCII: it is the same JSON."""
    if sys.stdout is None:
        raise Refused("standard output", "closed", "a place to print to")
    unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    print(json.dumps(document, ensure_ascii=not unicode, allow_nan=False, indent=1))


def each_its_own(read: Path | None, **written: Path | None) -> None:
    """Refuse to write over what is read, or twice to one file; `written` by the names of options."""
    taken = {} if read is None else {_place(read): "the file that is read"}
    for option, out in written.items():
        if out is None or _is_device(out):
            continue
        place = _place(out)
        if place in taken:
            raise Refused(f"--{option} OUT", str(out), f"another file than {taken[place]}")
        taken[place] = f"that of --{option}"


def _place(path: Path) -> str:
    """Where `path` leads; itself where the folder that it starts from is gone."""
    try:
        return os.path.realpath(path)
    except OSError:
        return str(path)


def write_whole(option: str, out: Path, content: str | bytes) -> None:
    """Write `content` whole or not at all; `option` names the argument in an error. A link keeps leading where it led.

    A device or a pipe cannot be replaced: it is written to.
    """
    encoded = content.encode("utf-8") if isinstance(content, str) else content
    if str(out) == "-":
        raise Refused(f"{option} OUT", "-", "the name of a file; standard output is /dev/stdout")
    try:
        if _is_device(out):
            out.write_bytes(encoded)
        else:
            _replace(Path(os.path.realpath(out)), encoded)
    except OSError as error:
        raise Refused(f"{option} OUT", str(out), f"a file that can be written ({error.strerror})") from None


def _is_device(out: Path) -> bool:
    """Whether `out` is there and is neither a file nor a folder, or stands among the devices."""
    try:
        return (out.exists() and not out.is_file() and not out.is_dir()) or DEVICES in out.absolute().parents
    except OSError:  # a name that cannot be one, or a folder that is gone
        return False


def _replace(out: Path, content: bytes) -> None:
    draft = out.parent / f".{os.getpid()}.draft"
    try:
        draft.write_bytes(content)
        draft.replace(out)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise
