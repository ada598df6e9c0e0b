"""What stands is never changed or deleted, neither by our code nor by SQL; migrations go both ways."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from ketaminder.clinic.acting import Acting
from ketaminder.clinic.audit.actions import Action
from ketaminder.clinic.audit.append import OutsideTransaction, append, next_number
from ketaminder.clinic.care.patients import Who, find, register
from ketaminder.clinic.events import write
from ketaminder.clinic.events.derive import derive_again
from ketaminder.clinic.events.records import NoteWritten
from ketaminder.clinic.models import Account, AppendOnlyError, Clinic, Document, Entry, Event, Patient, SearchWord
from ketaminder.clinic.models.documents import fingerprint
from ketaminder.clinic.roles import Role
from ketaminder.terms import Refused

pytestmark = pytest.mark.encrypted

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
LETTER = '{"resourceType":"Bundle",\r\n "note":"Zoë\u2028  "}\n'


@pytest.fixture
def acting(database: str) -> Acting:
    clinic = Clinic.objects.create(name="Clinic A", region="US")
    account = Account.objects.create(username="abel", name="Dr Abel")
    return Acting(account_id=account.id, name=account.name, clinic_id=clinic.id, role=Role.PHYSICIAN)


@pytest.fixture
def kept(acting: Acting) -> dict[str, Any]:
    """One row of each kind that stands."""
    patient = register(acting, Who("A-1", "Zoë Example", None))
    return {
        "event": Event.objects.get(),
        "entry": Entry.objects.get(),
        "document": Document.keep(LETTER, patient=patient),
    }


def test_a_document_is_kept_exactly_as_received(acting: Acting) -> None:
    kept = Document.objects.get(pk=Document.keep(LETTER, patient=uuid4()).pk)
    assert (kept.text, kept.intact) == (LETTER, True)


def test_the_fingerprint_is_sha_256() -> None:
    # FIPS 180-2, appendix B.1: SHA-256 of "abc".
    assert fingerprint("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


CHANGES: dict[str, Callable[[Any], object]] = {
    "save": lambda row: row.save(),
    "delete": lambda row: row.delete(),
    "update": lambda row: type(row).objects.update(pk=row.pk),
    "bulk update": lambda row: type(row).objects.bulk_update([row], [_column(row)]),
    "delete all": lambda row: type(row).objects.all().delete(),
    "update or create": lambda row: type(row).objects.update_or_create(pk=row.pk, defaults={}),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("row", ["event", "entry", "document"])
def test_our_code_never_changes_or_deletes_what_stands(kept: dict[str, Any], row: str, change: str) -> None:
    with pytest.raises(AppendOnlyError):
        CHANGES[change](kept[row])
    assert type(kept[row]).objects.count() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE clinic_event SET body = '{}'",
        "UPDATE clinic_event SET body = '', salt = ''",
        "UPDATE clinic_event SET number = number + 1",
        "DELETE FROM clinic_event",
        "UPDATE clinic_entry SET detail = '{}'",
        "DELETE FROM clinic_entry",
        "UPDATE clinic_document SET text = ''",
        "DELETE FROM clinic_document",
    ],
)
def test_the_database_refuses_too(kept: dict[str, Any], statement: str) -> None:
    with pytest.raises(DatabaseError, match="rows that stand are never"), transaction.atomic():
        connection.cursor().execute(statement)
    assert (Event.objects.get().body, Document.objects.get().text) == (kept["event"].body, LETTER)


def test_an_event_is_emptied_only_once_the_trail_says_so(acting: Acting, kept: dict[str, Any]) -> None:
    event = kept["event"]
    write(acting, NoteWritten(text="another"), patient=event.patient_id)
    with transaction.atomic():
        append(acting, Action.EVENT_ERASED, patient=event.patient_id, subject=event.id)
    erase = "UPDATE clinic_event SET body = '', salt = '' WHERE number = %s"
    connection.cursor().execute(erase, [event.number])
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(erase, [event.number + 1])
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute("UPDATE clinic_event SET role = '' WHERE number = %s", [event.number])
    assert [event.erased for event in Event.objects.order_by("number")] == [True, False]


def test_an_entry_needs_a_transaction_around_it(acting: Acting) -> None:
    for deed in (next_number, lambda: append(acting, Action.SIGNED_IN)):
        with pytest.raises(OutsideTransaction):
            deed()
    assert not Entry.objects.exists()


def test_an_observation_from_the_future_is_refused(acting: Acting) -> None:
    with pytest.raises(Refused, match="not later than the time of recording"):
        write(acting, NoteWritten(text="tomorrow"), observed_at=AT.replace(year=9999))
    assert not Event.objects.exists()


def test_migrations_run_forwards_and_backwards_with_rows(acting: Acting, kept: dict[str, Any]) -> None:
    stood = _whole()
    for back in _earlier():
        _migrate_to(back)
        _migrate_to(None)
        assert _whole() == stood, back
    with pytest.raises(DatabaseError, match="rows that stand are never"), transaction.atomic():
        connection.cursor().execute("DELETE FROM clinic_event")
    derive_again()
    assert _whole() == stood
    assert find(acting, "zoe").exists()


def test_all_migrations_can_be_undone_and_made_again(acting: Acting, kept: dict[str, Any]) -> None:
    MigrationExecutor(connection).migrate([("clinic", "0001_initial")])
    executor = MigrationExecutor(connection)
    tables = set(connection.introspection.table_names())
    assert "clinic_cache" not in tables
    assert "clinic_event" in tables
    connection.cursor().execute("DELETE FROM clinic_entry")  # nothing refuses without the second migration
    executor.migrate(executor.loader.graph.leaf_nodes())
    assert not Entry.objects.exists()
    assert Event.objects.count() == 1


def test_the_migrations_say_what_the_models_say(database: str) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def _column(row: Any) -> str:
    return {"Event": "role", "Entry": "detail", "Document": "text"}[type(row).__name__]


def _earlier() -> list[str]:
    """The clinic's migrations from the last but one down to the first that has the tables."""
    names = sorted(name for app, name in MigrationExecutor(connection).loader.graph.nodes if app == "clinic")
    return names[-2::-1]


def _migrate_to(name: str | None) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate([("clinic", name)] if name else executor.loader.graph.leaf_nodes())


def _whole() -> list[Any]:
    models = (Event, Entry, Document, Patient, Account, Clinic)
    words = list(SearchWord.objects.order_by("patient_id", "word").values_list("patient_id", "word"))
    return [*(list(model.objects.order_by("pk").values()) for model in models), words]
