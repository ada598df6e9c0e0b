"""Short secrets as they lie in the database: encrypted, so that a copy of the database opens no account.

Fernet (AES-128-CBC with HMAC-SHA-256), with one key for each signing key of the installation, derived by HKDF-SHA-256
(RFC 5869). The first encrypts; each of them decrypts.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

MARK = "fernet1:"
"""What an encrypted text begins with; a plain secret never does."""
PURPOSE = b"ketaminder second factors 1"
KEY_BYTES = 32


class Unreadable(Exception):
    """A text that none of the installation's keys encrypted. It is not quoted."""


def encrypt(text: str) -> str:
    """The text, encrypted with the signing key in use."""
    return MARK + _keys().encrypt(text.encode()).decode()


def decrypt(encrypted: str) -> str:
    """The text that `encrypt` was given.

    Raises:
        Unreadable: it was encrypted with another key, or was changed, or was never encrypted.
    """
    if not encrypted.startswith(MARK):
        raise Unreadable("a text that is not encrypted")
    try:
        return _keys().decrypt(encrypted.removeprefix(MARK).encode()).decode()
    except InvalidToken:
        raise Unreadable("a text that another key encrypted") from None


def _keys() -> MultiFernet:
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=PURPOSE).derive(secret.encode())
    return Fernet(urlsafe_b64encode(derived))
