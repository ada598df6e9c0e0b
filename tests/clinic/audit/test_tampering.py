"""The tamper suite: who has the whole database in hand, but not the key of the heads, is found at the exact place."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ketaminder import examples
from ketaminder.clinic.audit import heads
from ketaminder.clinic.audit.actions import Action
from ketaminder.clinic.audit.append import append
from ketaminder.clinic.audit.heads import Reason
from ketaminder.clinic.audit.sealed import Problem
from ketaminder.clinic.audit.verify import Verified, verify
from ketaminder.clinic.care import assessments, patients
from ketaminder.clinic.events import write
from ketaminder.clinic.events.records import NoteWritten
from ketaminder.clinic.models import Document, Entry, Event
from ketaminder.clinic.models.documents import fingerprint
from ketaminder.clinic.roles import Role
from ketaminder.terms import Refused

pytestmark = pytest.mark.encrypted

STANDING = ("clinic_entry", "clinic_event", "clinic_document")
NOTES = 8


@dataclass
class Trail:
    """A trail of ten entries (registered, imported, eight notes), sealed at the end, and its attacker."""

    patient: UUID
    acting: Any
    heads_at: Path
    key: Ed25519PrivateKey

    def verify(self) -> Verified:
        return verify(self.heads_at, self.key.public_key())

    def seal(self, reason: Reason = Reason.SCHEDULE) -> None:
        heads.seal(self.heads_at, self.key, reason, timezone.now())

    def note(self, text: str) -> Event:
        return write(self.acting, NoteWritten(text=text), patient=self.patient)


@pytest.fixture
def trail(staff: Any, tmp_path: Path) -> Trail:
    acting = staff.acting(Role.PHYSICIAN)
    patient = patients.register(acting, patients.Who("LH-1", "Zoë Berg", date(1984, 2, 29), "female"))
    assessments.receive(acting, patient, examples.text("ptsd"), origin="test", on=date(2026, 11, 27))
    made = Trail(patient, acting, tmp_path / "heads", Ed25519PrivateKey.generate())
    for number in range(NOTES):
        made.note(f"note {number}")
    made.seal()
    assert made.verify().intact
    disarm()
    return made


def disarm() -> None:
    """The attacker drops the triggers that refuse changes."""
    with connection.cursor() as cursor:
        for table in STANDING:
            if connection.vendor == "postgresql":
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_not_changed")
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_not_deleted")


def attack(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def rechain(first: int) -> None:
    """Compute the hashes anew from an entry to the end, as an attacker who knows the code would."""
    previous = Entry.objects.get(number=first - 1).hash if first > 1 else "0" * 64
    for entry in Entry.objects.filter(number__gte=first).order_by("number"):
        entry.previous = previous
        attack(
            "UPDATE clinic_entry SET previous = %s, hash = %s WHERE number = %s",
            previous,
            entry.link.hash,
            entry.number,
        )
        previous = entry.link.hash


def only(found: Verified) -> Problem:
    assert len(found.problems) == 1, found.problems
    return found.problems[0]


def test_an_edited_entry(trail: Trail) -> None:
    attack("UPDATE clinic_entry SET role = 'nurse' WHERE number = 5")
    found = only(trail.verify())
    assert (found.kind, found.number) == ("edited", 5)
    assert found.said == "entry 5: was changed after it was written"


def test_an_edited_entry_with_its_hash_computed_anew(trail: Trail) -> None:
    attack("UPDATE clinic_entry SET role = 'nurse' WHERE number = 5")
    attack("UPDATE clinic_entry SET hash = %s WHERE number = 5", Entry.objects.get(number=5).link.hash)
    found = only(trail.verify())
    assert (found.kind, found.number) == ("edited", 5)
    assert found.said == "entry 5: is not the one that entry 6 was chained to"


def test_an_edited_entry_with_every_later_hash_computed_anew(trail: Trail) -> None:
    attack("UPDATE clinic_entry SET role = 'nurse' WHERE number = 5")
    rechain(5)
    found = only(trail.verify())
    assert (found.kind, found.number) == ("written anew", 10)


def test_an_edited_event(trail: Trail) -> None:
    attack('UPDATE clinic_event SET body = \'{"text":"nothing happened"}\' WHERE number = 6')
    found = only(trail.verify())
    assert (found.kind, found.number) == ("edited", 6)
    assert str(Event.objects.get(number=6).id) in found.said


@pytest.mark.parametrize("column", ["recorded_at", "observed_at"])
def test_a_time_set_back(trail: Trail, column: str) -> None:
    attack(f"UPDATE clinic_event SET {column} = '2020-01-01 00:00:00+00:00' WHERE number = 6")  # noqa: S608
    assert (only(trail.verify()).kind, only(trail.verify()).number) == ("edited", 6)


def test_another_author(trail: Trail, staff: Any) -> None:
    nurse = staff.accounts[Role.NURSE].id
    attack("UPDATE clinic_event SET author_id = %s WHERE number = 6", nurse.hex if _sqlite() else nurse)
    assert (only(trail.verify()).kind, only(trail.verify()).number) == ("edited", 6)


def test_an_edited_document(trail: Trail) -> None:
    attack("UPDATE clinic_document SET text = '{}'")
    found = only(trail.verify())
    assert (found.kind, found.number) == ("edited", 2)
    assert str(Document.objects.get().id) in found.said


def test_an_edited_document_with_its_fingerprint_computed_anew(trail: Trail) -> None:
    attack("UPDATE clinic_document SET text = '{}', sha256 = %s", fingerprint("{}"))
    assert (only(trail.verify()).kind, only(trail.verify()).number) == ("edited", 2)


def test_a_deleted_document(trail: Trail) -> None:
    attack("DELETE FROM clinic_document")
    assert (only(trail.verify()).kind, only(trail.verify()).number) == ("deleted", 2)


def test_a_document_that_no_event_received(trail: Trail) -> None:
    Document.keep("{}", patient=trail.patient)
    assert only(trail.verify()).said.endswith("no event received it")


def test_a_deleted_entry(trail: Trail) -> None:
    attack("DELETE FROM clinic_entry WHERE number = 4")
    found = trail.verify().problems
    assert ("deleted", 4, "entry 4: missing") in [(one.kind, one.number, one.said) for one in found]


def test_a_deleted_event(trail: Trail) -> None:
    id_ = Event.objects.get(number=7).id
    attack("DELETE FROM clinic_event WHERE number = 7")
    found = only(trail.verify())
    assert (found.kind, found.number, found.said) == ("deleted", 7, f"event {id_}: missing")


def test_an_entry_and_its_event_deleted_and_the_rest_renumbered(trail: Trail) -> None:
    attack("DELETE FROM clinic_event WHERE number = 7")
    attack("DELETE FROM clinic_entry WHERE number = 7")
    for table in ("clinic_entry", "clinic_event"):
        for number in range(8, 11):
            attack(f"UPDATE {table} SET number = %s WHERE number = %s", number - 1, number)  # noqa: S608
    rechain(7)
    kinds = {(one.kind, one.number) for one in trail.verify().problems}
    assert ("cut off", 10) in kinds


def test_an_inserted_event(trail: Trail) -> None:
    columns = "kind, clinic_id, patient_id, subject, author_id, role, device, recorded_at, observed_at, corrects, "
    columns += "substance_use, body, salt"
    new = "'00000000000000000000000000000007'" if _sqlite() else "'00000000-0000-0000-0000-000000000007'"
    attack(f"INSERT INTO clinic_event (id, number, {columns}) SELECT {new}, 99, {columns} FROM clinic_event LIMIT 1")  # noqa: S608
    found = only(trail.verify())
    assert (found.kind, found.number) == ("inserted", 99)


def test_two_entries_that_changed_places(trail: Trail) -> None:
    for number, to in ((4, 1000), (5, 4), (1000, 5)):
        attack("UPDATE clinic_entry SET number = %s WHERE number = %s", to, number)
    found = trail.verify().problems
    assert {(one.kind, one.number) for one in found if one.said.startswith("entry")} >= {("moved", 4), ("moved", 5)}


def test_a_cut_off_tail(trail: Trail) -> None:
    attack("DELETE FROM clinic_event WHERE number > 8")
    attack("DELETE FROM clinic_entry WHERE number > 8")
    found = only(trail.verify())
    assert (found.kind, found.number) == ("cut off", 9)
    assert "entries 9 to 10: missing at the end" in found.said
    assert verify().intact, "without the heads it cannot be seen"


def test_a_restored_old_backup(trail: Trail) -> None:
    trail.seal(Reason.BACKUP)
    trail.note("after the backup")
    trail.note("and another")
    trail.seal()
    attack("DELETE FROM clinic_event WHERE number > 10")  # the old copy is put back
    attack("DELETE FROM clinic_entry WHERE number > 10")
    found = only(trail.verify())
    assert (found.kind, found.number) == ("old backup", 11)
    trail.note("life goes on")
    trail.note("as if nothing had happened")
    assert [(one.kind, one.number) for one in trail.verify().problems] == [("written anew", 12)]


def test_a_restore_that_is_on_record_is_told_and_not_accused(trail: Trail) -> None:
    trail.seal(Reason.BACKUP)
    trail.note("lost by the fire")
    trail.seal()
    attack("DELETE FROM clinic_event WHERE number > 10")
    attack("DELETE FROM clinic_entry WHERE number > 10")
    trail.seal(Reason.RESTORE)
    trail.note("life goes on")
    trail.seal()
    found = trail.verify()
    assert (found.intact, found.restored) == (True, [10])


def test_a_forged_a_changed_and_a_missing_head(trail: Trail) -> None:
    whole = trail.heads_at.read_text()
    other = Ed25519PrivateKey.generate()
    heads.seal(trail.heads_at, other, Reason.SCHEDULE, timezone.now())
    assert [one.kind for one in trail.verify().problems] == ["head"]
    trail.heads_at.write_text(whole.replace('"number":10', '"number":9'))
    assert [one.said for one in trail.verify().problems] == ["line 1 of the heads: is no head signed with this key"]
    trail.heads_at.unlink()
    with pytest.raises(Refused, match="readable file"):
        trail.verify()


def test_content_that_was_emptied_without_an_entry(trail: Trail) -> None:
    attack("UPDATE clinic_event SET body = '', salt = '' WHERE number = 6")
    found = only(trail.verify())
    assert (found.kind, found.number) == ("emptied", 6)


def test_content_that_was_erased_by_law_verifies(staff: Any, tmp_path: Path) -> None:
    acting = staff.acting(Role.PHYSICIAN)
    patient = patients.register(acting, patients.Who("LH-1", "Zoë Berg", None, "female"))
    event = write(acting, NoteWritten(text="erase me"), patient=patient)
    with transaction.atomic():
        append(acting, Action.EVENT_ERASED, patient=patient, subject=event.id)
        attack("UPDATE clinic_event SET body = '', salt = '' WHERE number = %s", event.number)
    assert verify().intact


CHANGES = (
    "UPDATE clinic_event SET body = '{}' WHERE number = 1",
    "UPDATE clinic_event SET body = '', salt = '' WHERE number = 1",
    "DELETE FROM clinic_event WHERE number = 1",
    "UPDATE clinic_entry SET role = 'nurse' WHERE number = 1",
    "DELETE FROM clinic_entry WHERE number = 1",
    "UPDATE clinic_document SET text = '{}'",
    "DELETE FROM clinic_document",
)


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_itself_refuses_to_change_what_stands(staff: Any, change: str) -> None:
    acting = staff.acting(Role.PHYSICIAN)
    patient = patients.register(acting, patients.Who("LH-1", "Zoë Berg", None, "female"))
    assessments.receive(acting, patient, examples.text("ptsd"), origin="test", on=date(2026, 11, 27))
    with pytest.raises((IntegrityError, InternalError, ProgrammingError), match="never"), transaction.atomic():
        attack(change)
    assert verify().intact


def test_a_hash_is_what_another_program_computes(trail: Trail) -> None:
    """The first entry's canonical JSON, written out by hand from its columns, through OpenSSL."""
    entry = Entry.objects.get(number=1)
    at = entry.at.isoformat(timespec="microseconds")
    written = (
        f'{{"account":"{entry.account_id}","action":"event written","at":"{at}","clinic":"{entry.clinic_id}",'
        f'"detail":"{{\\"kind\\":\\"patient registered\\"}}","device":"","digest":"{entry.digest}","number":1,'
        f'"patient":"{entry.patient_id}","previous":"{"0" * 64}","role":"physician","subject":"{entry.subject}"}}'
    )
    assert json.loads(written)
    said = subprocess.run(
        ["openssl", "dgst", "-sha256", "-r"], input=written.encode(), capture_output=True, check=True
    ).stdout.decode()
    assert said.split()[0] == entry.hash


