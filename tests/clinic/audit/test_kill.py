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

import pytest
from django.db import connection

from ketaminder.clinic.audit.verify import verify
from ketaminder.clinic.events.derive import derive_again
from ketaminder.clinic.models import Appointment, Entry, Event, Patient, SearchWord
from ketaminder.clinic.roles import Role

pytestmark = pytest.mark.encrypted

WRITERS = 2
WRITER = Path(__file__).with_name("writer.py")
START_S = 60
UUID_LENGTH = 36
LONGEST_S = 0.6
"""A writer is killed at a random moment of this long after its first acknowledged write."""


def environment_of(kind: str) -> dict[str, str]:
    """What opens the same database in another process."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        key = {"KETAMINDER_DATABASE_KEY": told["PASSWORD"]} if told["PASSWORD"] else {}
        return os.environ | key | {"KETAMINDER_DATABASE_URL": f"{kind}://{told['NAME']}"}
    url = f"postgresql://{told['USER']}:{told['PASSWORD']}@/{told['NAME']}?host={told['HOST']}"
    return os.environ | {"KETAMINDER_DATABASE_URL": url}


class Writer:
    """The writing program; what it acknowledges goes into a file, so that nothing of it is lost with the process."""

    def __init__(self, staff: Any, name: str, folder: Path, environment: dict[str, str]) -> None:
        self.said = folder / f"{name}.txt"
        with self.said.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, str(WRITER), str(staff.accounts[Role.PHYSICIAN].id), str(staff.clinic.id), name],
                env=environment,
                stdout=out,
            )

    def begun(self) -> None:
        """Wait for the first acknowledged write."""
        until = time.monotonic() + START_S
        while not self.said.stat().st_size:
            assert self.process.poll() is None, self.process.returncode
            assert time.monotonic() < until, "no write within the time to start"
            time.sleep(0.01)

    def kill(self) -> set[UUID]:
        """`kill -9`, and what was acknowledged before it."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=30)
        return {UUID(line) for line in self.said.read_text().split("\n") if len(line) == UUID_LENGTH}


def killed(staff: Any, kind: str, attempt: int, folder: Path, chance: random.Random) -> set[UUID]:
    """Start writers, kill them all at a random moment; the events that they were told are kept."""
    environment = environment_of(kind)
    writers = [Writer(staff, f"{attempt}-{number}", folder, environment) for number in range(WRITERS)]
    for writer in writers:
        writer.begun()
    time.sleep(chance.uniform(0, LONGEST_S))
    return set().union(*(writer.kill() for writer in writers))


def derived() -> tuple[list[Any], ...]:
    return tuple(
        sorted(map(repr, model.objects.values_list(*columns)))
        for model, columns in (
            (Patient, ("id", "name", "identifier", "merged_into_id")),
            (SearchWord, ("patient_id", "word")),
            (Appointment, ("id", "patient_id", "room", "standing", "starts_at")),
        )
    )


def test_every_acknowledged_write_is_there_and_none_is_half_there(
    staff: Any, database: str, proof: Any, tmp_path: Path
) -> None:
    chance = random.Random(2026)
    kills, acknowledged = proof.size(3, 200), set()
    for attempt in range(kills):
        acknowledged |= killed(staff, database, attempt, tmp_path, chance)
        connection.close()
    kept = set(Event.objects.values_list("id", flat=True))
    assert acknowledged <= kept
    assert len(kept - acknowledged) <= WRITERS * kills, "one write a writer may have been made and not yet told"
    found = verify()
    assert found.intact, found.problems[:3]
    assert Entry.objects.filter(action="event written").count() == len(kept)
    before = derived()
    derive_again()
    assert derived() == before
    proof.record(
        f"kill-9-{database}",
        kills=kills,
        writers=WRITERS,
        acknowledged=len(acknowledged),
        kept=len(kept),
        lost=len(acknowledged - kept),
        intact=found.intact,
    )
