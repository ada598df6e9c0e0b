"""The demonstration clinic: six synthetic people, served on this machine or written as static pages."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import uvicorn

from ketaminder import evidence, examples, intake
from ketaminder.clinic import set_up
from ketaminder.terms import Refused

AUTHOR = "Demonstration"
LOOPBACK = "127.0.0.1"
LIST = "index.html"
RULE_BOOK = "evidence.html"
MADE_BY = "<!-- made by ketaminder demo --once -->"
"""Ends every static page, so that a later run knows which files are its own to replace."""
DRAFT = ".ketaminder-draft-"


def serve(port: int, *, on: date, forecasts: bool = True) -> None:
    """Serve the clinic on loopback until interrupted. Its database lives and dies with the call.

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


def once(directory: Path, on: date) -> None:
    """Write the list of people, one page a person and the rule book into `directory`, all of them or none.

    Raises:
        Refused: the directory holds something that this command did not write, or cannot be written.
    """
    _check_own(directory)
    pages = _static_pages(on)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        _replace(directory, pages)
    except OSError as error:
        raise Refused("--once DIR", str(directory), f"a directory that can be written ({error.strerror})") from None


def _configure(database: Path, on: date, forecasts: bool) -> None:
    os.environ.update(
        KETAMINDER_DATABASE_URL=f"sqlite://{database}",
        KETAMINDER_DEMO="on",
        KETAMINDER_FORECASTS="on" if forecasts else "off",
        KETAMINDER_ON=on.isoformat(),
    )
    set_up()


def _fill(on: date) -> None:
    """Make the tables and import the six examples."""
    from django.core.management import call_command

    from ketaminder.clinic import records

    call_command("migrate", verbosity=0)
    for name in examples.names():
        records.receive(examples.text(name), author=AUTHOR, on=on)


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
    config = uvicorn.Config("ketaminder.clinic.asgi:application", log_level="warning", lifespan="off")
    # uvicorn raises the signal again after its own shutdown; this turns it into an exit that removes the database.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        print("Stopped; the demonstration database is removed.", file=sys.stderr)
    finally:
        signal.signal(signal.SIGTERM, before)


def _static_pages(on: date) -> dict[str, str]:
    """File name -> page."""
    from ketaminder.clinic.pages.candidate import Entry, evidence_page, name_of, people_page, person_page
    from ketaminder.plan import compare

    entries, pages = [], {}
    set_up()
    for name in examples.names():
        comparison = compare(intake.read(examples.text(name), on=on), evidence.load())
        pages[f"{name}.html"] = person_page(
            comparison, demo=True, standalone=True, people_href=LIST, evidence_href=RULE_BOOK
        )
        entries.append(Entry(f"{name}.html", name_of(comparison.case), comparison.case, comparison.assessment))
    entries.sort(key=lambda entry: entry.name)
    pages[RULE_BOOK] = evidence_page(demo=True, standalone=True, people_href=LIST)
    return {**pages, LIST: people_page(entries, demo=True, standalone=True, evidence_href=RULE_BOOK)}


def _check_own(directory: Path) -> None:
    if directory.exists() and not directory.is_dir():
        raise Refused("--once DIR", str(directory), "a directory")
    foreign = [path.name for path in directory.glob("*") if not (_is_own(path) or path.name.startswith(DRAFT))]
    if foreign:
        raise Refused("--once DIR", sorted(foreign)[0], f"{directory} empty, or holding only pages of an earlier run")


def _is_own(path: Path) -> bool:
    return path.suffix == ".html" and path.is_file() and path.read_bytes().rstrip().endswith(MADE_BY.encode())


def _replace(directory: Path, pages: Mapping[str, str]) -> None:
    """Write every page as a draft first; only whole ones take their place, the list last."""
    draft = Path(tempfile.mkdtemp(prefix=DRAFT, dir=directory))
    try:
        for name, page in pages.items():
            (draft / name).write_text(f"{page.rstrip()}\n{MADE_BY}\n", encoding="utf-8")
        for name in pages:
            (draft / name).replace(directory / name)
        for stale in {path.name for path in directory.glob("*.html")} - set(pages):
            (directory / stale).unlink()
    finally:
        for unfinished in directory.glob(f"{DRAFT}*"):
            shutil.rmtree(unfinished)
