"""Settings that the operator gives as environment variables, read strictly."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ketaminder.terms import Refused

SHORTEST_SECRET = 20
"""Characters: random letters and digits of this length hold more than 100 bits."""


def flag(environ: Mapping[str, str], name: str) -> bool:
    """Whether `name` is switched on. Absent is off.

    Raises:
        Refused: a word other than on or off.
    """
    word = environ.get(name, "off")
    if word not in ("on", "off"):
        raise Refused(name, word, '"on" or "off"')
    return word == "on"


def day(environ: Mapping[str, str], name: str) -> date | None:
    """The date given under `name` as YYYY-MM-DD, or None where none is given.

    Raises:
        Refused: not a date.
    """
    text = environ.get(name, "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(name, text, "a date as YYYY-MM-DD") from None


def names(environ: Mapping[str, str], name: str) -> list[str]:
    """The comma-separated names given under `name`."""
    return [part.strip() for part in environ.get(name, "").split(",") if part.strip()]


def minutes(environ: Mapping[str, str], name: str, default: int) -> int:
    """A whole number of minutes, one or more.

    Raises:
        Refused: anything else.
    """
    return _whole(environ, name, default, "a whole number of minutes, 1 or more", lowest=1)


def connections(environ: Mapping[str, str], name: str) -> int:
    """A whole number of connections; 0 where none is given.

    Raises:
        Refused: anything else.
    """
    return _whole(environ, name, 0, "a whole number of connections, 0 or more", lowest=0)


def _whole(environ: Mapping[str, str], name: str, default: int, required: str, *, lowest: int) -> int:
    text = environ.get(name, str(default))
    if not text.isascii() or not text.isdigit() or int(text) < lowest:
        raise Refused(name, text, required)
    return int(text)


def secret(environ: Mapping[str, str], name: str) -> str:
    """The secret given under `name`; empty where none is given.

    Raises:
        Refused: one that can be guessed. It is not quoted.
    """
    text = environ.get(name, "")
    if text and len(text) < SHORTEST_SECRET:
        raise Refused(name, f"{len(text)} characters", f"a secret of {SHORTEST_SECRET} random characters or more")
    return text


def provider(environ: Mapping[str, str], name: str) -> list[dict[str, Any]]:
    """The single sign-on provider described by the JSON file under `name`; none without one.

    Raises:
        Refused: the file cannot be read, lacks a key, or names an address without TLS or an id that is no part of an
            address. Its content is not quoted, since it holds a secret.
    """
    path = environ.get(name, "")
    if not path:
        return []
    keys = ("id", "name", "server_url", "client_id", "secret")
    try:
        told = json.loads(Path(path).read_text(encoding="utf-8"))
        wanted = {key: str(told[key]) for key in keys}
    except (OSError, ValueError, KeyError, TypeError):
        raise Refused(name, path, f"a readable JSON file with {', '.join(keys)}") from None
    server = wanted["server_url"].removesuffix("/.well-known/openid-configuration").rstrip("/")
    if not re.fullmatch(r"https://.+|http://(127\.0\.0\.1|localhost)(:\d+)?(/.*)?", server):
        raise Refused(name, path, "a server_url that begins with https://")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", wanted["id"]):
        raise Refused(name, path, "an id of small letters, digits and hyphens")
    return [
        {
            "provider_id": wanted["id"],
            "name": wanted["name"],
            "client_id": wanted["client_id"],
            "secret": wanted["secret"],
            "settings": {"server_url": server},
        }
    ]
