"""`kill -9` of the running clinic while people write: every answer that said saved was true; nothing is half there."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import global_settings
from django.core.cache import cache
from django.db import connection

from ketaminder.clinic.audit.verify import verify
from ketaminder.clinic.events.derive import derive_again
from ketaminder.clinic.models import Account, Entry, Event, Membership, Patient
from ketaminder.clinic.roles import Role

from .test_kill import derived, environment_of
from .visitor import Browser, Login, Visitor

SIGNING_KEY = "x" * 50
VISITORS = 3
PASSWORD = "copper-lantern-42-meadow"  # noqa: S105 (of people who are made up)
START_S = 120
SIGN_IN_EVERY, TWO_EVERY = 10, 4
"""At every tenth start people sign in anew; at every fourth, two processes answer, as by default."""

LONGEST_S = 1.5
"""The server is killed at a random moment of this long after somebody's first acknowledged write."""


class Server:
    """`ketaminder clinic serve`."""

    def __init__(self, environment: dict[str, str], workers: int) -> None:
        self.port = free_port()
        command = ["-m", "ketaminder.cli", "clinic", "serve", "--port", str(self.port), "--workers", str(workers)]
        self.process = subprocess.Popen(
            [sys.executable, *command],
            env=environment | {"KETAMINDER_SECRET_KEY": SIGNING_KEY},
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + START_S
        while not self.answers():
            assert self.process.poll() is None, self.process.returncode
            assert time.monotonic() < until, "no answer within the time to start"
            time.sleep(0.05)

    def answers(self) -> bool:
        browser = Browser(self.port)
        with suppress(OSError, HTTPException), closing(browser.connection):
            return browser.ask("GET", "/healthz")[0] == 200
        return False

    def kill(self) -> None:
        """`kill -9` of every process of it at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=30)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def logins(staff: Any, settings: Any) -> list[Login]:
    """People who may register patients and write notes, with a password and a second factor each."""
    settings.SECRET_KEY = SIGNING_KEY  # second factors are encrypted under it
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS  # the server knows no quicker ones
    since = Membership.objects.earliest("since").since
    made = [Login(f"visitor-{number}", PASSWORD, generate_totp_secret()) for number in range(VISITORS)]
    for login in made:
        account = Account.objects.create_user(login.username, name=login.username, password=login.password)
        Membership.objects.create(account=account, clinic=staff.clinic, role=Role.NURSE, since=since)
        TOTP.activate(account, login.secret)
    return made


@dataclass(frozen=True)
class Load:
    """The people who write, where, and when the server is killed."""

    environment: dict[str, str]
    people: list[Login]
    chance: random.Random

    def again(self, attempt: int, before: list[Visitor]) -> list[Visitor]:
        """The next attempt. At every tenth everybody signs in anew; else who was in goes on with the old cookies."""
        kept = [visitor.browser.cookies if visitor.inside else {} for visitor in before]
        cookies = kept if attempt % SIGN_IN_EVERY else [{}] * VISITORS
        server = Server(self.environment, workers=1 + (attempt % TWO_EVERY == 0))
        names = [f"{attempt}-{number}" for number in range(VISITORS)]
        who = zip(self.people, names, cookies, strict=True)
        return killed(server, [Visitor(server.port, *one) for one in who], self.chance)


def killed(server: Server, visitors: list[Visitor], chance: random.Random) -> list[Visitor]:
    """Let people write, kill the server at a random moment; the people, with what they were told."""
    try:
        for visitor in visitors:
            visitor.start()
        begun = visitors[chance.randrange(VISITORS)].begun.wait(START_S)
        time.sleep(chance.uniform(0, LONGEST_S))
    finally:
        server.kill()
    for visitor in visitors:
        visitor.join(START_S)
    assert begun, [visitor.refused for visitor in visitors]
    assert [visitor.refused for visitor in visitors if visitor.refused] == []
    return visitors


def test_what_the_server_acknowledged_is_there_and_nothing_is_half_there(
    staff: Any, database: str, settings: Any, proof: Any
) -> None:
    chance, kills = random.Random(2026), proof.size(3, 200)
    people, environment = logins(staff, settings), environment_of(database)
    load = Load(environment, people, chance)
    visitors: list[Visitor] = []
    for attempt in range(kills):
        visitors += load.again(attempt, visitors[-VISITORS:])
        cache.clear()  # the codes of the last half minute may be used again
        connection.close()
    told = {id_: name for visitor in visitors for id_, name in visitor.patients.items()}
    notes = [note for visitor in visitors for note in visitor.notes]
    kept = dict(Patient.objects.values_list("id", "name"))
    written = [
        json.loads(body)["text"] for body in Event.objects.filter(kind="note written").values_list("body", flat=True)
    ]
    lost = [name for id_, name in told.items() if kept.get(id_) != name] + sorted(set(notes) - set(written))
    assert lost == []
    assert len(set(written)) == len(written)
    events = Event.objects.count()
    assert events == len(kept) + len(written)
    assert events - len(told) - len(notes) <= VISITORS * kills, "one write a person may have been made and not yet told"
    signed_in = Entry.objects.filter(action="signed in").count()
    assert signed_in >= sum(visitor.signed_in for visitor in visitors)
    found = verify()
    assert found.intact, found.problems[:3]
    assert Entry.objects.filter(action="event written").count() == events
    before = derived()
    derive_again()
    assert derived() == before
    shown_again(environment, people[0], next(iter(told)))
    proof.record(
        f"kill-9-server-{database}",
        kills=kills,
        people=VISITORS,
        acknowledged=len(told) + len(notes),
        kept=events,
        lost=len(lost),
        signed_in=signed_in,
        intact=found.intact,
    )


def shown_again(environment: dict[str, str], login: Login, patient: Any) -> None:
    """Started once more, the clinic shows a chart that was begun before."""
    connection.close()
    server = Server(environment, workers=1)
    try:
        browser = Browser(server.port)
        browser.sign_in(login)
        assert browser.ask("GET", f"/patients/{patient}")[0] == 200
        browser.connection.close()
    finally:
        server.kill()
