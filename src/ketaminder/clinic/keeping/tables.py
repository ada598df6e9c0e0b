"""Which tables a backup holds, in an order in which each row's references are there before it."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.serializers import sort_dependencies
from django.db import models

KEPT = ("clinic", "account", "mfa", "socialaccount")
"""The applications whose rows are kept. Sessions, counters of sign-in attempts and Django's own lists are not."""


def tables() -> list[type[models.Model]]:
    """The models of a backup, in the order in which they are read back."""
    kept = [(apps.get_app_config(label), None) for label in KEPT]
    found: list[Any] = sort_dependencies(kept, allow_cycles=True)
    return found
