"""Libraries of the optional extra `science`, imported where they are needed."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from ketaminder.terms import Refused


def library(name: str) -> ModuleType:
    """The module `name`.

    Raises:
        Refused: it is not installed; the message says how to get it.
    """
    try:
        return import_module(name)
    except ImportError:
        raise Refused("library", name, "the extra `science`: python3 -m pip install 'ketaminder[science]'") from None
