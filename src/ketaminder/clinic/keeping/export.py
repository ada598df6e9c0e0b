"""Everything a clinic holds, in open formats, with a data dictionary: at any time, whole or not at all."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any, TextIO, get_type_hints
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import models, transaction
from django.db.models import QuerySet

from ketaminder.clinic.acting import Acting
from ketaminder.clinic.audit.actions import Action
from ketaminder.clinic.audit.append import append
from ketaminder.clinic.care.chart import charts_of, standing
from ketaminder.clinic.events import KINDS
from ketaminder.clinic.events.consents import ConsentGiven, Scope
from ketaminder.clinic.models import Account, Appointment, Document, Entry, Event, Membership, Patient
from ketaminder.terms import Refused

UNITS = {"_mg": "mg", "_kg": "kg", "_mmHg": "mmHg", "_at": "UTC", "_on": "day"}
"""What the end of a field's name says of its unit."""

NOTICE = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
"""What accompanies every disclosure of substance-use records made with consent: 42 CFR 2.32(a)(2)."""

Opened = Callable[[str], TextIO]
"""Opens a file of the export by its name, to be written."""

Tables = Mapping[str, tuple[type[models.Model], tuple[str, ...]]]
"""File -> the rows that it holds, and their columns."""

TABLES: Tables = {
    "patients.csv": (
        Patient,
        ("id", "identifier", "name", "birth_date", "sex", "merged_into_id", "registered_at", "erased_at"),
    ),
    "appointments.csv": (
        Appointment,
        (
            *("id", "patient_id", "course_id", "starts_at", "ends_at", "room", "nurse_id", "physician_id"),
            *("escort", "standing"),
        ),
    ),
    "memberships.csv": (Membership, ("id", "account_id", "role", "reads_substance_use", "since", "until")),
    "accounts.csv": (Account, ("id", "username", "name", "email", "is_active", "joined_at", "left_at")),
}
CHART_TABLES: Tables = {
    "patients.csv": TABLES["patients.csv"],
    "appointments.csv": TABLES["appointments.csv"],
    "accounts.csv": (Account, ("id", "name")),
}
"""Of one chart: of the people who work here no more than who did what."""

EVENT_COLUMNS = ("id", "number", "kind", "patient_id", "subject", "author_id", "role", "recorded_at", "observed_at")
ENTRY_COLUMNS = ("number", "at", "action", "account_id", "role", "patient_id", "subject", "digest", "detail", "hash")


def export(acting: Acting, out: Path, *, patient: UUID | None = None, substance_use: bool = False) -> dict[str, int]:
    """Write a clinic, or one chart of it, into the new folder `out`; the number of rows of each file.

    Substance-use records are left out unless asked for, and then go only for patients whose consent to their
    disclosure stands (42 CFR 2.31).

    Raises:
        Refused: the folder is there already or cannot be made, or the clinic has no such chart.
    """
    with transaction.atomic(), whole_folder(out) as folder:
        return _export(acting, into_folder(folder), patient, substance_use=substance_use)


def packed(acting: Acting, patient: UUID, *, substance_use: bool = False) -> bytes:
    """One chart as a ZIP archive, made in memory so that nothing of it is left on a disk; as `export` says.

    Raises:
        Refused: the clinic has no such chart.
    """
    file = BytesIO()
    with transaction.atomic(), ZipFile(file, "w", ZIP_DEFLATED) as archive:
        _export(acting, into_archive(archive), patient, substance_use=substance_use)
    return file.getvalue()


def disclosable(acting: Acting, patient: UUID) -> ConsentGiven | None:
    """The standing consent to the disclosure of a patient's substance-use records; None without one."""
    given = standing(replace(acting, reads_substance_use=True), patient).consent(Scope.SUBSTANCE_USE)
    return given[1] if given else None


def _export(acting: Acting, opened: Opened, patient: UUID | None, *, substance_use: bool) -> dict[str, int]:
    charts = charts_of(standing(acting, patient).patient) if patient else None
    counts: dict[str, int] = {}
    events = _events(acting, charts, substance_use=substance_use)
    for kind in sorted(KINDS):
        name = f"events/{kind.replace(' ', '_')}.jsonl"
        counts[name] = _lines(opened(name), map(_told, events.filter(kind=kind).order_by("number")))
    tables = TABLES if charts is None else CHART_TABLES
    for name, (model, columns) in tables.items():
        rows = _rows(model, acting, charts).order_by("pk").values_list(*columns)
        counts[name] = write_table(opened(name), columns, rows.iterator(chunk_size=2000))
    entries = _entries(acting, charts).order_by("number").values(*ENTRY_COLUMNS)
    counts["audit.jsonl"] = _lines(opened("audit.jsonl"), entries.iterator(chunk_size=2000))
    counts["documents"] = _documents(opened, events)
    write_table(opened("dictionary.csv"), ("file", "field", "type", "unit", "meaning"), dictionary(tables))
    disclosed = events.filter(substance_use=True).exists()
    if disclosed:
        with opened("notice.txt") as file:
            file.write(f"{NOTICE}\n")
    detail = {"rows": sum(counts.values()), "substance_use": disclosed}
    append(acting, Action.EXPORTED, patient=patient, detail=detail)
    return counts


