"""What tests of signing in do at the door."""

from __future__ import annotations

import html
import re
import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from ketaminder.clinic.accounts.presence import LAST_SEEN
from ketaminder.clinic.models import Entry
from ketaminder.clinic.roles import Role

PASSWORD = "copper-lantern-42-meadow"  # noqa: S105 (of people who are made up)


def text_of(answer: Any) -> str:
    return html.unescape(re.sub(r"\s+", " ", answer.content.decode()))


def now_code(secret: str) -> str:
    """RFC 6238: the counter is Unix time over 30 seconds."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def enter(visitor: Client, password: str = PASSWORD, username: str = "physician") -> Any:
    return visitor.post("/sign-in", {"login": username, "password": password})


def actions() -> list[str]:
    return list(Entry.objects.order_by("number").values_list("action", flat=True))


def signed_in(staff: Any, role: Role = Role.PHYSICIAN) -> Client:
    client: Client = staff.browser(role)
    return client


def lock_by_idleness(client: Client, idle_seconds: int) -> None:
    session = client.session
    session[LAST_SEEN] = time.time() - idle_seconds - 1
    session.save()