ATTACKS: dict[str, Callable[[int], None]] = {
    "entry's time": lambda n: attack("UPDATE clinic_entry SET at = '2020-01-01 00:00:00+00:00' WHERE number = %s", n),
    "entry's action": lambda n: attack("UPDATE clinic_entry SET action = 'sealed' WHERE number = %s", n),
    "entry's digest": lambda n: attack("UPDATE clinic_entry SET digest = %s WHERE number = %s", "0" * 64, n),
    "entry gone": lambda n: attack("DELETE FROM clinic_entry WHERE number = %s", n),
    "event's kind": lambda n: attack("UPDATE clinic_event SET kind = 'note written!' WHERE number = %s", n),
    "event's salt": lambda n: attack("UPDATE clinic_event SET salt = 'x' WHERE number = %s", n),
    "event gone": lambda n: attack("DELETE FROM clinic_event WHERE number = %s", n),
}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(what=st.sampled_from(sorted(ATTACKS)), number=st.integers(1, NOTES + 2))
def test_any_single_change_is_found_where_it_is(trail: Trail, what: str, number: int) -> None:
    class Undone(Exception):
        pass

    try:
        with transaction.atomic():
            ATTACKS[what](number)
            assert number in {one.number for one in trail.verify().problems}, what
            raise Undone
    except Undone:
        assert trail.verify().intact


def _sqlite() -> bool:
    return connection.vendor == "sqlite"
