"""Make the tables of the database that the environment names, one clinic, physicians, and somebody in room 7.

python staffed.py USERNAME[=EMAIL]…   (a program of its own: a browser's loop runs in the process of the tests)
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from uuid import UUID

from ketaminder.clinic import set_up

PASSWORD = "copper-lantern-42-meadow"  # noqa: S105 (of people who are made up)


def main() -> None:
    set_up()
    from django.core.management import call_command

    from ketaminder.clinic.models import Account, Clinic, Membership
    from ketaminder.clinic.roles import Role

    call_command("migrate", verbosity=0)
    clinic = Clinic.objects.create(name="Lindenhof", region="EU", time_zone="Europe/Berlin")
    for told in sys.argv[1:]:
        username, _, email = told.partition("=")
        name = f"Dr {username.capitalize()} Ilves"
        account = Account.objects.create_user(username, name=name, password=PASSWORD, email=email)
        since = datetime(2026, 1, 1, tzinfo=UTC)
        Membership.objects.create(account=account, clinic=clinic, role=Role.PHYSICIAN, since=since)
    _somebody_arrives(account.id)


def _somebody_arrives(account: UUID) -> None:
    """A patient in room 7, whose name no locked screen may show."""
    from ketaminder.clinic.acting import Acting
    from ketaminder.clinic.care import appointments, patients
    from ketaminder.clinic.care.chart import standing
    from ketaminder.clinic.models import Appointment, Clinic, Standing
    from ketaminder.clinic.roles import Role

    clinic = Clinic.objects.get()
    acting = Acting(account, "Dr Ilves", clinic.id, clinic.name, role=Role.PHYSICIAN)
    patient = patients.register(acting, patients.Who("LH-1", "Zoë Berg", None, "female"))
    now = datetime.now(UTC)
    slot = appointments.Slot(now, now + timedelta(hours=2), "Room 7", None)
    appointments.book(acting, standing(acting, patient), slot)
    appointments.stand(acting, Appointment.objects.get().id, Standing.ARRIVED)


if __name__ == "__main__":
    main()
