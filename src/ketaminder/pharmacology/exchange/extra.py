"""Libraries of the optional extras, imported where they are needed."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from ketaminder.terms import Refused


def library(name: str, extra: str = "science") -> ModuleType:
    """The module `name` of `extra`.

    Raises:
        Refused: it is not installed; the message says how to get it.
    """
    try:
        return import_module(name)
    except ImportError:
        required = f"the extra `{extra}`: python3 -m pip install 'ketaminder[{extra}]'"
        raise Refused("library", name, required) from None
