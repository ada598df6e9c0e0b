"""Django's settings, for a clinic of its own or the demonstration on this machine.

KETAMINDER_DATABASE_URL  sqlite:///absolute/path or postgresql://…; without it only database-free pages work
KETAMINDER_SECRET_KEY    Django's signing key; without it a random one lives as long as the process
KETAMINDER_HOSTS         host names to answer to, comma-separated; without it loopback only
KETAMINDER_FORECASTS     "on" shows patient-specific curves; off by default, since they are probably a device function
KETAMINDER_DEMO          "on" watermarks every page and serves plain http on loopback
KETAMINDER_ON            the date that counts as today, YYYY-MM-DD; without it the clock's
"""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key

from ketaminder.clinic.database import databases, prefer_bundled_sqlite
from ketaminder.clinic.environment import day, flag, names

prefer_bundled_sqlite()

HERE = Path(__file__).parent

KETAMINDER_DEMO = flag(os.environ, "KETAMINDER_DEMO")
KETAMINDER_FORECASTS = flag(os.environ, "KETAMINDER_FORECASTS")
KETAMINDER_ON = day(os.environ, "KETAMINDER_ON")

DEBUG = False
KETAMINDER_SECRET_IS_LASTING = "KETAMINDER_SECRET_KEY" in os.environ
SECRET_KEY = os.environ.get("KETAMINDER_SECRET_KEY") or get_random_secret_key()
ALLOWED_HOSTS = names(os.environ, "KETAMINDER_HOSTS") or ["127.0.0.1", "localhost", "[::1]"]

INSTALLED_APPS = ["django.contrib.staticfiles", "csp", "ketaminder.clinic"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "ketaminder.clinic.middleware.StaticFiles",
    "csp.middleware.CSPMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "ketaminder.clinic.middleware.private_pages",
]
ROOT_URLCONF = "ketaminder.clinic.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"builtins": ["ketaminder.clinic.templatetags.clinic", "django.templatetags.i18n"]},
    }
]

DATABASES = databases(os.environ.get("KETAMINDER_DATABASE_URL", ""))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
LOCALE_PATHS = [HERE.parent / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "script-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_SSL_REDIRECT = not KETAMINDER_DEMO
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 0 if KETAMINDER_DEMO else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
CSRF_COOKIE_SECURE = not KETAMINDER_DEMO
CSRF_COOKIE_HTTPONLY = True
