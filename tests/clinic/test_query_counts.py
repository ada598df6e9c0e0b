"""No page asks the database more often because it shows more: the same number of queries for few rows and for many."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ketaminder import examples
from ketaminder.clinic.accounts import emergency, joining
from ketaminder.clinic.care import appointments, assessments, courses, patients
from ketaminder.clinic.care.chart import standing
from ketaminder.clinic.events import write
from ketaminder.clinic.events.consents import Scope
from ketaminder.clinic.events.records import NoteWritten
from ketaminder.clinic.roles import Role

ON = date(2026, 11, 27)
FEW, MORE = 2, 9


@dataclass
class House:
    """A clinic that grows."""

    staff: Any
    kept: UUID
    rows: int = 0

    def grow(self, rows: int) -> None:
        """More of everything that a page lists: patients with a visit today, and events of the one kept chart."""
        physician = self.staff.acting(Role.PHYSICIAN)
        for number in range(self.rows, self.rows + rows):
            born = date(1984, 2, 1 + number)
            who = patients.Who(f"N-{number}", f"Berg {chr(97 + number)}ab", born, "female")
            patient = patients.register(physician, who)
            starts = datetime(2026, 11, 27, 9, tzinfo=UTC)
            _book(physician, patient, starts, f"Room {number}")
            _book(physician, self.kept, starts + timedelta(days=1 + number), "Room 1")
            write(physician, NoteWritten(text=f"note {number}"), patient=self.kept)
            kept = standing(physician, self.kept)
            courses.consent(physician, kept, Scope.RESEARCH, text_version=str(number), given_how="in writing")
            assessments.receive(physician, self.kept, examples.text("ptsd"), origin="test", on=ON)
            assessments.make(physician, kept, on=ON)
            duplicate = patients.register(physician, patients.Who(f"D-{number}", f"Dora {number}", None, "female"))
            patients.merge(physician, self.kept, duplicate, "same passport")
            emergency.break_glass(physician, f"N-{number}", born, "Unconscious in the waiting room.")
            joining.invite(self.staff.acting(Role.ADMINISTRATOR), f"nurse-{number}", f"Nurse {number}", Role.NURSE)
        self.rows += rows


def _book(acting: Any, patient: UUID, starts: datetime, room: str) -> None:
    slot = appointments.Slot(starts, starts + timedelta(hours=2), room, None, acting.account_id)
    appointments.book(acting, standing(acting, patient), slot)


@pytest.fixture
def house(staff: Any, settings: Any) -> House:
    settings.KETAMINDER_ON = ON
    settings.KETAMINDER_DEMO = True
    settings.KETAMINDER_SECOND_FACTOR = False
    physician = staff.acting(Role.PHYSICIAN)
    return House(staff, patients.register(physician, patients.Who("K-1", "Zoë Kept", date(1984, 2, 29), "female")))


PAGES: dict[str, tuple[Role, Callable[[Client, House], Any]]] = {
    "board": (Role.NURSE, lambda client, house: client.get("/today")),
    "patients": (Role.NURSE, lambda client, house: client.get("/patients")),
    "search": (Role.NURSE, lambda client, house: client.post("/patients", {"text": "berg"})),
    "chart": (Role.PHYSICIAN, lambda client, house: client.get(f"/patients/{house.kept}")),
    "audit": (Role.AUDITOR, lambda client, house: client.get("/audit")),
    "emergencies": (Role.AUDITOR, lambda client, house: client.get("/emergencies")),
    "accounts": (Role.ADMINISTRATOR, lambda client, house: client.get("/accounts")),
    "settings": (Role.PHYSICIAN, lambda client, house: client.get("/settings")),
    "visits": (Role.ADMINISTRATOR, lambda client, house: client.get("/visits")),
    "visits of a month": (Role.ADMINISTRATOR, lambda client, house: client.get("/visits?month=2026-11")),
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_as_often_for_many_rows_as_for_few(house: House, page: str) -> None:
    role, ask = PAGES[page]
    client = house.staff.browser(role)
    counts, sizes = [], []
    for rows in (FEW, MORE):
        with transaction.atomic():
            house.grow(rows)
        ask(client, house)
        with CaptureQueriesContext(connection) as captured:
            answer = ask(client, house)
        assert answer.status_code == 200
        counts.append(len(captured))
        sizes.append(len(answer.content))
    assert counts[0] == counts[1]
    assert sizes[1] > sizes[0] + MORE or page in ("settings", "visits")
