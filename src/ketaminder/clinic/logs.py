"""What the server logs: one line of JSON each on stderr, and nothing that names or numbers anybody.

A line is made of what is known to be harmless. A path, a query, the words of an exception or the arguments of a
message may hold a name or an identifier, so none of them is ever written: an address goes by its name in `urls`, a
failure by its kind and the lines of code that it passed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from logging import Formatter, LogRecord, getLogger
from pathlib import Path
from traceback import walk_tb
from types import CodeType
from typing import Any

from django.http import HttpRequest, HttpResponseBase

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
CODES = ("sqlstate", "sqlite_errorname", "errno")
"""Where an exception keeps a code of its kind."""
MOST_CAUSES = 5
PLACEHOLDERS = "%s: %s"
"""All that Django says of an answer beside its reason and path."""

log = getLogger(__name__)


class Line(Formatter):
    """A record as one line of JSON: `at`, `level`, `logger`, and `said`, `address`, `status`, `failure`, its codes and
    the lines it `passed` where there are any, and the `facts` that our own code names.
    """

    def format(self, record: LogRecord) -> str:
        told = {"at": _moment(record), "level": record.levelname.lower(), "logger": record.name}
        return json.dumps(told | dict(_harmless(record)))


def _moment(record: LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _harmless(record: LogRecord) -> Iterator[tuple[str, Any]]:
    extra = vars(record)
    if _says_a_constant(record):
        yield "said", str(record.msg).strip()
    if "request" in extra:
        yield "address", _address(extra["request"])
    if "status_code" in extra:
        yield "status", extra["status_code"]
    yield from extra.get("facts", {}).items()
    if record.exc_info and record.exc_info[1]:
        yield from _failure(record.exc_info[1])


def _says_a_constant(record: LogRecord) -> bool:
    """Whether the message is a text that stands in the code, before what it speaks of is put in."""
    room = record.name.split(".")[0]
    return room in ("ketaminder", "uvicorn") or (room == "django" and bool(record.args) and record.msg != PLACEHOLDERS)


def _address(request: HttpRequest) -> str:
    match = getattr(request, "resolver_match", None)
    return str(match.view_name) if match else ""


def _failure(raised: BaseException) -> Iterator[tuple[str, Any]]:
    """What was raised, and whatever it was raised from, by kind and code; the lines that the first passed."""
    kinds: list[str] = []
    cause: BaseException | None = raised
    while cause is not None and len(kinds) < MOST_CAUSES:
        kinds.append(type(cause).__name__)
        yield from ((name, code) for name in CODES if isinstance(code := getattr(cause, name, None), int | str))
        cause = cause.__cause__ or cause.__context__
    yield "failure", kinds
    yield "passed", [_line(frame.f_code, number) for frame, number in walk_tb(raised.__traceback__)]


def _line(code: CodeType, number: int) -> str:
    return f"{'/'.join(Path(code.co_filename).parts[-3:])}:{number} {code.co_name}"


def noted(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: a line for each request: how it was asked, the address's name, the answer's status, milliseconds."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        begun = time.perf_counter()
        response = get_response(request)
        facts = {
            "method": request.method if request.method in METHODS else "another",
            "address": _address(request),
            "status": response.status_code,
            "ms": round(1000 * (time.perf_counter() - begun)),
        }
        log.info("answered", extra={"facts": facts})
        return response

    return answer


def to_stderr(*, quiet: bool) -> dict[str, Any]:
    """Django's LOGGING. Where `quiet`, failures only."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "ketaminder.clinic.logs.Line"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "ERROR" if quiet else "WARNING"},
        "loggers": {
            "ketaminder": {"level": "ERROR" if quiet else "INFO"},
            "django": {"handlers": [], "level": "NOTSET"},
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": [], "propagate": True},
        },
    }
