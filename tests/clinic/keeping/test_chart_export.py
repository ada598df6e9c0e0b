"""A physician downloads one chart: whole, of nobody else, with substance-use records only where consent stands."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client

from ketaminder import examples
from ketaminder.clinic.care import appointments, assessments, courses, patients
from ketaminder.clinic.care.chart import standing
from ketaminder.clinic.events import write
from ketaminder.clinic.events.consents import Scope
from ketaminder.clinic.events.records import NoteWritten
from ketaminder.clinic.models import Entry, Membership
from ketaminder.clinic.roles import Role

ON = date(2026, 11, 27)
PASSWORD = "copper-lantern-42-meadow"  # noqa: S105 (of people who are made up)


@pytest.fixture
def patient(staff: Any) -> Any:
    """A chart with a record, a visit, a note and a note from a substance-use programme; and somebody else's."""
    acting = staff.acting(Role.PHYSICIAN, reads_substance_use=True)
    made = patients.register(acting, patients.Who("LH-7431", "Xanthippa Quixote", date(1984, 2, 29), "female"))
    assessments.receive(acting, made, examples.text("ptsd"), origin="Quixote.json", on=ON)
    write(acting, NoteWritten(text="a secret sorrow"), patient=made)
    write(acting, NoteWritten(text="from the programme"), patient=made, substance_use=True)
    start = datetime(2026, 12, 1, 9, tzinfo=UTC)
    slot = appointments.Slot(start, start + timedelta(hours=1), "Room 1", staff.accounts[Role.NURSE].id)
    appointments.book(acting, standing(acting, made), slot)
    other = patients.register(acting, patients.Who("LH-2", "Otto Berg", None, "male"))
    write(acting, NoteWritten(text="of Otto alone"), patient=other)
    return made


def reads(staff: Any) -> None:
    Membership.objects.filter(account=staff.accounts[Role.PHYSICIAN]).update(reads_substance_use=True)


def agree(staff: Any, patient: Any) -> Any:
    acting = staff.acting(Role.PHYSICIAN, reads_substance_use=True)
    chart = standing(acting, patient)
    return courses.consent(
        acting, chart, Scope.SUBSTANCE_USE, text_version="1", given_how="in writing", recipient="Dr Elsewhere"
    )


def files_of(answer: Any) -> dict[str, str]:
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip"), answer.content[:500]
    assert answer["Content-Disposition"] == 'attachment; filename="chart.zip"'
    with ZipFile(BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


def exported(client: Client, patient: Any, **asked: str) -> dict[str, str]:
    return files_of(client.post(f"/patients/{patient}/export", asked))


def test_the_whole_chart_and_nobody_elses(staff: Any, patient: Any) -> None:
    files = exported(staff.fresh_browser(Role.PHYSICIAN), patient)
    notes = [json.loads(line)["content"]["text"] for line in files["events/note_written.jsonl"].splitlines()]
    assert notes == ["a secret sorrow"]
    assert [text for name, text in files.items() if name.startswith("documents/")] == [examples.text("ptsd")]
    assert files["patients.csv"].splitlines()[1].split(",")[1:3] == ["LH-7431", "Xanthippa Quixote"]
    assert len(files["appointments.csv"].splitlines()) == 2
    everything = "".join(files.values())
    for foreign in ("Otto", "LH-2", "from the programme", "notice.txt"):
        assert foreign not in everything, foreign
    described = {line.split(",")[0] for line in files["dictionary.csv"].splitlines()}
    assert {name for name in files if name.endswith(".csv")} - {"dictionary.csv"} <= described


def test_of_the_people_who_work_here_no_more_than_who_did_what(staff: Any, patient: Any) -> None:
    files = exported(staff.fresh_browser(Role.PHYSICIAN), patient)
    header, *rows = files["accounts.csv"].splitlines()
    assert header == "id,name"
    assert sorted(row.split(",")[1] for row in rows) == ["Nurse Example", "Physician Example"]
    assert "memberships.csv" not in files


def test_it_is_noted_with_whose_chart_and_what_went(staff: Any, patient: Any) -> None:
    files = exported(staff.fresh_browser(Role.PHYSICIAN), patient)
    (entry,) = Entry.objects.filter(action="exported")
    assert (entry.patient_id, entry.account_id) == (patient, staff.accounts[Role.PHYSICIAN].id)
    assert json.loads(entry.detail)["substance_use"] is False
    assert "exported" not in files["audit.jsonl"]


def test_a_get_shows_the_form_and_exports_nothing(staff: Any, patient: Any) -> None:
    page = staff.fresh_browser(Role.PHYSICIAN).get(f"/patients/{patient}/export").content.decode()
    assert "your role here does not read them" in page
    assert "checkbox" not in page
    assert not Entry.objects.filter(action="exported").exists()


def test_without_fresh_proof_nothing_is_downloaded_until_it_is_given(staff: Any, patient: Any) -> None:
    client = staff.browser(Role.PHYSICIAN)
    sent = client.post(f"/patients/{patient}/export", {})
    assert (sent.status_code, sent["Location"].startswith("/account/confirm")) == (302, True)
    assert not Entry.objects.filter(action="exported").exists()
    confirmed = client.post(sent["Location"], {"password": PASSWORD, "next": f"/patients/{patient}/export"})
    assert confirmed.status_code in (200, 302)
    assert "a secret sorrow" in exported(client, patient)["events/note_written.jsonl"]


def test_who_may_not_read_substance_use_records_cannot_export_them(staff: Any, patient: Any) -> None:
    agree(staff, patient)
    files = exported(staff.fresh_browser(Role.PHYSICIAN), patient, substance_use="on")
    assert "from the programme" not in "".join(files.values())


def test_substance_use_records_go_where_consent_stands_and_they_are_asked_for(staff: Any, patient: Any) -> None:
    reads(staff)
    client = staff.fresh_browser(Role.PHYSICIAN)
    assert "from the programme" not in "".join(exported(client, patient, substance_use="on").values())
    given = agree(staff, patient)
    page = client.get(f"/patients/{patient}/export").content.decode()
    assert "may go to Dr Elsewhere" in page
    assert "checked" not in page
    assert "from the programme" not in "".join(exported(client, patient).values())
    files = exported(client, patient, substance_use="on")
    assert "from the programme" in files["events/note_written.jsonl"]
    assert files["notice.txt"] == "42 CFR part 2 prohibits unauthorized use or disclosure of these records.\n"
    acting = staff.acting(Role.PHYSICIAN, reads_substance_use=True)
    courses.withdraw(acting, standing(acting, patient), Scope.SUBSTANCE_USE, "changed her mind")
    assert given
    assert "from the programme" not in "".join(exported(client, patient, substance_use="on").values())
