"""A clinic of its own that really runs, at http://localhost, with second factors."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Page

from .staffed import PASSWORD

START_SECONDS = 60
HERE = Path(__file__).parent


def free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port: int = chosen.getsockname()[1]
        return port


@contextmanager
def started(command: list[str], answers: str, **environment: str) -> Iterator[None]:
    """A server as a process of its own, from when `answers` answers until the end of the block."""
    process = subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + START_SECONDS
        while not _is_there(answers):
            assert process.poll() is None, f"{command} ended"
            assert time.monotonic() < until, f"{command} did not answer"
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def _is_there(url: str) -> bool:
    try:
        with urlopen(url, timeout=5):  # noqa: S310 (http on this machine)
            return True
    except (URLError, ConnectionError, TimeoutError):
        return False


@contextmanager
def serving(folder: Path, people: list[str], **environment: str) -> Iterator[str]:
    """The address of a clinic whose physicians are `people`, on a database of its own in `folder`."""
    port = free_port()
    told = environment | {
        "DJANGO_SETTINGS_MODULE": "over_http",
        "PYTHONPATH": str(HERE),
        "KETAMINDER_DATABASE_URL": f"sqlite://{folder}/clinic.sqlite3",
        "KETAMINDER_SECRET_KEY": "only-for-tests-" * 4,
    }
    subprocess.run([sys.executable, str(HERE / "staffed.py"), *people], env=os.environ | told, check=True)
    command = [sys.executable, "-m", "uvicorn", "ketaminder.clinic.asgi:application", "--port", str(port)]
    quiet = ["--lifespan", "off", "--log-level", "critical"]
    with started([*command, *quiet], f"http://127.0.0.1:{port}/healthz", **told):
        yield f"http://localhost:{port}"


def sign_in(page: Page, username: str) -> None:
    """By the password, up to what comes next."""
    page.goto("/sign-in")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: not url.endswith("/sign-in"))
