"""A clinic with a provider of single sign-on, and a visitor's way to it and back."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.core.cache import cache
from django.test import Client

from ketaminder.clinic.environment import provider as provider_of
from ketaminder.clinic.models import Account, Entry
from ketaminder.clinic.roles import Role

from .provider import CLIENT, SECRET, Provider, running

EMAIL = "p.example@lindenhof.example"
KNOWN = {"id": "hospital", "name": "Lindenhof Hospital", "client_id": CLIENT, "secret": SECRET}


def configure(settings: Any, folder: Path, url: str) -> None:
    """As the operator does: a JSON file, read strictly."""
    file = folder / "provider.json"
    file.write_text(json.dumps({**KNOWN, "server_url": url}), encoding="utf-8")
    settings.KETAMINDER_OIDC = provider_of({"KETAMINDER_OIDC": str(file)}, "KETAMINDER_OIDC")
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"APPS": settings.KETAMINDER_OIDC, "OAUTH_PKCE_ENABLED": True}
    }
    settings.SESSION_COOKIE_SAMESITE = "Lax"


@pytest.fixture
def hospital(staff: Any, settings: Any, tmp_path: Path) -> Iterator[Provider]:
    """The clinic's provider; second factors are asked for."""
    settings.KETAMINDER_SECOND_FACTOR = True
    cache.clear()
    with running() as provider:
        configure(settings, tmp_path, provider.url)
        yield provider


@pytest.fixture
def physician(staff: Any) -> Account:
    """Invited with an address for single sign-on; has never signed in by it."""
    account: Account = staff.accounts[Role.PHYSICIAN]
    Account.objects.filter(pk=account.pk).update(email=EMAIL)
    return account


@pytest.fixture
def visitor(hospital: Provider) -> Client:
    return Client(headers={"host": "localhost"})


def text_of(answer: Any) -> str:
    return html.unescape(re.sub(r"\s+", " ", answer.content.decode()))


def question_of(visitor: Client, **sent: str) -> str:
    """The address of the provider that the clinic leads to."""
    page = visitor.post("/sign-in/by/hospital", sent).content.decode()
    found = re.search(r'<a class="button" href="([^"]+)"', page)
    assert found is not None, page
    return html.unescape(found[1])


def back_from(address: str) -> str:
    """Where the provider sends the browser back to, as a path of the clinic."""
    to = urlsplit(requests.get(address, allow_redirects=False, timeout=5).headers["Location"])
    assert to.netloc == "localhost"
    return f"{to.path}?{to.query}"


def sign_in(visitor: Client) -> Any:
    return visitor.get(back_from(question_of(visitor)))


def opens(visitor: Client) -> bool:
    return visitor.get("/account/factors").status_code == 200


def actions() -> list[str]:
    return list(Entry.objects.order_by("number").values_list("action", flat=True))
