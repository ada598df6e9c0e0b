"""The demonstration clinic, served on this machine. Its database lives and dies with the call."""

from __future__ import annotations

import os
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import uvicorn

from ketaminder.clinic import set_up
from ketaminder.terms import Refused

LOOPBACK = "127.0.0.1"


def serve(port: int, *, on: date, forecasts: bool = True) -> None:
    """Serve the clinic on loopback until interrupted.

    Args:
        port: a port of this machine; 0 takes any free one.
        on: the date that counts as today.
        forecasts: whether patient-specific curves are shown.

    Raises:
        Refused: the port is taken or not ours to open.
    """
    with _listening(port) as listener, tempfile.TemporaryDirectory(prefix="ketaminder-demo-") as folder:
        _configure(Path(folder) / "clinic.sqlite3", on, forecasts)
        _fill(on)
        _run(listener)


def _configure(database: Path, on: date, forecasts: bool) -> None:
    os.environ.update(
        KETAMINDER_DATABASE_URL=f"sqlite://{database}",
        KETAMINDER_DEMO="on",
        KETAMINDER_FORECASTS="on" if forecasts else "off",
        KETAMINDER_ON=on.isoformat(),
    )
    set_up()


def _fill(on: date) -> None:
    """Make the tables and the demonstration clinic in them."""
    from django.core.management import call_command

    from ketaminder.clinic.demo.filling import fill

    call_command("migrate", verbosity=0)
    fill(on)


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except OSError as error:
            required = f"a free port of this machine, or 0 for any ({error.strerror})"
            raise Refused("--port", port, required) from None
        yield listener


class _Server(uvicorn.Server):
    """Says where it is once it really listens."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or ():
            host, port = listener.getsockname()[:2]
            print(f"Demonstration clinic: http://{host}:{port}/ (Ctrl-C stops it)", flush=True)


def _run(listener: socket.socket) -> None:
    config = uvicorn.Config(
        "ketaminder.clinic.asgi:application", log_level="warning", log_config=None, access_log=False, lifespan="off"
    )
    # uvicorn raises the signal again after its own shutdown; this turns it into an exit that removes the database.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        print("Stopped; the demonstration database is removed.", file=sys.stderr)
    finally:
        signal.signal(signal.SIGTERM, before)
