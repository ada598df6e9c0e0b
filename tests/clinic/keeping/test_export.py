"""Exports: everything, in open formats; and for research nothing that names anybody."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ketaminder import examples
from ketaminder.clinic.care import appointments, assessments, courses, patients
from ketaminder.clinic.care.chart import standing
from ketaminder.clinic.care.site import sign_keeping
from ketaminder.clinic.events import KINDS, write
from ketaminder.clinic.events.consents import Scope
from ketaminder.clinic.events.records import NoteWritten
from ketaminder.clinic.keeping.export import dictionary, export
from ketaminder.clinic.keeping.research import export_research
from ketaminder.clinic.keeping.suppression import SUPPRESSED
from ketaminder.clinic.models import Entry, Event
from ketaminder.clinic.roles import Role
from ketaminder.terms import Refused

ON = date(2026, 11, 27)
VISITED = date(2026, 12, 1)
NAMES = ("Xanthippa", "Quixote", "LH-7431", "Ferdinand", "secret sorrow", "1984-02-29", "2026-11-27", "2026-12-01")


@pytest.fixture
def patient(staff: Any) -> Any:
    acting = staff.acting(Role.PHYSICIAN, reads_substance_use=True)
    made = patients.register(acting, patients.Who("LH-7431", "Xanthippa Quixote", date(1984, 2, 29), "female"))
    assessments.receive(acting, made, examples.text("ptsd"), origin="Quixote.json", on=ON)
    assessments.make(acting, standing(acting, made), on=ON)
    write(acting, NoteWritten(text="a secret sorrow"), patient=made)
    write(acting, NoteWritten(text="from the programme"), patient=made, substance_use=True)
    for day in (1, 8):
        start = datetime(2026, 12, day, 9, tzinfo=UTC)
        slot = appointments.Slot(start, start + timedelta(minutes=120), "Room 1", None, escort="Ferdinand")
        appointments.book(acting, standing(acting, made), slot)
    return made


def agree(staff: Any, patient: Any, scope: Scope) -> None:
    acting = staff.acting(Role.PHYSICIAN, reads_substance_use=True)
    recipient = "Dr Other" if scope is Scope.SUBSTANCE_USE else ""
    chart = standing(acting, patient)
    courses.consent(acting, chart, scope, text_version="1", given_how="in writing", recipient=recipient)


@pytest.fixture
def signed(staff: Any) -> None:
    """The smallest count that research may be shown is signed."""
    sign_keeping(staff.acting(Role.PHYSICIAN), None, 11)


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_everything_is_there_and_described(staff: Any, patient: Any, tmp_path: Path) -> None:
    out = tmp_path / "all"
    counts = export(staff.acting(Role.ADMINISTRATOR), out)
    events = [json.loads(line) for path in (out / "events").glob("*.jsonl") for line in path.read_text().splitlines()]
    assert len(events) == Event.objects.filter(substance_use=False).count()
    assert rows_of(out / "patients.csv")[0]["name"] == "Xanthippa Quixote"
    assert [path.read_text() for path in (out / "documents").iterdir()] == [examples.text("ptsd")]
    described = {(row["file"], row["field"]) for row in rows_of(out / "dictionary.csv")}
    for path in out.glob("*.csv"):
        if path.name != "dictionary.csv":
            columns = path.read_text(encoding="utf-8").splitlines()[0].split(",")
            assert {(path.name, column) for column in columns} <= described
    for event in events:
        name = f"events/{event['kind'].replace(' ', '_')}.jsonl"
        assert {(name, f"content.{field}") for field in event["content"]} <= described
    assert counts["audit.jsonl"] == len((out / "audit.jsonl").read_text().splitlines())
    assert Entry.objects.filter(action="exported").count() == 1
    assert not list(tmp_path.glob(".*draft"))


def test_the_dictionary_names_every_kind_of_event() -> None:
    assert {file for file, *_ in dictionary() if file.startswith("events/")} == {
        f"events/{kind.replace(' ', '_')}.jsonl" for kind in KINDS
    }


def test_substance_use_records_go_only_with_their_own_consent(staff: Any, patient: Any, tmp_path: Path) -> None:
    acting = staff.acting(Role.ADMINISTRATOR)
    export(acting, tmp_path / "a", substance_use=True)
    assert b"from the programme" not in bytes_of(tmp_path / "a")
    agree(staff, patient, Scope.SUBSTANCE_USE)
    export(acting, tmp_path / "b")
    assert b"from the programme" not in bytes_of(tmp_path / "b")
    export(acting, tmp_path / "c", substance_use=True)
    assert b"from the programme" in bytes_of(tmp_path / "c")


def test_one_chart_and_never_another_clinics(staff: Any, patient: Any, tmp_path: Path) -> None:
    acting = staff.acting(Role.PHYSICIAN)
    patients.register(acting, patients.Who("LH-2", "Otto Berg", None, "male"))
    export(acting, tmp_path / "one", patient=patient)
    assert b"Otto" not in bytes_of(tmp_path / "one")
    assert b"Xanthippa" in bytes_of(tmp_path / "one")
    export(staff.acting_elsewhere, tmp_path / "elsewhere")
    assert b"Xanthippa" not in bytes_of(tmp_path / "elsewhere")
    with pytest.raises(Refused):
        export(staff.acting_elsewhere, tmp_path / "x", patient=patient)


def test_a_folder_that_is_there_is_not_written_into(staff: Any, patient: Any, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="not there yet"):
        export(staff.acting(Role.ADMINISTRATOR), tmp_path)
    assert not Entry.objects.filter(action="exported").exists()


def test_research_gets_nothing_until_the_smallest_count_is_signed(staff: Any, patient: Any, tmp_path: Path) -> None:
    acting = staff.acting(Role.RESEARCHER)
    with pytest.raises(Refused, match="smallest count: got 'nothing signed'; required: a number that a physician"):
        export_research(acting, tmp_path / "out")
    sign_keeping(staff.acting(Role.PHYSICIAN), 10, None)
    with pytest.raises(Refused, match="nothing signed"):
        export_research(acting, tmp_path / "out")
    assert list(tmp_path.glob("out*")) == []


def test_who_agreed_on_a_chart_that_was_merged_since_is_one_person(
    staff: Any, patient: Any, signed: None, tmp_path: Path
) -> None:
    acting = staff.acting(Role.PHYSICIAN)
    twin = patients.register(acting, patients.Who("LH-7432", "Xanthippa Q", None, "female"))
    agree(staff, twin, Scope.RESEARCH)
    patients.merge(acting, patient, twin, "same passport")
    counts = export_research(staff.acting(Role.RESEARCHER), tmp_path / "out")
    assert (counts["patients.csv"], counts["assessments.csv"], counts["visits.csv"]) == (1, 1, 2)


def test_research_sees_nobody_who_did_not_agree(staff: Any, patient: Any, signed: None, tmp_path: Path) -> None:
    counts = export_research(staff.acting(Role.RESEARCHER), tmp_path / "none")
    assert sum(counts.values()) == 0


def test_research_sees_no_name_number_true_date_or_free_text(
    staff: Any, patient: Any, signed: None, tmp_path: Path
) -> None:
    agree(staff, patient, Scope.RESEARCH)
    counts = export_research(staff.acting(Role.RESEARCHER), tmp_path / "out")
    assert counts["patients.csv"] == 1
    raw = bytes_of(tmp_path / "out").decode()
    for trace in (*NAMES, str(patient), "from the programme"):
        # a week earlier, the second visit falls on the true day of the first: days are compared one by one below
        assert trace not in raw or trace == VISITED.isoformat(), trace
    visits = [date.fromisoformat(row["shifted_on"]) for row in rows_of(tmp_path / "out" / "visits.csv")]
    made = date.fromisoformat(rows_of(tmp_path / "out" / "assessments.csv")[0]["shifted_on"])
    assert (visits[1] - visits[0]).days == 7
    assert (visits[0] - made).days == 4
    assert visits[0] != VISITED
    assert visits[0].weekday() == VISITED.weekday()
    assert rows_of(tmp_path / "out" / "summary.csv")[0]["patients"] == SUPPRESSED


def test_two_exports_cannot_be_joined(staff: Any, patient: Any, signed: None, tmp_path: Path) -> None:
    agree(staff, patient, Scope.RESEARCH)
    ids = set()
    for name in ("a", "b"):
        export_research(staff.acting(Role.RESEARCHER), tmp_path / name)
        ids.add(rows_of(tmp_path / name / "patients.csv")[0]["subject"])
    assert len(ids) == 2
