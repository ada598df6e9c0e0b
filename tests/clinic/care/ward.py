"""Two clinics with their people, and a patient whom nothing speaks against: what the tests of care begin from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

from ketaminder.clinic.acting import Acting
from ketaminder.clinic.care import assessments, courses
from ketaminder.clinic.care.appointments import Slot
from ketaminder.clinic.care.chart import Chart, standing
from ketaminder.clinic.care.patients import Who, register
from ketaminder.clinic.events.consents import Scope
from ketaminder.clinic.models import Account, Clinic, Event, Membership
from ketaminder.clinic.roles import Role

PEOPLE = Path(__file__).parents[2] / "cases" / "people"
AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TODAY = AT.date()
PERMITTED, EXCLUDED = "esketamine_trd_us", "ketamine_iv_ocd"
ANNA = Who("A-1", "Zoë Łukasiewicz-Ångström", date(1982, 5, 4), "female")
OTHER = Who("A-2", "Bao Nguyễn", date(1990, 1, 2), "male")


@dataclass(frozen=True)
class Ward:
    """A clinic with a physician, who may read substance-use records, and two nurses, who may not."""

    clinic: Clinic
    physician: Acting
    nurse: Acting
    other_nurse: Acting


def ward(name: str = "Clinic A") -> Ward:
    clinic = Clinic.objects.create(name=name, region="US", time_zone="America/New_York")
    people = [
        _member(clinic, "Dr Abel", Role.PHYSICIAN),
        _member(clinic, "Nurse Bell", Role.NURSE),
        _member(clinic, "Nurse Chan", Role.NURSE),
    ]
    return Ward(clinic, *people)


def _member(clinic: Clinic, name: str, role: Role) -> Acting:
    reads = role is Role.PHYSICIAN
    account = Account.objects.create(username=f"{name} {clinic}", name=name)
    Membership.objects.create(account=account, clinic=clinic, role=role, reads_substance_use=reads, since=AT)
    return Acting(
        account_id=account.id,
        name=name,
        clinic_id=clinic.id,
        clinic_name=clinic.name,
        time_zone=clinic.time_zone,
        role=role,
        reads_substance_use=reads,
        at=AT,
    )


def later(acting: Acting, **after: float) -> Acting:
    return replace(acting, at=AT + timedelta(**after))


def record(person: str = "us_resistant", change: Mapping[str, Any] = MappingProxyType({})) -> str:
    """The case form of an invented person, one group of entries changed."""
    form = json.loads((PEOPLE / f"{person}.json").read_text(encoding="utf-8"))
    for key, value in change.items():
        form[key] = {**form[key], **value} if isinstance(value, Mapping) else value
    return json.dumps(form)


def patient(acting: Acting, who: Who = ANNA) -> UUID:
    return register(acting, who)


def assessed(acting: Acting, who: Who = ANNA, text: str | None = None) -> tuple[UUID, Event]:
    """A registered patient with a record and an assessment."""
    chart = patient(acting, who)
    assessments.receive(acting, chart, text or record(), origin="test", on=TODAY)
    return chart, assessments.make(acting, standing(acting, chart), on=TODAY)


def consented(acting: Acting, who: Who = ANNA, text: str | None = None) -> UUID:
    chart, _ = assessed(acting, who, text)
    agree(acting, chart)
    return chart


def agree(acting: Acting, chart: UUID, scope: Scope = Scope.TREATMENT, **said: Any) -> Event:
    return courses.consent(acting, standing(acting, chart), scope, text_version="3", given_how="in writing", **said)


def planned(acting: Acting, who: Who = ANNA) -> UUID:
    chart = consented(acting, who)
    plan(acting, standing(acting, chart))
    return chart


def plan(acting: Acting, chart: Chart, protocol: str = PERMITTED, discussed: str = "Benefit and harm.") -> Event:
    return courses.plan(acting, chart, protocol, TODAY + timedelta(days=3), discussed)


def slot(hour: float, hours: float = 2, *, room: str = "1", nurse: Acting | None = None) -> Slot:
    start = AT.replace(hour=0) + timedelta(days=3, hours=hour)
    return Slot(start, start + timedelta(hours=hours), room, nurse.account_id if nurse else None)
