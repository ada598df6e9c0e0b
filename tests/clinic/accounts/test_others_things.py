"""ASVS 8.2.2: what belongs to another clinic, patient or person, asked for by its very identifier."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client

from ketaminder import examples
from ketaminder.clinic.accounts import emergency
from ketaminder.clinic.acting import Acting
from ketaminder.clinic.care import appointments, assessments, patients
from ketaminder.clinic.care.chart import standing
from ketaminder.clinic.events import write
from ketaminder.clinic.events.records import NoteWritten
from ketaminder.clinic.models import Appointment, Document, EmergencyAccess, Entry, Event, Membership, Patient
from ketaminder.clinic.roles import Role

ON, BORN = date(2026, 11, 27), date(1984, 2, 29)
SECRET = "Quirina Verborgen"  # noqa: S105 (a name)


class Held:
    """One of each thing, of one clinic."""

    def __init__(self, acting: Acting, number: str, room: str = "Room 1", born: date = BORN) -> None:
        self.acting = acting
        self.patient: UUID = patients.register(acting, patients.Who(number, SECRET, born, "female"))
        assessments.receive(acting, self.patient, examples.text("social_anxiety"), origin="test", on=ON)
        self.made = assessments.make(acting, standing(acting, self.patient), on=ON).id
        self.note = write(acting, NoteWritten(text=f"{SECRET} slept."), patient=self.patient).id
        chart, start = standing(acting, self.patient), datetime(2026, 12, 1, 9, tzinfo=UTC)
        slot = appointments.Slot(start, start + timedelta(hours=2), room, None)
        self.visit = appointments.book(acting, chart, slot).thing
        self.access = emergency.break_glass(acting, number, born, "Unconscious in the waiting room.").id
        self.document = Document.objects.get(patient_id=self.patient).id
        assert chart.assessment is not None
        self.rule = chart.assessment[1].findings[0].rule


@pytest.fixture
def theirs(staff: Any, settings: Any) -> Held:
    settings.KETAMINDER_DEMO = True  # so that no proof of identity stands before the answer
    settings.KETAMINDER_FORECASTS = True
    return Held(staff.acting_elsewhere, "SB-1")


def addresses(of: Held, patient: UUID | None = None) -> list[str]:
    """Every address that names one of these things; those of a chart under `patient` where one is given."""
    chart = f"/patients/{patient or of.patient}"
    within = (f"assessments/{of.made}", f"assessments/{of.made}/{of.rule}", f"sign/{of.made}", f"sign/{of.note}")
    if patient:
        return [f"{chart}/{one}" for one in within]
    alone = ("", "/identity", "/merge", "/export", "/note", "/record", "/assess", "/consent", "/withdraw", "/plan")
    return [
        *(f"{chart}{one}" for one in (*alone, "/close", "/dose", "/visits/new")),
        *(f"{chart}/{one}" for one in within),
        f"/visits/{of.visit}",
        f"/visits/{of.visit}/move",
        f"/emergency/{of.access}",
        f"/emergencies/{of.access}",
        *(f"/patients/{id_}" for id_ in (of.made, of.note, of.visit, of.access, of.document)),
    ]


FORM = {
    "text": "x",
    "name": "Otto Berg",
    "identifier": "LH-1",
    "birth_date": "1950-01-01",
    "sex": "male",
    "reason": "because",
    "scope": "research",
    "text_version": "1",
    "given_how": "in writing",
    "outcome": "well",
    "standing": "arrived",
    "meaning": "approved",
    "on": "2126-12-02",
    "time": "09:00",
    "minutes": "60",
    "room": "Room 9",
    "comment": "x",
    "email": "a@example.org",
    "role": "physician",
    "end": "1",
}
"""A field for every form."""


@pytest.mark.parametrize("role", Role)
def test_nothing_of_another_clinic_is_shown_or_changed(staff: Any, theirs: Held, role: Role) -> None:
    before = (Event.objects.count(), Patient.objects.get(pk=theirs.patient).name, Appointment.objects.get().standing)
    client = staff.browser(role)
    for address in addresses(theirs):
        for answer in (client.get(address), client.post(address, FORM)):
            assert answer.status_code in (403, 404, 405), (address, answer.status_code)
            assert SECRET not in answer.content.decode(), address
    after = (Event.objects.count(), Patient.objects.get(pk=theirs.patient).name, Appointment.objects.get().standing)
    assert after == before
    assert not Entry.objects.filter(action="chart opened", account_id=staff.accounts[role].id).exists()


def test_what_belongs_to_another_patient_is_not_found_under_this_one(staff: Any, theirs: Held) -> None:
    acting = staff.acting(Role.PHYSICIAN)
    one, other = Held(acting, "LH-1"), Held(acting, "LH-2", "Room 2", date(1990, 1, 2))
    client = staff.browser(Role.PHYSICIAN)
    before = Event.objects.count()
    for of in (other, theirs):
        for address in addresses(of, patient=one.patient):
            assert client.get(address).status_code == 404, address
            assert client.post(address, FORM).status_code in (404, 405), address
    assert Event.objects.count() == before


def test_a_duplicate_of_another_clinic_is_not_merged(staff: Any, theirs: Held) -> None:
    here = Held(staff.acting(Role.PHYSICIAN), "LH-1")
    born = Patient.objects.get(pk=theirs.patient).birth_date
    answer = staff.browser(Role.PHYSICIAN).post(
        f"/patients/{here.patient}/merge", {"identifier": "SB-1", "birth_date": born, "reason": "same passport"}
    )
    assert answer.status_code == 422
    assert Patient.objects.get(pk=theirs.patient).merged_into_id is None


def test_nobody_of_another_clinic_is_booked(staff: Any, theirs: Held) -> None:
    here = Held(staff.acting(Role.PHYSICIAN), "LH-1")
    sent = {"on": "2126-12-09", "time": "09:00", "minutes": "60", "room": "Room 5", "physician": str(staff.outsider.id)}
    assert staff.browser(Role.PHYSICIAN).post(f"/patients/{here.patient}/visits/new", sent).status_code == 422


def test_an_emergency_access_is_nobody_elses_and_ends_with_the_hour(staff: Any, theirs: Held) -> None:
    mine = emergency.break_glass(staff.acting(Role.PHYSICIAN), "SB-1", BORN, "Unconscious in our waiting room.")
    assert staff.browser(Role.PHYSICIAN).get(f"/emergency/{mine.id}").status_code == 200
    assert staff.browser(Role.NURSE).get(f"/emergency/{mine.id}").status_code == 404
    later = mine.until + timedelta(seconds=1)
    assert emergency.in_force(staff.acting(Role.PHYSICIAN), mine.id, later) is None
    assert staff.browser(Role.AUDITOR).post(f"/emergencies/{mine.id}", FORM).status_code == 404, "their auditor reviews"
    assert EmergencyAccess.objects.filter(review=None).count() == 2


def test_nobody_removes_another_persons_passkey_or_session(staff: Any, theirs: Held) -> None:
    victim = staff.accounts[Role.NURSE]
    key = Authenticator.objects.create(user=victim, type="webauthn", data={"name": "key", "credential": {}})
    browser = staff.browser(Role.NURSE)
    browser.get("/today")
    physician = staff.browser(Role.PHYSICIAN)
    assert physician.get(f"/account/factors/passkeys/{key.pk}/remove").status_code == 404
    assert physician.post(f"/account/factors/passkeys/{key.pk}/remove").status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()
    session = UserSession.objects.get(user=victim)
    physician.post("/account/sessions", {"session": str(session.pk), "sessions": str(session.pk)})
    assert UserSession.objects.filter(pk=session.pk).exists()
    assert browser.get("/today").status_code == 200


def test_an_administrator_reaches_no_account_of_another_clinic(staff: Any, theirs: Held) -> None:
    foreign = Membership.objects.get(account=staff.outsider)
    client = staff.browser(Role.ADMINISTRATOR)
    for deed in ("", "/email", "/link"):
        for answer in (client.get(f"/accounts/{foreign.id}{deed}"), client.post(f"/accounts/{foreign.id}{deed}", FORM)):
            assert answer.status_code == 404, deed
    assert staff.browser(Role.PHYSICIAN).post("/clinic", {"clinic": str(staff.other.id)}).status_code == 404
    assert "Seeblick" not in client.get("/accounts").content.decode()


def test_an_auditor_and_a_researcher_see_no_name_anywhere(staff: Any, theirs: Held) -> None:
    Held(staff.acting(Role.PHYSICIAN), "LH-77")
    for role, pages in (
        (Role.AUDITOR, ("/audit", "/emergencies", "/settings")),
        (Role.RESEARCHER, ("/cohort", "/evidence")),
        (Role.ADMINISTRATOR, ("/accounts", "/visits", "/settings")),
    ):
        client: Client = staff.browser(role)
        for page in pages:
            shown = client.get(page)
            assert shown.status_code == 200, page
            assert "Quirina" not in shown.content.decode(), page
            assert "LH-77" not in shown.content.decode(), page


def test_whoever_looks_at_what_stands_in_a_chart_is_noted(staff: Any, theirs: Held) -> None:
    here = Held(staff.acting(Role.PHYSICIAN), "LH-1")
    client = staff.browser(Role.PHYSICIAN)
    looked = (f"sign/{here.note}", f"assessments/{here.made}/{here.rule}", "plan", "dose", f"assessments/{here.made}")
    for address in looked:
        assert client.get(f"/patients/{here.patient}/{address}").status_code == 200, address
    noted = Entry.objects.filter(action="chart opened", patient_id=here.patient).order_by("number")
    assert [entry.account_id for entry in noted] == [staff.accounts[Role.PHYSICIAN].id] * len(looked)
