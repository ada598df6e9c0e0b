"""`ketaminder clinic`: from nothing to a clinic that an administrator can join."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

NEW = ("Lindenhof", "--region", "EU", "--administrator", "ida", "--administrator-name", "Ida Ilves")


@pytest.fixture
def database(tmp_path: Path) -> str:
    url = f"sqlite://{tmp_path}/clinic.sqlite3"
    assert ketaminder(url, "migrate").returncode == 0
    return url


def ketaminder(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ketaminder.cli", "clinic", *arguments],
        env=os.environ | {"KETAMINDER_DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_clinic_is_made_once_and_prints_a_link_of_its_administrator(database: str) -> None:
    made = ketaminder(database, "create", *NEW, "--time-zone", "Europe/Berlin")
    assert made.returncode == 0, made.stderr
    assert re.search(r"/join/[\w-]{43} ", made.stdout)
    again = ketaminder(database, "create", *NEW)
    assert again.returncode == 2
    assert "clinic: got 'Lindenhof'; required: a name that no clinic of this installation bears." in again.stderr


def test_an_unknown_time_zone_is_quoted(database: str) -> None:
    refused = ketaminder(database, "create", *NEW, "--time-zone", "Middle/Earth")
    assert refused.returncode == 2
    assert "--time-zone: got 'Middle/Earth'" in refused.stderr


def test_without_a_database_nothing_starts() -> None:
    refused = ketaminder("", "migrate")
    assert refused.returncode == 2
    assert "KETAMINDER_DATABASE_URL" in refused.stderr
