"""What a newcomer meets who has not made the folder, the tables or the database yet: a sentence, and no file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def ketaminder(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KETAMINDER_")}
    return subprocess.run(
        [sys.executable, "-m", "ketaminder.cli", *arguments],
        env=environment | ({"KETAMINDER_DATABASE_URL": url} if url else {}),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_keys_are_made_before_there_is_a_database_and_are_their_owners_alone(tmp_path: Path) -> None:
    for command, name in ((("audit", "key"), "heads.key"), (("backup-key",), "backups.key")):
        made = ketaminder("", *command, str(tmp_path / name))
        assert made.returncode == 0, made.stderr
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("url", "got"),
    [
        ("sqlite://{}/nowhere/clinic.sqlite3", "a database that cannot be opened"),
        ("postgresql://u:do-not-print@127.0.0.1:1/clinic", "a database that cannot be opened"),
    ],
)
def test_a_database_that_cannot_be_opened_is_said_in_a_sentence(tmp_path: Path, url: str, got: str) -> None:
    refused = ketaminder(url.format(tmp_path), "clinic", "migrate")
    assert refused.returncode == 2
    assert f"KETAMINDER_DATABASE_URL: got '{got}'" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "do-not-print" not in refused.stderr


def test_without_tables_each_command_says_how_they_are_made_and_makes_no_file(tmp_path: Path) -> None:
    url, file = f"sqlite://{tmp_path}/clinic.sqlite3", tmp_path / "clinic.sqlite3"
    for command in (("audit", "verify"), ("retention", "--clinic", "x", "--by", "y")):
        refused = ketaminder(url, *command)
        assert (refused.returncode, refused.stdout) == (2, ""), command
        assert "`ketaminder clinic migrate` makes them" in refused.stderr
        assert not file.exists()
    file.touch()
    assert "got 'a database without them'" in ketaminder(url, "audit", "verify").stderr
    file.unlink()
    assert ketaminder(url, "clinic", "migrate").returncode == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert ketaminder(url, "audit", "verify").returncode == 0
