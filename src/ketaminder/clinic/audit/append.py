"""Adding to the chain. The entry and what it speaks of are written in one transaction, or neither is."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from ketaminder.clinic.acting import Acting
from ketaminder.clinic.audit.actions import Action
from ketaminder.clinic.chain import BEFORE_FIRST, canonical, moment
from ketaminder.clinic.models.entries import Entry

APPEND_LOCK = 0x6B657461
"""PostgreSQL's advisory lock that lets one transaction at a time add to the chain."""

CLOCK_STEP = timedelta(seconds=2)
"""How far the clock may stand before the last entry unnoticed: servers that share a database differ. A convention."""

log = logging.getLogger(__name__)


class OutsideTransaction(Exception):
    """An entry was to be written without a transaction around it and what it speaks of."""


def next_number() -> int:
    """The number that the next entry will bear. Holds the chain until the transaction ends.

    Raises:
        OutsideTransaction: no transaction is open.
    """
    last = _last()
    return last.number + 1 if last else 1


def next_place(acting: Acting) -> tuple[int, datetime]:
    """The number that the next entry will bear, and the time, which is read while the chain is held: times then follow
    numbers. A clock that stands before the last entry is noted first.

    Raises:
        OutsideTransaction: no transaction is open.
    """
    last, now = _on_time(acting)
    return (last.number + 1 if last else 1), now


def append(
    acting: Acting,
    action: Action,
    *,
    patient: UUID | None = None,
    subject: UUID | str = "",
    digest: str = "",
    detail: Mapping[str, object] | None = None,
    at: datetime | None = None,
) -> Entry:
    """Add one entry.

    Args:
        acting: who did it.
        action: what was done.
        patient: whose chart it touches.
        subject: the event, account or file that it is about.
        digest: the digest of the event written.
        detail: more, as JSON values; nothing that identifies a patient.
        at: when; the clock's time without it.

    Raises:
        OutsideTransaction: no transaction is open.
    """
    last, now = _on_time(acting)
    entry = Entry(
        at=at or now,
        action=action,
        clinic_id=acting.clinic_id,
        account_id=acting.account_id,
        role=acting.role or "",
        device=acting.device,
        patient_id=patient,
        subject=str(subject),
        digest=digest,
        detail=canonical(detail or {}),
    )
    return _chained(entry, last)


def _chained(entry: Entry, last: Entry | None) -> Entry:
    """The entry, written after the last one."""
    entry.number = last.number + 1 if last else 1
    entry.previous = last.hash if last else BEFORE_FIRST
    entry.hash = entry.link.hash
    entry.save()
    return entry


def _on_time(acting: Acting) -> tuple[Entry | None, datetime]:
    """The last entry and the time; where the clock has stepped back, the last entry says so."""
    last = _last()
    now = acting.now
    if last is None or acting.at is not None or now >= last.at - CLOCK_STEP:
        return last, now
    seconds = round((last.at - now).total_seconds())
    log.warning("the clock stepped back", extra={"facts": {"seconds": seconds}})
    detail = canonical({"last": moment(last.at), "seconds": seconds})
    note = Entry(at=now, action=Action.CLOCK_STEPPED_BACK, clinic_id=acting.clinic_id, detail=detail)
    return _chained(note, last), now


def _last() -> Entry | None:
    """The last entry, while no other transaction can add one. SQLite's immediate transactions wait already."""
    if not connection.in_atomic_block:
        raise OutsideTransaction("an audit entry and what it speaks of are written in one transaction")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [APPEND_LOCK])
    return Entry.objects.order_by("-number").first()
