"""A program that writes without end: run by the kill test as a process of its own, on the database it is given.

Each line it prints is an event whose write was acknowledged.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from uuid import UUID

from ketaminder.clinic import set_up

set_up()

from ketaminder.clinic.acting import Acting  # noqa: E402 (needs Django set up)
from ketaminder.clinic.care import appointments, patients  # noqa: E402
from ketaminder.clinic.care.chart import standing  # noqa: E402
from ketaminder.clinic.events import write  # noqa: E402
from ketaminder.clinic.events.records import NoteWritten  # noqa: E402
from ketaminder.clinic.models import Event  # noqa: E402
from ketaminder.clinic.roles import Role  # noqa: E402


def main(account: str, clinic: str, name: str) -> None:
    acting = Acting(UUID(account), "Writer", UUID(clinic), "Clinic", role=Role.PHYSICIAN)
    number = 0
    while True:
        who = patients.Who(f"{name}-{number}", f"Patient {name} {number}", None, "female")
        patient = patients.register(acting, who)
        acknowledge(Event.objects.get(patient_id=patient).id)
        acknowledge(write(acting, NoteWritten(text="x" * 2000), patient=patient).id)
        start = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(days=number)
        slot = appointments.Slot(start, start + timedelta(hours=1), name, None)
        acknowledge(appointments.book(acting, standing(acting, patient), slot).id)
        number += 1


def acknowledge(event: UUID) -> None:
    print(event, flush=True)  # noqa: T201 (what the test reads)


if __name__ == "__main__":
    main(*sys.argv[1:])
