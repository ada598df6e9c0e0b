"""The web application: rows, pages, addresses. It shows what the rooms below decided and decides nothing."""

from __future__ import annotations

import os


def set_up() -> None:
    """Make Django ready in this process; again is harmless. Needs no database until a row is read."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ketaminder.clinic.settings")
    import django  # loading Django before its settings are named would freeze the wrong ones
    from django.apps import apps

    if not apps.ready:  # a second setup would take down and build up the logs while others write to them
        django.setup()
