"""Fills a migrated PostgreSQL with patients, events and their chain, by COPY: as valid as if each had been written.

Patients begin one after the other over years and each has `EVENTS` events two days apart, so that the events of one
patient lie far apart in the tables, as they would.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from random import Random

import psycopg

from bench.clinic_people import APART_DAYS, EVENTS, VISITS, Place, Said, Sheet, course, new_id, sheet, visit_at
from ketaminder.clinic.chain import BEFORE_FIRST, canonical, digest_of, moment
from ketaminder.clinic.events.decisions import Signed
from ketaminder.clinic.events.patients import words_of
from ketaminder.clinic.events.records import FindingSaid
from ketaminder.clinic.models import Standing
from ketaminder.clinic.models.documents import fingerprint

YEARS = 10
TABLES = ("clinic_event", "clinic_entry", "clinic_document", "clinic_appointment", "clinic_searchword")
COLUMNS = {
    "clinic_event": "id number kind clinic_id patient_id subject author_id role device recorded_at observed_at "
    "corrects substance_use body salt",
    "clinic_entry": "number at action clinic_id account_id role device patient_id subject digest detail previous hash",
    "clinic_document": "id patient_id text sha256",
    "clinic_appointment": "id clinic_id patient_id course_id starts_at ends_at room nurse_id physician_id escort "
    "standing",
    "clinic_searchword": "clinic_id patient_id word",
    "clinic_patient": "id clinic_id identifier name birth_date sex merged_into_id registered_at erased_at",
}


class Filler:
    """Writes events and their entries in the order of time, with the chain as it grows."""

    def __init__(self, address: str, places: list[Place], ends: datetime, seed: int = 1) -> None:
        self.address, self.places, self.ends, self.rng = address, places, ends, Random(seed)
        self.seed, self.number, self.previous = seed, 0, BEFORE_FIRST

    def fill(self, patients: int, letter: str, findings: tuple[FindingSaid, ...]) -> int:
        """The number of events written."""
        self._rows_of(patients, letter)
        waiting: dict[int, list[Said]] = {}
        sheets: dict[int, Sheet] = {}
        gap = timedelta(days=365 * YEARS) / patients
        apart = max(1, round(timedelta(days=APART_DAYS) / gap))
        first = self.ends - gap * (patients + apart * EVENTS)
        with self._copying("clinic_event", "clinic_entry") as (event, entry):
            for step in range(patients + apart * (EVENTS - 1)):
                at = first + gap * step
                for place in range(EVENTS):
                    patient = step - apart * place
                    if not 0 <= patient < patients:
                        continue
                    if place == 0:
                        sheets[patient] = self.sheet(patient)
                        waiting[patient] = course(at, sheets[patient], letter, findings)
                    self._write(event, entry, sheets[patient], waiting[patient][place], at + timedelta(seconds=place))
                    if place == EVENTS - 1:
                        del waiting[patient], sheets[patient]
        return self.number

    def sheet(self, patient: int) -> Sheet:
        """Half of all patients are in the first clinic, the others spread over the rest."""
        others = self.places[1:]
        place = self.places[0] if patient % 2 == 0 or not others else others[patient // 2 % len(others)]
        return sheet(patient, place, self.seed)

    def _write(self, event: psycopg.Copy, entry: psycopg.Copy, sheet: Sheet, told: Said, at: datetime) -> None:
        name, subject, content = told
        self.number += 1
        place, when = sheet.place, moment(at)
        id_ = sheet.ids.get(name) or new_id(self.rng)
        about, patient = sheet.ids.get(subject, ""), sheet.ids["patient"]
        if isinstance(content, Signed):
            content = Signed(
                of=content.of,
                digest=sheet.ids["plan digest"],
                meaning=content.meaning,
                printed_name=content.printed_name,
            )
        body, salt = content.body, f"{self.rng.getrandbits(256):064x}"
        stated = {
            "id": id_,
            "number": self.number,
            "kind": content.kind,
            "clinic": place.clinic,
            "patient": patient,
            "subject": about,
            "author": place.physician,
            "role": "physician",
            "device": "",
            "recorded_at": when,
            "observed_at": when,
            "corrects": "",
            "substance_use": False,
            "body": body,
        }
        digest = digest_of(canonical(stated), salt)
        if name == "plan":
            sheet.ids["plan digest"] = digest
        detail = canonical({"kind": content.kind})
        link = {
            "number": self.number,
            "at": when,
            "action": "event written",
            "clinic": place.clinic,
            "account": place.physician,
            "role": "physician",
            "device": "",
            "patient": patient,
            "subject": id_,
            "digest": digest,
            "detail": detail,
            "previous": self.previous,
        }
        hashed = fingerprint(canonical(link))
        by = (place.physician, "physician", "")
        event.write_row(
            (
                id_,
                self.number,
                content.kind,
                place.clinic,
                patient,
                about or None,
                *by,
                when,
                when,
                None,
                False,
                body,
                salt,
            )
        )
        entry.write_row(
            (self.number, when, "event written", place.clinic, *by, patient, id_, digest, detail, self.previous, hashed)
        )
        self.previous = hashed

    def _rows_of(self, patients: int, letter: str) -> None:
        """The derived rows and the documents."""
        gap = timedelta(days=365 * YEARS) / patients
        apart = max(1, round(timedelta(days=APART_DAYS) / gap))
        first = self.ends - gap * (patients + apart * EVENTS)
        with self._copying("clinic_patient") as (patient,):
            for one, begins in self._each(patients, first, gap):
                sex = ("female", "male")[one.number % 2]
                row = (
                    one.ids["patient"],
                    one.place.clinic,
                    f"P{one.number:06d}",
                    one.name,
                    one.born,
                    sex,
                    None,
                    begins,
                    None,
                )
                patient.write_row(row)
        with self._copying("clinic_document", "clinic_searchword", "clinic_appointment") as (
            document,
            word,
            appointment,
        ):
            for one, begins in self._each(patients, first, gap):
                document.write_row((one.ids["document"], one.ids["patient"], letter, fingerprint(letter)))
                for found in words_of(f"{one.name} P{one.number:06d}"):
                    word.write_row((one.place.clinic, one.ids["patient"], found))
                for visit in range(VISITS):
                    self._appointment(appointment, one, visit, visit_at(begins, visit))

    def _appointment(self, copy: psycopg.Copy, one: Sheet, visit: int, starts: datetime) -> None:
        standing = Standing.FINISHED if starts < self.ends else Standing.BOOKED
        copy.write_row(
            (
                *(one.ids[f"visit{visit}"], one.place.clinic, one.ids["patient"], one.ids["course"]),
                *(starts, starts + timedelta(hours=2), f"Room {one.number % 40}", one.place.nurse, one.place.physician),
                *("sister", standing),
            )
        )

    def _each(self, patients: int, first: datetime, gap: timedelta) -> Iterator[tuple[Sheet, datetime]]:
        for patient in range(patients):
            yield self.sheet(patient), first + gap * patient

    @contextmanager
    def _copying(self, *tables: str) -> Iterator[list[psycopg.Copy]]:
        """A COPY into each table, all at the same time."""
        with ExitStack() as open_:
            copies = []
            for table in tables:
                connection = open_.enter_context(psycopg.connect(self.address))
                columns = ", ".join(COLUMNS[table].split())
                statement = f"COPY {table} ({columns}) FROM STDIN"
                copies.append(open_.enter_context(connection.cursor().copy(statement)))
            yield copies


@contextmanager
def without_indexes(address: str) -> Iterator[None]:
    """Drop keys and indexes of the large tables, and make them again once everything is in."""
    with psycopg.connect(address, autocommit=True) as connection:
        keys = connection.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid::regclass::text = ANY(%s) AND contype IN ('p', 'u', 'f')",
            [list(TABLES)],
        ).fetchall()
        for table, key, _ in keys:
            connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {key}")
        indexes = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)",
            [list(TABLES)],
        ).fetchall()
        for index, _ in indexes:
            connection.execute(f"DROP INDEX {index}")
        yield
        connection.execute("SET maintenance_work_mem = '512MB'")
        for _, definition in indexes:
            connection.execute(definition)
        for table, key, definition in keys:
            connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {key} {definition}")
        connection.execute("VACUUM ANALYZE")
