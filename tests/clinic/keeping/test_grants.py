"""The server as a PostgreSQL role that does not own the tables: it runs the clinic and changes nothing that stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from ketaminder import examples
from ketaminder.clinic.audit.verify import verify
from ketaminder.clinic.keeping.grants import grants, refuse_unless_owner
from ketaminder.clinic.models import Document, Entry, Event
from ketaminder.clinic.roles import Role
from ketaminder.terms import Refused

pytestmark = pytest.mark.server
SERVER = "ketaminder_server"


@pytest.fixture
def narrowed(staff: Any, connected: Callable[..., Any]) -> Iterator[Any]:
    """The staff of two clinics, on a database that is reached as the narrowed role from here on."""
    told = connection.get_connection_params()
    with psycopg.connect(host=told["host"], dbname=told["dbname"], user=told["user"], autocommit=True) as owner:
        owner.execute(f"CREATE ROLE {SERVER} LOGIN")
        for statement in grants(SERVER):
            owner.execute(statement)
        try:
            with connected(f"postgresql://{SERVER}@/{told['dbname']}?host={told['host']}"):
                yield staff
        finally:
            owner.execute(f"DROP OWNED BY {SERVER}")
            owner.execute(f"DROP ROLE {SERVER}")


def test_the_clinic_works_as_the_narrowed_role(narrowed: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (SERVER,)
    physician = narrowed.fresh_browser(Role.PHYSICIAN)
    who = {"name": "Zoë Berg", "identifier": "LH-1", "birth_date": "1984-02-29", "sex": "female"}
    chart = physician.post("/patients/new", who)["Location"]
    assert physician.post(f"{chart}/record", {"text": examples.text("ocd"), "same_person": "on"}).status_code == 303
    assert physician.post(f"{chart}/note", {"text": "Slept well."}).status_code == 303
    assert "Slept well." in physician.get(chart).content.decode()
    assert Event.objects.count() >= 3
    assert Document.objects.count() == 1
    assert verify().intact


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE clinic_event SET body = ''",
        "UPDATE clinic_entry SET action = 'nothing'",
        "DELETE FROM clinic_entry",
        "TRUNCATE clinic_event",
        "UPDATE clinic_document SET text = ''",
        "DELETE FROM clinic_emergencyaccess",
        "ALTER TABLE clinic_event DISABLE TRIGGER ALL",
        "DROP FUNCTION clinic_event_stands() CASCADE",
        "CREATE OR REPLACE FUNCTION clinic_event_stands() RETURNS trigger LANGUAGE sql AS 'SELECT NULL'",
        "DROP TABLE clinic_entry",
        "UPDATE django_migrations SET name = ''",
        "SET session_replication_role = 'replica'",
    ],
)
def test_what_stands_is_refused_by_right_and_not_only_by_trigger(narrowed: Any, attack: str) -> None:
    before = Entry.objects.count()
    with pytest.raises(ProgrammingError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)
    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)
    assert Entry.objects.count() == before


@pytest.mark.usefixtures("narrowed")
def test_what_only_the_owner_can_do_is_refused_before_it_begins() -> None:
    with pytest.raises(Refused, match=f"got 'the role {SERVER}'; required: the owner of the tables"):
        refuse_unless_owner()


@pytest.mark.usefixtures("database")
def test_the_owner_is_let_through() -> None:
    refuse_unless_owner()


@pytest.mark.parametrize("role", ["", "Ketaminder", "a;b", 'a"b', "1st"])
def test_a_role_that_needs_quotes_is_refused(role: str) -> None:
    with pytest.raises(Refused, match="a name of small letters"):
        grants(role)
