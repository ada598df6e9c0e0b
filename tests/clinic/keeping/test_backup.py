"""Backups: encrypted, whole, put back on either database with the trail intact; or nothing is changed."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyrage
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import call_command
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction
from django.utils import timezone

from ketaminder import examples
from ketaminder.clinic.audit import heads
from ketaminder.clinic.audit.verify import verify
from ketaminder.clinic.care import assessments, patients
from ketaminder.clinic.events import write
from ketaminder.clinic.events.records import NoteWritten
from ketaminder.clinic.keeping import backup
from ketaminder.clinic.keeping.tables import tables
from ketaminder.clinic.models import Account, Document, Entry, Event, Patient, SearchWord
from ketaminder.clinic.roles import Role
from ketaminder.terms import Refused

pytestmark = pytest.mark.encrypted


@dataclass
class Vault:
    """A clinic with a few records, the key of its backups, and one backup."""

    key: Path
    public: str
    file: Path
    acting: Any
    patient: Any

    def note(self, text: str) -> None:
        write(self.acting, NoteWritten(text=text), patient=self.patient)


@pytest.fixture
def vault(staff: Any, tmp_path: Path) -> Vault:
    acting = staff.acting(Role.PHYSICIAN)
    patient = patients.register(acting, patients.Who("LH-1", "Zoë Ångström", date(1984, 2, 29), "female"))
    assessments.receive(acting, patient, examples.text("ptsd"), origin="test", on=date(2026, 11, 27))
    write(acting, NoteWritten(text="a line\u2028 and “quotes”\r\n"), patient=patient)
    TOTP.activate(staff.accounts[Role.PHYSICIAN], "JBSWY3DPEHPK3PXP")
    key = tmp_path / "backup.key"
    public = backup.make_key(key)
    made = Vault(key, public, tmp_path / "clinic.backup", acting, patient)
    backup.back_up(made.file, public)
    return made


def everything() -> dict[str, list[str]]:
    """Every row of every table of a backup, as text."""
    return {model._meta.label: sorted(repr(row) for row in model._base_manager.values_list()) for model in tables()}


def test_a_backup_holds_everything_and_shows_nothing(vault: Vault) -> None:
    raw = vault.file.read_bytes()
    assert raw.startswith(b"age-encryption.org/v1")
    assert b"ngstr" not in raw
    identity = pyrage.x25519.Identity.from_str(vault.key.read_text().strip())
    lines = gzip.decompress(pyrage.decrypt(raw, [identity])).decode().splitlines()
    end = json.loads(lines[-1])
    assert end["rows"]["clinic.Event"] == Event.objects.count() == 3
    assert end["rows"]["mfa.Authenticator"] == 1
    assert vault.key.stat().st_mode & 0o777 == 0o600


def test_what_came_after_is_gone_and_all_else_is_as_it_was(vault: Vault) -> None:
    before = everything()
    vault.note("after the backup")
    backup.restore(vault.file, vault.key, replace=True)
    last = Entry.objects.order_by("-number").first()
    assert last is not None
    assert last.action == "restored"
    now = everything()
    now["clinic.Entry"] = [row for row in now["clinic.Entry"] if "'restored'" not in row]
    assert now == before
    assert verify().intact
    assert Document.objects.get().intact
    assert Authenticator.objects.get().data["secret"]


def test_after_a_restore_the_database_refuses_changes_again_and_work_goes_on(vault: Vault) -> None:
    backup.restore(vault.file, vault.key, replace=True)
    with (
        pytest.raises((IntegrityError, InternalError, ProgrammingError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM clinic_event")
    vault.note("life goes on")
    patients.register(vault.acting, patients.Who("LH-2", "Otto Berg", None, "male"))
    assert SearchWord.objects.filter(word="berg").exists()
    assert verify().intact


def test_a_database_that_holds_rows_is_not_overwritten_unasked(vault: Vault) -> None:
    before = everything()
    with pytest.raises(Refused, match="--replace"):
        backup.restore(vault.file, vault.key, replace=False)
    assert everything() == before


def _cut(raw: bytes) -> bytes:
    return raw[: len(raw) // 2]


def _altered(raw: bytes) -> bytes:
    return raw[:-200] + bytes([raw[-200] ^ 1]) + raw[-199:]


@pytest.mark.parametrize("harm", [_cut, _altered, lambda _: b"", lambda _: b"no backup"])
def test_a_harmed_file_changes_nothing(vault: Vault, harm: Callable[[bytes], bytes]) -> None:
    before = everything()
    vault.file.write_bytes(harm(vault.file.read_bytes()))
    with pytest.raises(Refused, match="a backup made by"):
        backup.restore(vault.file, vault.key, replace=True)
    assert everything() == before
    assert verify().intact


def test_an_earlier_backup_is_never_overwritten(vault: Vault) -> None:
    before = vault.file.read_bytes()
    with pytest.raises(Refused, match="a file that is not there yet"):
        backup.back_up(vault.file, vault.public)
    assert vault.file.read_bytes() == before


def test_another_key_opens_nothing(vault: Vault, tmp_path: Path) -> None:
    before = everything()
    backup.make_key(tmp_path / "other.key")
    with pytest.raises(Refused, match="the key that opens it"):
        backup.restore(vault.file, tmp_path / "other.key", replace=True)
    assert everything() == before


def rewritten(vault: Vault, change: Callable[[str], str]) -> None:
    """The backup as somebody with its key would rewrite it, last line and all."""
    identity = pyrage.x25519.Identity.from_str(vault.key.read_text().strip())
    *lines, last = gzip.decompress(pyrage.decrypt(vault.file.read_bytes(), [identity])).decode().split("\n")[:-1]
    changed = "".join(f"{change(line)}\n" for line in lines)
    end = json.loads(last) | {"sha256": sha256(changed.encode()).hexdigest()}
    plain = gzip.compress(f"{changed}{json.dumps(end)}\n".encode())
    vault.file.write_bytes(pyrage.encrypt(plain, [identity.to_public()]))


def test_a_backup_whose_trail_does_not_verify_is_refused(vault: Vault) -> None:
    before = everything()
    rewritten(vault, lambda line: line.replace("quotes", "lies"))
    with pytest.raises(Refused, match="was changed after it was written"):
        backup.restore(vault.file, vault.key, replace=True)
    assert everything() == before


def test_a_backup_of_other_tables_is_refused(vault: Vault) -> None:
    rewritten(vault, lambda line: line.replace("0001_initial", "0000_older"))
    with pytest.raises(Refused, match="tables of this version"):
        backup.restore(vault.file, vault.key, replace=True)


def test_backups_and_restores_are_sealed(vault: Vault, tmp_path: Path) -> None:
    key = tmp_path / "heads.key"
    public = heads.make_key(key)
    sealing = (tmp_path / "heads", key)
    backup.back_up(tmp_path / "second.backup", vault.public, sealing=sealing)
    vault.note("lost by the fire")
    heads.seal(sealing[0], heads.private_key(key), heads.Reason.SCHEDULE, timezone.now())
    backup.restore(tmp_path / "second.backup", vault.key, replace=True, sealing=sealing)
    found = verify(sealing[0], public)
    assert (found.intact, found.restored) == (True, [3])


def test_from_one_kind_of_database_to_another(vault: Vault, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """The rows of either database, put into a new one of the other kind."""
    before = everything()
    conftest: Any = request.config.pluginmanager.get_plugin(CONFTEST)
    if connection.vendor == "postgresql":
        url = f"sqlite://{tmp_path}/other.sqlite3"
        with conftest.django_on(url):
            arrive(vault, before)
    else:
        server = request.getfixturevalue("migrated_postgresql")
        with conftest.fresh_postgresql(server) as url, conftest.django_on(url):
            arrive(vault, before)
            connection.close()


CONFTEST = str(Path(__file__).parents[1] / "conftest.py")


def arrive(vault: Vault, before: dict[str, Any]) -> None:
    call_command("migrate", verbosity=0)
    backup.restore(vault.file, vault.key, replace=False)
    assert Patient.objects.get().name == "Zoë Ångström"
    assert Account.objects.count() == len(before["clinic.Account"])
    assert {name: len(rows) for name, rows in everything().items()} == {
        name: len(rows) + (name == "clinic.Entry") for name, rows in before.items()
    }
    assert verify().intact


def test_a_key_or_recipient_that_is_none_is_quoted(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="age1nonsense"):
        backup.back_up(tmp_path / "x", "age1nonsense")
    with pytest.raises(Refused, match="--key"):
        backup.restore(tmp_path / "x", tmp_path / "missing", replace=False)
    assert not list(tmp_path.glob("*draft*"))
