"""`ketaminder retention`, `erase` and `export --research` go by what the clinic has signed, and refuse without."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

WHO = ("--clinic", "Lindenhof", "--by", "ida")
SIGN = """
from ketaminder.clinic import set_up
set_up()
from ketaminder.clinic.acting import Acting
from ketaminder.clinic.care.site import sign_keeping
from ketaminder.clinic.models import Account, Membership
from ketaminder.clinic.roles import Role
ida = Membership.objects.select_related("clinic").get()
for name, role in (("pia", Role.PHYSICIAN), ("rut", Role.RESEARCHER)):
    account = Account.objects.create_user(name, name=name)
    Membership.objects.create(account=account, clinic=ida.clinic, role=role, since=ida.since)
pia = Account.objects.get(username="pia")
sign_keeping(Acting(pia.id, pia.name, ida.clinic_id, ida.clinic.name, role=Role.PHYSICIAN), 10, 11)
"""
"""Pia, a physician, signs ten years and eleven people; Rut is a researcher."""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A clinic with one administrator, ida, and no patient."""
    made = os.environ | {"KETAMINDER_DATABASE_URL": f"sqlite://{tmp_path}/clinic.sqlite3"}
    assert ketaminder(made, "clinic", "migrate").returncode == 0
    new = ("Lindenhof", "--region", "EU", "--administrator", "ida", "--administrator-name", "Ida Ilves")
    assert ketaminder(made, "clinic", "create", *new).returncode == 0
    return made


def ketaminder(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ketaminder.cli", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)


def test_nothing_is_old_or_shown_until_a_physician_has_signed(environment: dict[str, str], tmp_path: Path) -> None:
    refused = ketaminder(environment, "retention", *WHO)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        "ketaminder: years of retention: got 'nothing signed'; required: a number that a physician of the clinic signs"
        " in its settings.\n"
    )
    subprocess.run([sys.executable, "-c", SIGN], env=environment, check=True, timeout=300)
    listed = ketaminder(environment, "retention", *WHO)
    assert (listed.returncode, listed.stdout) == (0, ""), listed.stderr
    shown = ketaminder(
        environment, "export", str(tmp_path / "out"), "--research", "--clinic", "Lindenhof", "--by", "rut"
    )
    assert shown.returncode == 0, shown.stderr
    assert (tmp_path / "out" / "summary.csv").read_text(encoding="utf-8").strip() == "indication,result,patients"


def test_years_are_no_option_of_the_command(environment: dict[str, str]) -> None:
    refused = ketaminder(environment, "retention", *WHO, "--years", "1")
    assert refused.returncode == 2
    assert "unrecognized arguments: --years" in refused.stderr
