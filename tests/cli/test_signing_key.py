"""The signing key on the command line: restoring without it, changing it, and serving without one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

OLD, NEW = "the-key-of-before-" * 3, "the-key-of-today-" * 3
SET_UP_AN_APP = """
from ketaminder.clinic import set_up
set_up()
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from ketaminder.clinic.models import Account
TOTP.activate(Account.objects.get(username="ida"), generate_totp_secret())
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A clinic whose administrator has an app, and the key of its backups."""
    made = os.environ | {"KETAMINDER_DATABASE_URL": _database(tmp_path, "clinic"), "KETAMINDER_SECRET_KEY": OLD}
    _done(made, "clinic", "migrate")
    _done(
        made, "clinic", "create", "Lindenhof", "--region", "EU", "--administrator", "ida", "--administrator-name", "I"
    )
    subprocess.run([sys.executable, "-c", SET_UP_AN_APP], env=made, check=True, timeout=300)
    public = re.search(r"age1\w+", _done(made, "backup-key", str(tmp_path / "key")))
    assert public is not None
    return made | {"KETAMINDER_BACKUP_RECIPIENT": public[0]}


def _database(folder: Path, name: str) -> str:
    return f"sqlite://{folder}/{name}.sqlite3"


def _ketaminder(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ketaminder.cli", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)


def _done(environment: dict[str, str], *arguments: str) -> str:
    ran = _ketaminder(environment, *arguments)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.parametrize(("key", "warned"), [(NEW, True), (OLD, False)])
def test_a_restore_says_whether_its_key_opens_the_second_factors(
    environment: dict[str, str], tmp_path: Path, key: str, warned: bool
) -> None:
    _done(environment, "backup", str(tmp_path / "backup"))
    elsewhere = environment | {"KETAMINDER_DATABASE_URL": _database(tmp_path, "other"), "KETAMINDER_SECRET_KEY": key}
    said = _done(elsewhere, "restore", str(tmp_path / "backup"), "--key", str(tmp_path / "key"))
    assert "No head says so." in said, "none are kept here"
    assert "the audit trail is whole" in said
    assert ("is not the key that the second factors of 1 person were set up with" in said) is warned


def test_a_trial_leaves_the_heads_of_the_clinic_as_they_are(environment: dict[str, str], tmp_path: Path) -> None:
    heads = tmp_path / "heads"
    kept = environment | {"KETAMINDER_HEADS": str(heads), "KETAMINDER_HEAD_KEY": str(tmp_path / "heads.key")}
    _done(kept, "audit", "key", str(tmp_path / "heads.key"))
    _done(kept, "backup", str(tmp_path / "backup"))
    elsewhere = kept | {"KETAMINDER_DATABASE_URL": _database(tmp_path, "trial")}
    before, put_back = heads.read_bytes(), ("restore", str(tmp_path / "backup"), "--key", str(tmp_path / "key"))
    assert "No head says so." in _done(elsewhere, *put_back, "--trial")
    assert heads.read_bytes() == before
    assert f"The heads in {heads} say so." in _done(elsewhere, *put_back, "--replace")
    assert heads.read_bytes() != before


def test_a_key_is_changed_in_two_steps_and_never_by_losing_the_old_one(environment: dict[str, str]) -> None:
    changed = environment | {"KETAMINDER_SECRET_KEY": NEW}
    refused = _ketaminder(changed, "clinic", "encrypt-again")
    assert refused.returncode == 2
    assert "required: the key that they were set up with, in KETAMINDER_SECRET_KEYS_BEFORE" in refused.stderr
    both = changed | {"KETAMINDER_SECRET_KEYS_BEFORE": OLD}
    assert "Encrypted with the key in use: 1." in _done(both, "clinic", "encrypt-again")
    assert "in use: 1." in _done(changed, "clinic", "encrypt-again")


def test_nothing_is_served_without_a_key(environment: dict[str, str]) -> None:
    refused = _ketaminder(environment | {"KETAMINDER_SECRET_KEY": ""}, "clinic", "serve")
    assert refused.returncode == 2
    assert "KETAMINDER_SECRET_KEY: got ''; required: 50 random characters" in refused.stderr
