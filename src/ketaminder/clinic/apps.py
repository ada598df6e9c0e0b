"""The clinic as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class ClinicConfig(AppConfig):
    name = "ketaminder.clinic"
    label = "clinic"

    def ready(self) -> None:
        from ketaminder.clinic import checks  # noqa: F401 (registers the checks)
        from ketaminder.clinic.accounts import trail  # noqa: F401 (listens to signing in and out)
