"""What the server logs: JSON, a line each, in which no patient, account or password can be found."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError
from django.test import Client

from ketaminder import examples
from ketaminder.clinic.logs import Line
from ketaminder.clinic.models import Account, Patient
from ketaminder.clinic.roles import Role
from ketaminder.terms import Refused

UUID_LIKE = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE)
SOMEBODY = {"name": "Quirina Xanthopoulos", "identifier": "MRN-774411", "birth_date": "1984-02-29", "sex": "female"}
TYPED = ("quirina", "xanthopoulos", "774411", "1984-02-29", "zinnia", "hunter2", "elsewhere.example")
"""Everything about somebody that this test types anywhere, in small letters."""
START_S = 60


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, at every level, as it would be written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Line())
    root, named = logging.getLogger(), [logging.getLogger(name) for name in ("django.request", "ketaminder")]
    levels = [(one, one.level) for one in (root, *named)]
    root.addHandler(handler)
    for one, _ in levels:
        one.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    for one, level in levels:
        one.setLevel(level)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def assert_nobody_in(text: str) -> None:
    found = [word for word in TYPED if word in text.casefold()]
    assert found == []
    assert UUID_LIKE.search(text) is None, UUID_LIKE.search(text)
    people = [*Patient.objects.values_list("id", flat=True), *Account.objects.values_list("id", flat=True)]
    assert [one for one in people if one.hex in text.replace("-", "")] == []
    assert [name for name in Account.objects.values_list("name", flat=True) if name in text] == []


@pytest.fixture
def physician(staff: Any) -> Client:
    client: Client = staff.fresh_browser(Role.PHYSICIAN)
    return client


def test_a_day_of_work_and_of_mistakes_names_nobody(staff: Any, physician: Client, log: io.StringIO) -> None:
    chart = physician.post("/patients/new", SOMEBODY)["Location"]
    physician.post("/patients/new", SOMEBODY)  # a duplicate
    physician.post(f"{chart}/identity", SOMEBODY | {"birth_date": "zinnia"})
    physician.post(f"{chart}/note", {"text": "Quirina Xanthopoulos dreams of zinnia"})
    physician.post(f"{chart}/record", {"text": examples.text("ptsd"), "same_person": "on"})
    physician.post(f"{chart}/record", {"text": '{"zinnia": hunter2}'})
    physician.post(f"{chart}/assess", {})
    physician.post("/patients", {"text": "Quirina"})
    physician.get("/patients?text=Xanthopoulos")
    physician.get(f"{chart}/zinnia?who=Quirina")
    physician.get(f"/patients/{uuid4()}")
    physician.get(f"{chart}/dose?weight_kg=zinnia")
    physician.generic("ZINNIA", chart)
    staff.browser_elsewhere.get(chart)
    staff.browser(Role.AUDITOR).get(chart)
    visitor = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    visitor.post("/sign-in", {"login": "zinnia", "password": "hunter2"})
    Client().post("/sign-in", {"login": "physician", "password": "hunter2"}, headers={"host": "localhost"})
    Client().get("/sign-in", headers={"host": "elsewhere.example"})
    told = lines(log)
    answered = {(one["method"], one["address"], one["status"]) for one in told if one.get("said") == "answered"}
    assert {
        ("POST", "register", 303),
        ("POST", "note", 303),
        ("GET", "chart", 404),
        ("GET", "", 404),
        ("another", "chart", 405),
        ("GET", "chart", 403),
        ("POST", "account_login", 403),
        ("GET", "", 400),
    } <= answered
    assert_nobody_in(log.getvalue())


def test_every_address_is_logged_by_its_name(staff: Any, log: io.StringIO) -> None:
    from django.urls import get_resolver, reverse

    client = staff.browser(Role.PHYSICIAN)
    given = {"product": "ketamine_iv", "token": "zinnia" * 8, "provider_id": "zinnia", "pk": 774411, "rule": "zinnia"}
    patterns = {str(one.name): one.pattern.converters for one in get_resolver().url_patterns if hasattr(one, "name")}
    for name, converters in patterns.items():
        client.get(reverse(name, kwargs={key: given.get(key, UUID(int=7)) for key in converters}))
    table = tomllib.loads((Path(__file__).parent / "access.toml").read_text(encoding="utf-8"))
    assert {one["address"] for one in lines(log) if one.get("said") == "answered"} == set(table)
    assert_nobody_in(log.getvalue())


def test_a_failure_says_its_kind_and_where_and_never_its_words(
    physician: Client, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> None:
        try:
            raise OSError(28, "No space left for Quirina", "/zinnia/MRN-774411")
        except OSError as error:
            raise OperationalError("INSERT INTO patient VALUES ('Quirina Xanthopoulos')") from error

    monkeypatch.setattr("ketaminder.clinic.care.patients.search", failing)
    assert physician.post("/patients", {"text": "Quirina"}).status_code == 500
    failed = [one for one in lines(log) if one["level"] == "error"]
    assert [(one["logger"], one["address"], one["status"]) for one in failed] == [("django.request", "patients", 500)]
    assert failed[0]["failure"] == ["OperationalError", "OSError"]
    assert failed[0]["errno"] == 28
    assert any(re.fullmatch(r"clinic/views/charts\.py:\d+ find", place) for place in failed[0]["passed"])
    assert_nobody_in(log.getvalue())


def record(name: str, message: object, *arguments: object, **extra: object) -> str:
    made = logging.getLogger(name).makeRecord(name, logging.ERROR, __file__, 1, message, arguments, None, extra=extra)
    return Line().format(made)


@pytest.mark.parametrize(
    ("name", "message", "arguments", "said"),
    [
        ("ketaminder.clinic.care", "a save failed", (), "a save failed"),
        ("ketaminder.clinic.care", "of %s", ("Quirina",), "of %s"),
        ("uvicorn.error", "Exception in ASGI application\n", (), "Exception in ASGI application"),
        ("uvicorn.access", '%s - "%s %s"', ("192.0.2.7", "GET", "/zinnia"), '%s - "%s %s"'),
        ("django.security.csrf", "Forbidden (%s): %s", ("no token", "/zinnia"), "Forbidden (%s): %s"),
        ("django.security.DisallowedHost", "Invalid header: 'elsewhere.example'", (), None),
        ("django.request", "%s: %s", ("Not Found", "/zinnia"), None),
        ("a.library", "Quirina has called", (), None),
        ("a.library", "Quirina has called %s", ("Zinnia",), None),
        ("djangolike", "Quirina has called %s", ("Zinnia",), None),
    ],
)
def test_of_a_message_only_what_stands_in_the_code_is_written(
    name: str, message: str, arguments: tuple[object, ...], said: str | None
) -> None:
    told = json.loads(record(name, message, *arguments))
    assert (told["logger"], told["level"], told.get("said")) == (name, "error", said)


def test_a_message_that_is_an_exception_of_the_server_is_told_whole() -> None:
    """A port in use, which uvicorn says with the exception alone: without it nobody could start the server."""
    busy = OSError(98, "address already in use")
    assert json.loads(record("uvicorn.error", busy))["said"] == "[Errno 98] address already in use"


def test_a_line_is_one_line() -> None:
    told = record("ketaminder.clinic", "first\r\nsecond\u2028third\x1b[31m", facts={"address": "a\nb"})
    assert told.isascii()
    assert told.isprintable()
    assert json.loads(told)["address"] == "a\nb"


def test_a_refusal_that_reached_the_log_would_not_be_quoted() -> None:
    try:
        raise Refused("patient", "Quirina", "a name")
    except Refused:
        made = logging.getLogger("a").makeRecord("a", logging.ERROR, __file__, 1, "x", (), sys.exc_info())
    told = json.loads(Line().format(made))
    assert told["failure"] == ["Refused"]
    assert told["passed"] == [f"tests/clinic/test_logs.py:{told['passed'][0].split(':')[1].split(' ')[0]} {here()}"]


def here() -> str:
    return test_a_refusal_that_reached_the_log_would_not_be_quoted.__name__


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_the_server_itself_writes_nothing_else(migrated_sqlite: Path, tmp_path: Path) -> None:
    """`ketaminder clinic serve` as a process of its own: every line on stderr is such a line."""
    file = tmp_path / "clinic.sqlite3"
    file.write_bytes(migrated_sqlite.read_bytes())
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "ketaminder.cli", "clinic", "serve", "--port", str(port), "--workers", "1"],
        env=os.environ | {"KETAMINDER_DATABASE_URL": f"sqlite://{file}", "KETAMINDER_SECRET_KEY": "x" * 50},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until = time.monotonic() + START_S
        while answer_of(port, "/healthz") is None:
            assert server.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        assert answer_of(port, f"/patients/{UUID(int=7)}?who=Quirina", https=True) == 302
        assert answer_of(port, "/zinnia", https=True) == 404
        with socket.create_connection(("127.0.0.1", port)) as raw:
            raw.sendall(b"ZINNIA\x00 Quirina\r\n\r\n")
            assert b"400" in raw.recv(1000)
    finally:
        server.send_signal(signal.SIGTERM)
        _, said = server.communicate(timeout=START_S)
    told = [json.loads(line) for line in said.splitlines()]
    answered = [(one["address"], one["status"]) for one in told if one.get("said") == "answered"]
    assert answered == [("health", 200), ("chart", 302), ("", 404)]
    assert {"uvicorn.error"} == {one["logger"] for one in told if one.get("said") != "answered"}
    assert [word for word in TYPED if word in said.casefold()] == []
    assert UUID_LIKE.search(said) is None


class Stay(urllib.request.HTTPRedirectHandler):
    """Follows nothing."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def answer_of(port: int, path: str, *, https: bool = False) -> int | None:
    """The status; None where nobody answers. `https` speaks as the proxy in front does."""
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"} if https else {}
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=told)
    try:
        with urllib.request.build_opener(Stay()).open(asked, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
    except urllib.error.URLError:
        return None
