"""A clock that steps back is noted in the trail before anything else is, and noted once."""

from __future__ import annotations

import json
import logging
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from ketaminder.clinic.acting import SYSTEM
from ketaminder.clinic.audit.actions import Action
from ketaminder.clinic.audit.append import append
from ketaminder.clinic.audit.verify import verify
from ketaminder.clinic.events import write
from ketaminder.clinic.events.records import NoteWritten
from ketaminder.clinic.models import Entry, Event
from ketaminder.clinic.roles import Role

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


class Clock:
    """The clock of the server, in the hand of the test."""

    def __init__(self) -> None:
        self.now = NOON


@pytest.fixture
def clock(staff: Any, monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock.now)
    return clock


def note(staff: Any, text: str) -> Event:
    return write(staff.acting(Role.PHYSICIAN), NoteWritten(text=text))


def trail() -> list[tuple[int, str, datetime]]:
    return list(Entry.objects.order_by("number").values_list("number", "action", "at"))


def test_a_clock_that_steps_back_an_hour_is_an_entry_of_its_own(
    staff: Any, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    note(staff, "before")
    clock.now = NOON - timedelta(hours=1)
    with caplog.at_level(logging.WARNING, logger="ketaminder"):
        after = note(staff, "after")
    note(staff, "and on")
    eleven = NOON - timedelta(hours=1)
    assert trail() == [
        (1, "event written", NOON),
        (2, "clock stepped back", eleven),
        (3, "event written", eleven),
        (4, "event written", eleven),
    ]
    step = Entry.objects.get(number=2)
    assert json.loads(step.detail) == {"last": "2026-11-27T12:00:00.000000+00:00", "seconds": 3600}
    assert (step.account_id, step.clinic_id) == (None, staff.clinic.id), "no person did it; its auditor sees it"
    assert after.number == 3
    assert [one.message for one in caplog.records] == ["the clock stepped back"]
    assert verify().intact


def test_an_entry_without_an_event_notes_it_too(staff: Any, clock: Clock) -> None:
    note(staff, "before")
    clock.now = NOON - timedelta(minutes=5)
    with transaction.atomic():
        append(SYSTEM, Action.BACKED_UP)
    assert [what for _, what, _ in trail()] == ["event written", "clock stepped back", "backed up"]


def test_the_alarm_is_told_until_the_step_is_on_record_and_counted_ever_after(
    staff: Any, clock: Clock, settings: Any
) -> None:
    settings.SECURE_SSL_REDIRECT = False
    watcher = Client(headers={"host": "localhost"})
    note(staff, "before")
    clock.now = NOON - timedelta(hours=1)
    assert not watcher.get("/readyz").json()["checks"]["clock"]
    note(staff, "after")
    assert watcher.get("/readyz").json()["checks"]["clock"]
    assert b"ketaminder_clock_steps_back 1\n" in watcher.get("/metrics").content


@pytest.mark.parametrize("moved", [timedelta(seconds=-2), timedelta(0), timedelta(days=400)])
def test_servers_that_differ_a_little_and_time_that_passes_are_no_step(
    staff: Any, clock: Clock, moved: timedelta
) -> None:
    note(staff, "before")
    clock.now = NOON + moved
    note(staff, "after")
    assert [what for _, what, _ in trail()] == ["event written", "event written"]


def test_a_step_whose_write_is_undone_is_undone_with_it(staff: Any, clock: Clock) -> None:
    note(staff, "before")
    clock.now = NOON - timedelta(hours=1)
    with transaction.atomic():
        note(staff, "after")
        transaction.set_rollback(True)
    assert [what for _, what, _ in trail()] == ["event written"]
    note(staff, "again")
    assert [what for _, what, _ in trail()] == ["event written", "clock stepped back", "event written"]


def test_times_follow_numbers_however_many_write_at_once(staff: Any) -> None:
    """The time is read while the chain is held, so nobody who waited for it bears an earlier one."""

    def writing(name: str) -> None:
        try:
            for number in range(15):
                note(staff, f"{name} {number}")
        finally:
            connection.close()

    writers = [threading.Thread(target=writing, args=(name,)) for name in "abc"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    times = [at for _, _, at in trail()]
    assert len(times) == 45
    assert times == sorted(times)
    recorded = list(Event.objects.order_by("number").values_list("recorded_at", flat=True))
    assert recorded == times
