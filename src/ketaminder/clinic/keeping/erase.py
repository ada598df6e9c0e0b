"""Lawful deletion: a chart's content goes, the trail stays and verifies. And which charts are older than is kept.

How long a chart is kept is what a physician of the clinic has signed; without a signature none is old enough.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from ketaminder.clinic.acting import Acting
from ketaminder.clinic.audit.actions import Action
from ketaminder.clinic.audit.append import append
from ketaminder.clinic.care.chart import charts_of
from ketaminder.clinic.care.site import retention_years
from ketaminder.clinic.models import Appointment, CohortMember, Document, Event, Patient
from ketaminder.terms import Refused

ERASED = "erased"


class Ground(StrEnum):
    """On what ground. A closed list: the trail keeps it for ever, and free text could name the patient."""

    RETENTION = "the time of retention has ended"
    REQUEST = "the patient asked for it"
    ORDER = "a court or authority ordered it"


@transaction.atomic
def erase(acting: Acting, patient: UUID, ground: Ground) -> int:
    """Empty every event and document of a chart and of those merged into it; the number of events emptied.

    The rows stay, without content or salt, so that the chain verifies; an entry each says who erased it. Backups made
    before still hold the chart until they expire.

    Raises:
        Refused: the clinic has no such standing chart; or the ground is the end of retention, and it has not ended, or
            nobody has signed when it ends.
    """
    row = Patient.objects.filter(id=patient, clinic_id=acting.place, erased_at=None, merged_into=None).first()
    if row is None:
        raise Refused("patient", str(patient), "a standing chart of this clinic")
    if ground is Ground.RETENTION and not expired(acting).filter(id=patient).exists():
        years = retention_years(acting)
        raise Refused(
            "ground", str(ground), f"a chart whose last entry is older than the {years} years that are signed"
        )
    charts, now = charts_of(row), timezone.now()
    events = Event.objects.filter(patient_id__in=charts).exclude(salt="").order_by("number")
    for id_, chart in list(events.values_list("id", "patient_id")):
        append(acting, Action.EVENT_ERASED, patient=chart, subject=id_, detail={"ground": ground}, at=now)
    for document in list(Document.objects.filter(patient_id__in=charts).exclude(text="").values_list("id", flat=True)):
        append(acting, Action.DOCUMENT_ERASED, patient=patient, subject=document, detail={"ground": ground}, at=now)
    count = events.count()
    _empty(charts)
    _forget(charts, now)
    return count


def expired(acting: Acting) -> QuerySet[Patient]:
    """The charts of the clinic whose time of retention, as signed, has ended. Nothing is erased by itself.

    Raises:
        Refused: nobody has signed how long charts are kept.
    """
    return older_than(acting, years_before(timezone.now(), retention_years(acting)))


def older_than(acting: Acting, moment: datetime) -> QuerySet[Patient]:
    """The standing charts of the clinic whose last event, and that of every chart merged into them, is older."""
    last = Event.objects.filter(clinic_id=acting.place).exclude(patient_id=None).values("patient_id")
    dated = last.annotate(last=Max("recorded_at"))
    standing = Patient.objects.filter(clinic_id=acting.place, erased_at=None, merged_into=None)
    old = standing.filter(id__in=dated.filter(last__lt=moment).values("patient_id"))
    return old.exclude(id__in=_spoken_for(acting, dated.filter(last__gte=moment))).order_by("registered_at")


def years_before(moment: datetime, years: int) -> datetime:
    """The same day and time some years earlier; 28 February for a leap day that the year lacks."""
    try:
        return moment.replace(year=moment.year - years)
    except ValueError:
        return moment.replace(year=moment.year - years, day=28)


def overwrite() -> None:
    """Let the database's file forget what was emptied: SQLite rewrites it; PostgreSQL frees and reuses the space."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute(
                "VACUUM FULL clinic_event, clinic_document, clinic_patient, clinic_searchword, clinic_appointment, "
                "clinic_cohortmember"
            )


def _spoken_for(acting: Acting, younger: QuerySet[Event, Any]) -> set[UUID]:
    """The charts that speak for a merged one among the younger."""
    merged = Patient.objects.filter(clinic_id=acting.place).exclude(merged_into=None)
    into = dict(merged.values_list("id", "merged_into_id"))
    found: set[UUID] = set()
    for one in younger.filter(patient_id__in=list(into)).values_list("patient_id", flat=True):
        while one and one not in found:
            found.add(one)
            one = into.get(one)
    return found


def _empty(charts: list[UUID]) -> None:
    """The one change that the triggers let through, once the entries above say so."""
    keys = [one.hex if connection.vendor == "sqlite" else str(one) for one in charts]
    places = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE clinic_event SET body = '', salt = '' WHERE patient_id IN ({places})", keys)  # noqa: S608
        cursor.execute(f"UPDATE clinic_document SET text = '' WHERE patient_id IN ({places})", keys)  # noqa: S608


def _forget(charts: list[UUID], now: datetime) -> None:
    """Take the identity out of the derived rows."""
    for row in Patient.objects.filter(id__in=charts):
        row.words.all().delete()
        row.identifier, row.name, row.birth_date, row.sex, row.erased_at = str(row.id), ERASED, None, "", now
        row.save()
    Appointment.objects.filter(patient_id__in=charts).delete()
    CohortMember.objects.filter(patient_id__in=charts).delete()
