"""What every answer passes through on its way out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]
from whitenoise.responders import StaticFile  # type: ignore[import-untyped]

Answer = Callable[[HttpRequest], HttpResponseBase]


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise, answering at once instead of streaming: Django warns of a streamed file under ASGI."""

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponseBase:
        streamed: FileResponse = WhiteNoiseMiddleware.serve(static_file, request)
        with closing(streamed):
            body = b"".join(streamed)
        return HttpResponse(body, status=streamed.status_code, headers=dict(streamed.items()))


def private_pages(get_response: Answer) -> Answer:
    """Pages are about people: no cache keeps them, no other site embeds them, no device is reached from them."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response["Cache-Control"] = "no-store"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        return response

    return answer
