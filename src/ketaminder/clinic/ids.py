"""Where new identifiers and salts come from: the system's randomness, or a seeded generator for the demonstration."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from random import Random, SystemRandom
from uuid import UUID

_SYSTEM = SystemRandom()
_drawn_from: ContextVar[Random | None] = ContextVar("drawn_from", default=None)


def new_id() -> UUID:
    """A random UUID."""
    return UUID(int=_source().getrandbits(128), version=4)


def new_salt() -> str:
    """256 random bits in hexadecimal."""
    return _source().randbytes(32).hex()


@contextmanager
def drawn_from(generator: Random) -> Iterator[None]:
    """Draw from `generator` within this context. For invented people only: what is drawn so can be guessed."""
    before = _drawn_from.set(generator)
    try:
        yield
    finally:
        _drawn_from.reset(before)


def _source() -> Random:
    return _drawn_from.get() or _SYSTEM
