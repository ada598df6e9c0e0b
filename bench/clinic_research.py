"""Makes half of the benchmark's first clinic agree to research, so that its cohort has people to count."""

from __future__ import annotations

from datetime import UTC, datetime

BATCH = 500
SMALLEST = 11
"""The smallest count that the benchmark's clinic signs; the least that a clinic may."""


def agree() -> int:
    """How many people agreed, now or in an earlier run; each by an event of the product's own."""
    from ketaminder.clinic.acting import Acting
    from ketaminder.clinic.care.site import sign_keeping
    from ketaminder.clinic.models import Clinic, CohortMember, Membership, Patient
    from ketaminder.clinic.roles import Role

    clinic = Clinic.objects.get(name="Clinic 0")
    if CohortMember.objects.filter(clinic=clinic).exists():
        return CohortMember.objects.filter(clinic=clinic).count()
    physician = Membership.objects.select_related("account").get(clinic=clinic, role=Role.PHYSICIAN).account
    acting = Acting(physician.id, physician.name, clinic.id, clinic.name, role=Role.PHYSICIAN)
    sign_keeping(acting, None, SMALLEST)
    _researcher(clinic)
    every = list(Patient.objects.filter(clinic=clinic).order_by("id").values_list("id", flat=True))[::2]
    for first in range(0, len(every), BATCH):
        _consent(acting, every[first : first + BATCH])
    return len(every)


def _researcher(clinic: object) -> None:
    """The account that the demonstration's door for researchers opens."""
    from ketaminder.clinic.accounts.demo_doors import DOORS
    from ketaminder.clinic.models import Account, Membership
    from ketaminder.clinic.roles import Role

    username = next(door.username for door in DOORS if door.role is Role.RESEARCHER)
    account = Account.objects.create_user(username, name="researcher 0")
    since = datetime(2000, 1, 1, tzinfo=UTC)
    Membership.objects.create(account=account, clinic_id=clinic.pk, role=Role.RESEARCHER, since=since)  # type: ignore[attr-defined]


def _consent(acting: object, patients: list[object]) -> None:
    from django.db import transaction

    from ketaminder.clinic.events import write
    from ketaminder.clinic.events.consents import ConsentGiven, Scope

    agreed = ConsentGiven(scope=Scope.RESEARCH, text_version="1", given_how="in writing", expires_on=None, recipient="")
    with transaction.atomic():
        for patient in patients:
            write(acting, agreed, patient=patient)  # type: ignore[arg-type]
