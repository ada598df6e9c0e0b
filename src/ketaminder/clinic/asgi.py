"""The application that a web server runs."""

from __future__ import annotations

from django.core.asgi import get_asgi_application

from ketaminder.clinic import set_up

set_up()

from ketaminder.clinic.settled import settle  # noqa: E402 (its addresses need what was just set up)

application = get_asgi_application()
settle()