def into_folder(folder: Path) -> Opened:
    """Opens files of a folder, to be written."""

    def opened(name: str) -> TextIO:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        return (folder / name).open("w", encoding="utf-8", newline="")

    return opened


def into_archive(archive: ZipFile) -> Opened:
    """Opens files of an archive, one after the other, to be written."""
    return lambda name: TextIOWrapper(archive.open(name, "w"), encoding="utf-8", newline="")


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """A folder that is there whole once the block ends well, and not at all otherwise.

    Raises:
        Refused: it is there already, or cannot be made.
    """
    draft = out.with_name(f".{out.name}.draft")
    if out.exists():
        raise Refused("DIR", str(out), "a folder that is not there yet")
    try:
        draft.mkdir(parents=True)
        draft.chmod(0o700)
        yield draft
        draft.rename(out)
    except OSError as error:
        raise Refused("DIR", str(out), f"a folder that can be made and written ({error.strerror})") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def write_table(file: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """A table as CSV (RFC 4180), UTF-8, empty for none. The number of rows; the file is closed."""
    written = 0
    with file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in rows:
            writer.writerow(["" if value is None else _text(value) for value in row])
            written += 1
    return written


def dictionary(tables: Tables = TABLES) -> Iterator[tuple[str, str, str, str, str]]:
    """File, field, type, unit and meaning of everything exported, from the code that writes it."""
    for kind, content in sorted(KINDS.items()):
        hints = get_type_hints(content)
        about = (content.__doc__ or "").strip().split("\n")[0]
        for field in fields(content):
            name = f"events/{kind.replace(' ', '_')}.jsonl"
            yield name, f"content.{field.name}", _type(hints[field.name]), _unit(field.name), about
    for name, (model, columns) in tables.items():
        for column in columns:
            kept = model._meta.get_field(column.removesuffix("_id") if column.endswith("into_id") else column)
            yield name, column, type(kept).__name__, _unit(column), str(getattr(kept, "help_text", ""))
    for column in ENTRY_COLUMNS:
        yield "audit.jsonl", column, type(Entry._meta.get_field(column)).__name__, _unit(column), ""


def _events(acting: Acting, charts: list[UUID] | None, *, substance_use: bool) -> QuerySet[Event]:
    events = Event.objects.filter(clinic_id=acting.place).exclude(salt="")
    if charts is not None:
        events = events.filter(patient_id__in=charts)
    disclosed = _disclosed(acting) if substance_use else []
    return events.filter(models.Q(substance_use=False) | models.Q(patient_id__in=disclosed))


def _disclosed(acting: Acting) -> list[UUID]:
    """The patients whose consent to the disclosure of substance-use records stands."""
    asked = Event.objects.filter(clinic_id=acting.place, kind="consent given", substance_use=True)
    patients = set(asked.values_list("patient_id", flat=True))
    reader = replace(acting, reads_substance_use=True)
    return [one for one in patients if one and standing(reader, one).consent(Scope.SUBSTANCE_USE)]


def _told(event: Event) -> dict[str, Any]:
    told = {column: getattr(event, column) for column in EVENT_COLUMNS}
    return told | {"content": json.loads(event.body)}


def _rows(model: type[models.Model], acting: Acting, charts: list[UUID] | None) -> QuerySet[Any]:
    rows: QuerySet[Any] = model._default_manager.all()
    if model is Account:
        return _people(acting, charts)
    rows = rows.filter(clinic_id=acting.place)
    return rows if charts is None else rows.filter(**{"id__in" if model is Patient else "patient_id__in": charts})


def _people(acting: Acting, charts: list[UUID] | None) -> QuerySet[Account]:
    """The accounts of the clinic; of one chart, those that wrote in it, opened it or are booked for it."""
    if charts is None:
        return Account.objects.filter(memberships__clinic_id=acting.place).distinct()
    visits = Appointment.objects.filter(patient_id__in=charts)
    wrote = _entries(acting, charts).exclude(account_id=None).values("account_id")
    booked = [visits.exclude(**{f"{who}_id": None}).values(f"{who}_id") for who in ("nurse", "physician")]
    return Account.objects.filter(models.Q(id__in=wrote) | models.Q(id__in=booked[0]) | models.Q(id__in=booked[1]))


def _entries(acting: Acting, charts: list[UUID] | None) -> QuerySet[Entry]:
    entries = Entry.objects.filter(clinic_id=acting.place)
    return entries if charts is None else entries.filter(patient_id__in=charts)


def _documents(opened: Opened, events: QuerySet[Event]) -> int:
    named = [json.loads(event.body)["document"] for event in events.filter(kind="record imported")]
    for document in Document.objects.filter(id__in=named).iterator(chunk_size=50):
        with opened(f"documents/{document.id}.json") as file:
            file.write(document.text)
    return len(named)


def _lines(file: TextIO, rows: Iterable[Mapping[str, Any]]) -> int:
    written = 0
    with file:
        for row in rows:
            file.write(f"{json.dumps(row, default=_text, ensure_ascii=False)}\n")
            written += 1
    return written


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _type(hint: Any) -> str:
    return getattr(hint, "__name__", str(hint)).replace("NoneType", "none")


def _unit(name: str) -> str:
    return next((unit for ending, unit in UNITS.items() if name.endswith(ending)), "")
