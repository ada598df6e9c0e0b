"""The demonstration clinic: it starts, answers, stops, and cleans up; static pages are written whole or not at all."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ketaminder import examples


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_until_it_is_stopped_and_leaves_nothing(
    start_clinic: Callable[[], Any], tmp_path: Path, how: signal.Signals
) -> None:
    clinic = start_clinic()
    with urllib.request.urlopen(f"{clinic.url}healthz", timeout=60) as answer:  # noqa: S310 (loopback)
        assert answer.read() == b'{"answers": true}'
    assert [path.name for path in tmp_path.glob("*/*") if path.suffix == ".sqlite3"] == ["clinic.sqlite3"]
    code, said = clinic.stop(how)
    assert code == 0, said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_it_listens_on_loopback_only(clinic: Any) -> None:
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", clinic.url)


def test_a_busy_port_is_refused_with_its_number(on: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = demo("--port", str(port), "--on", on)
    assert refused.returncode == 2
    assert f"--port: got {port}; required: a free port" in refused.stderr


def test_static_pages_are_a_list_a_page_a_person_and_the_rule_book(static_clinic: Path) -> None:
    assert {path.name for path in static_clinic.iterdir()} == {
        "index.html",
        "evidence.html",
        *(f"{name}.html" for name in examples.names()),
    }
    for page in static_clinic.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "Demonstration data" in text
        assert not re.search(r'(src|href)="(https?:)?//', text)


def test_a_second_run_replaces_its_own_pages_with_the_same(static_clinic: Path, on: str) -> None:
    before = {path.name: path.read_bytes() for path in static_clinic.iterdir()}
    again = demo("--once", str(static_clinic), "--on", on)
    assert again.returncode == 0, again.stderr
    assert {path.name: path.read_bytes() for path in static_clinic.iterdir()} == before


def test_a_directory_with_foreign_files_is_left_alone(tmp_path: Path, on: str) -> None:
    (tmp_path / "index.html").write_text("<p>somebody's own page</p>")
    refused = demo("--once", str(tmp_path), "--on", on)
    assert refused.returncode == 2
    assert "index.html" in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]
    assert (tmp_path / "index.html").read_text() == "<p>somebody's own page</p>"


def demo(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ketaminder.cli", "demo", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
