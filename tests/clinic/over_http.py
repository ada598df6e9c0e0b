"""The clinic's settings, but for plain http on this machine: no certificate is at hand in a test."""

import os

from ketaminder.clinic.settings import *  # noqa: F403

KETAMINDER_SECOND_FACTOR = os.environ.get("TESTED_WITHOUT_SECOND_FACTOR") is None
KETAMINDER_IDLE_SECONDS = int(os.environ.get("TESTED_IDLE_SECONDS", "900"))
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
