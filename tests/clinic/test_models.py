"""Records stay as they were received, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from ketaminder.clinic.models import AppendOnlyError, ImportedRecord

DOCUMENT = '{"resourceType":"Bundle",\r\n "note":"Zoë\u2028  "}\n'
AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def received(document: str = DOCUMENT) -> ImportedRecord:
    return ImportedRecord.receive(document, name="Zoë Example", author="Dr Abel", at=AT)


def test_a_record_is_kept_exactly_as_received(database: str) -> None:
    kept = ImportedRecord.objects.get(pk=received().pk)
    assert (kept.document, kept.name, kept.imported_by, kept.imported_at) == (DOCUMENT, "Zoë Example", "Dr Abel", AT)
    assert kept.intact


def test_the_fingerprint_is_sha_256(database: str) -> None:
    # FIPS 180-2, appendix B.1: SHA-256 of "abc".
    assert received("abc").sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


CHANGES: dict[str, Callable[[ImportedRecord], object]] = {
    "save": lambda record: record.save(),
    "delete": lambda record: record.delete(),
    "update": lambda record: ImportedRecord.objects.update(name="Somebody else"),
    "bulk update": lambda record: ImportedRecord.objects.bulk_update([record], ["name"]),
    "delete all": lambda record: ImportedRecord.objects.all().delete(),
    "update or create": lambda record: ImportedRecord.objects.update_or_create(pk=record.pk, defaults={"name": "X"}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_record_is_never_changed_or_deleted(database: str, change: str) -> None:
    record = received()
    record.name = "Somebody else"
    with pytest.raises(AppendOnlyError):
        CHANGES[change](record)
    assert [kept.name for kept in ImportedRecord.objects.all()] == ["Zoë Example"]


def test_a_change_behind_our_back_is_noticed(database: str) -> None:
    record = received()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_importedrecord SET document = %s", ["{}"])
    assert not ImportedRecord.objects.get(pk=record.pk).intact


def test_migrations_run_forwards_and_backwards_with_rows(database: str) -> None:
    received()
    migrate_to(None)
    assert "clinic_importedrecord" not in connection.introspection.table_names()
    migrate_to("0001_initial")
    assert not ImportedRecord.objects.exists()
    received()
    assert ImportedRecord.objects.count() == 1


def test_the_migrations_say_what_the_models_say(database: str) -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def migrate_to(name: str | None) -> None:
    MigrationExecutor(connection).migrate([("clinic", name)])
