"""Django's settings, for a clinic of its own or the demonstration on this machine.

KETAMINDER_DATABASE_URL  sqlite:///absolute/path, sqlcipher:///absolute/path (an encrypted file; extra `encrypted`) or
                         postgresql://…; without it only database-free pages work
KETAMINDER_DATABASE_KEY  key of the encrypted file, 64 hexadecimal digits (`ketaminder clinic key`); or
                         KETAMINDER_DATABASE_KEY_FILE, the file that holds it
KETAMINDER_CONNECTIONS   connections to PostgreSQL that each process keeps open; a new one for every request without it
KETAMINDER_SECRET_KEY    Django's signing key, which the secrets of second factors are encrypted under too; without it a
                         random one lives as long as the process
KETAMINDER_SECRET_KEYS_BEFORE  comma-separated, keys that were in use before: what they signed and encrypted still opens
KETAMINDER_HOSTS         host names to answer to, comma-separated; without it loopback only
KETAMINDER_FORECASTS     "on" shows patient-specific curves; off by default, since they are probably a device function
KETAMINDER_DEMO          "on" watermarks every page and serves plain http on loopback
KETAMINDER_ON            the date that counts as today, YYYY-MM-DD; without it the clock's
KETAMINDER_IDLE_MINUTES  minutes without a sign of anybody after which a screen locks; 15 without it
KETAMINDER_HEADS         file outside the database that the heads of the audit chain are sealed into
KETAMINDER_HEAD_KEY      file of the key that signs them (`ketaminder audit key`)
KETAMINDER_METRICS_TOKEN token that opens /metrics to other machines; without it only this machine reads them
KETAMINDER_OIDC          file with the single sign-on provider (JSON: id, name, server_url, client_id, secret)
"""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key

from ketaminder.clinic.database import databases, prefer_bundled_sqlite
from ketaminder.clinic.environment import connections, day, flag, minutes, names, provider, secret
from ketaminder.clinic.logs import to_stderr
from ketaminder.clinic.sqlcipher.key import key_in

prefer_bundled_sqlite()

HERE = Path(__file__).parent

KETAMINDER_DEMO = flag(os.environ, "KETAMINDER_DEMO")
KETAMINDER_FORECASTS = flag(os.environ, "KETAMINDER_FORECASTS")
KETAMINDER_ON = day(os.environ, "KETAMINDER_ON")
KETAMINDER_IDLE_SECONDS = 60 * minutes(os.environ, "KETAMINDER_IDLE_MINUTES", 15)
KETAMINDER_OIDC = provider(os.environ, "KETAMINDER_OIDC")
KETAMINDER_METRICS_TOKEN = secret(os.environ, "KETAMINDER_METRICS_TOKEN")
KETAMINDER_SECOND_FACTOR = not KETAMINDER_DEMO

DEBUG = False
KETAMINDER_SECRET_IS_LASTING = bool(os.environ.get("KETAMINDER_SECRET_KEY"))
SECRET_KEY = os.environ.get("KETAMINDER_SECRET_KEY") or get_random_secret_key()
SECRET_KEY_FALLBACKS = names(os.environ, "KETAMINDER_SECRET_KEYS_BEFORE")
ALLOWED_HOSTS = names(os.environ, "KETAMINDER_HOSTS") or ["127.0.0.1", "localhost", "[::1]"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "csp",
    "ketaminder.clinic",  # before allauth: its templates stand in for theirs
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "ketaminder.clinic.middleware.StaticFiles",
    "ketaminder.clinic.logs.noted",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "ketaminder.clinic.middleware.private_pages",
    "allauth.account.middleware.AccountMiddleware",
    "ketaminder.clinic.accounts.activity.Activity",
    "ketaminder.clinic.accounts.gate.refuse_undeclared",
]
ROOT_URLCONF = "ketaminder.clinic.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "ketaminder.clinic.templatetags.clinic",
                "ketaminder.clinic.templatetags.figures",
                "django.templatetags.i18n",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "ketaminder.clinic.views.frame.shell",
            ],
        },
    }
]

DATABASES = databases(
    os.environ.get("KETAMINDER_DATABASE_URL", ""),
    kept=connections(os.environ, "KETAMINDER_CONNECTIONS"),
    key=key_in(os.environ),
)
LOGGING = to_stderr(quiet=KETAMINDER_DEMO)
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
        "img-src": [SELF, "data:"],  # the QR code of a second factor
        "font-src": [SELF],
        "script-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"  # with "no-referrer" browsers post with a null origin, which is refused
SECURE_SSL_REDIRECT = not KETAMINDER_DEMO
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_HSTS_SECONDS = 0 if KETAMINDER_DEMO else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
CSRF_COOKIE_SECURE = not KETAMINDER_DEMO
CSRF_COOKIE_HTTPONLY = True
CSRF_USE_SESSIONS = True
CSRF_FAILURE_VIEW = "ketaminder.clinic.views.notices.stale"

AUTH_USER_MODEL = "clinic.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "board"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = not KETAMINDER_DEMO
SESSION_COOKIE_SAMESITE = "Strict" if not KETAMINDER_OIDC else "Lax"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "clinic_cache"}}

ACCOUNT_ADAPTER = "ketaminder.clinic.accounts.adapters.Accounts"
ACCOUNT_FORMS = {
    "login": "ketaminder.clinic.pages.sign_in_forms.SignIn",
    "reauthenticate": "ketaminder.clinic.pages.sign_in_forms.ConfirmByPassword",
    "change_password": "ketaminder.clinic.pages.sign_in_forms.ChangePassword",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 120
ACCOUNT_RATE_LIMITS = {
    "login_failed": "20/m/ip,5/15m/key",
    "reauthenticate": "10/m/user",
    "single_sign_on": "60/m/ip",
    "emergency": "10/h/user",
}
MFA_ADAPTER = "ketaminder.clinic.accounts.adapters.SecondFactors"
MFA_FORMS = {
    "authenticate": "ketaminder.clinic.pages.sign_in_forms.SecondStep",
    "reauthenticate": "ketaminder.clinic.pages.sign_in_forms.ConfirmByCode",
    "activate_totp": "ketaminder.clinic.pages.sign_in_forms.SetUpApp",
    "add_webauthn": "ketaminder.clinic.pages.sign_in_forms.AddPasskey",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Ketaminder"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = KETAMINDER_DEMO
SOCIALACCOUNT_ADAPTER = "ketaminder.clinic.accounts.adapters.SingleSignOn"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": KETAMINDER_OIDC, "OAUTH_PKCE_ENABLED": True}}
USERSESSIONS_TRACK_ACTIVITY = True
