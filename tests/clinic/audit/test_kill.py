"""`kill -9` under write load: what was acknowledged is there, nothing is half there."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection

from ketaminder.clinic.audit.verify import verify
from ketaminder.clinic.events.derive import derive_again
from ketaminder.clinic.models import Appointment, Entry, Event, Patient, SearchWord
from ketaminder.clinic.roles import Role

WRITERS = 2
WRITER = Path(__file__).with_name("writer.py")
LONGEST_S = 0.6
"""A writer is killed at a random moment of this long after its first acknowledged write."""


def url_of() -> str:
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite://{told['NAME']}"
    return f"postgresql://{told['USER']}:{told['PASSWORD']}@/{told['NAME']}?host={told['HOST']}"


def started(staff: Any, name: str) -> subprocess.Popen[str]:
    account = staff.accounts[Role.PHYSICIAN].id
    return subprocess.Popen(
        [sys.executable, str(WRITER), str(account), str(staff.clinic.id), name],
        env=os.environ | {"KETAMINDER_DATABASE_URL": url_of()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def killed(staff: Any, attempt: int, chance: random.Random) -> set[UUID]:
    """Start writers, kill them all at a random moment; the events that they were told are kept."""
    writers = [started(staff, f"{attempt}-{number}") for number in range(WRITERS)]
    first = [writer.stdout.readline() for writer in writers if writer.stdout]
    time.sleep(chance.uniform(0, LONGEST_S))
    for writer in writers:
        writer.send_signal(signal.SIGKILL)
    said = [writer.communicate(timeout=30)[0] for writer in writers]
    assert all(first), [writer.returncode for writer in writers]
    lines = [line for text in (*first, *said) for line in text.split("\n")]
    return {UUID(line) for line in lines if len(line) == 36}


def derived() -> tuple[list[Any], ...]:
    return tuple(
        sorted(map(repr, model.objects.values_list(*columns)))
        for model, columns in (
            (Patient, ("id", "name", "identifier", "merged_into_id")),
            (SearchWord, ("patient_id", "word")),
            (Appointment, ("id", "patient_id", "room", "standing", "starts_at")),
        )
    )


def test_every_acknowledged_write_is_there_and_none_is_half_there(staff: Any, proof: Any) -> None:
    chance = random.Random(2026)
    kills, acknowledged = proof.size(3, 200), set()
    for attempt in range(kills):
        acknowledged |= killed(staff, attempt, chance)
        connection.close()
    kept = set(Event.objects.values_list("id", flat=True))
    assert acknowledged <= kept
    found = verify()
    assert found.intact, found.problems[:3]
    assert Entry.objects.filter(action="event written").count() == len(kept)
    before = derived()
    derive_again()
    assert derived() == before
    proof.record(
        f"kill-9-{connection.vendor}",
        kills=kills,
        writers=WRITERS,
        acknowledged=len(acknowledged),
        kept=len(kept),
        lost=len(acknowledged - kept),
        intact=found.intact,
    )
