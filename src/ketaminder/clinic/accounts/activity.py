"""Where an account is signed in, kept up to date once a minute instead of by every request."""

from __future__ import annotations

import time

from allauth.usersessions.middleware import UserSessionsMiddleware
from django.http import HttpRequest, HttpResponseBase

NOTED_AT = "activity_noted_at"
EVERY_SECONDS = 60


class Activity(UserSessionsMiddleware):  # type: ignore[misc]
    """allauth's record of sessions, written once a minute: a page that only reads then writes nothing."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated or time.time() - request.session.get(NOTED_AT, 0) < EVERY_SECONDS:
            answer: HttpResponseBase = self.get_response(request)
            return answer
        request.session[NOTED_AT] = time.time()
        noted: HttpResponseBase = super().__call__(request)
        return noted
