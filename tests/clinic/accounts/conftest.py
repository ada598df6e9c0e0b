"""A physician with a password and a second factor, and a visitor who has not signed in."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import Client

from ketaminder.clinic.models import Account
from ketaminder.clinic.roles import Role

from .at_the_door import PASSWORD


@pytest.fixture
def visitor(staff: Any) -> Client:
    return Client(headers={"host": "localhost"})


@pytest.fixture
def physician(staff: Any, settings: Any) -> Account:
    """A physician with a password; second factors are asked for."""
    settings.KETAMINDER_SECOND_FACTOR = True
    account: Account = staff.accounts[Role.PHYSICIAN]
    account.set_password(PASSWORD)
    account.save()
    cache.clear()
    return account


@pytest.fixture
def secret(physician: Account) -> str:
    made: str = generate_totp_secret()
    TOTP.activate(physician, made)
    return made
