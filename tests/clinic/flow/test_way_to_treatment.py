"""Assess, discuss, consent, plan, sign: every step through the addresses, by the roles that may take it."""

from __future__ import annotations

import html
import inspect
import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from ketaminder import examples
from ketaminder.clinic.care import appointments, patients
from ketaminder.clinic.care.assessments import case_of
from ketaminder.clinic.care.chart import standing
from ketaminder.clinic.events import content_of, write
from ketaminder.clinic.events.courses import PlanMade
from ketaminder.clinic.events.decisions import Signed
from ketaminder.clinic.events.records import AssessmentMade, FindingSaid, NoteWritten
from ketaminder.clinic.models import Appointment, Entry, Event
from ketaminder.clinic.roles import Role
from ketaminder.clinic.urls import urlpatterns
from ketaminder.clinic.views.done import DONE
from ketaminder.evidence import load
from ketaminder.rules import assess
from ketaminder.rules.gates import starting_points
from ketaminder.terms import Product, Region, Result

SAME = {"same_person": "on"}
DUPLICATE = {"identifier": "LH-2", "birth_date": "1984-02-29"}
SOMEBODY = {"name": "Zoë Ångström-Li", "identifier": "LH-1", "birth_date": "1984-02-29", "sex": "female"}


def clinic_day(staff: Any) -> date:
    """Today where the clinic stands: near midnight not the day it is in UTC."""
    return timezone.localdate(timezone=ZoneInfo(staff.clinic.time_zone))


def text_of(answer: Any) -> str:
    return html.unescape(re.sub(r"\s+", " ", answer.content.decode()))


@pytest.fixture
def physician(staff: Any, settings: Any) -> Client:
    settings.KETAMINDER_FORECASTS = False
    client: Client = staff.fresh_browser(Role.PHYSICIAN)
    return client


def registered(client: Client, **change: str) -> str:
    answer = client.post("/patients/new", SOMEBODY | change)
    assert answer.status_code == 303, text_of(answer)
    return answer["Location"]


def with_record(client: Client, example: str) -> str:
    chart = registered(client)
    assert client.post(f"{chart}/record", SAME | {"text": examples.text(example)}).status_code == 303
    return chart


def assessed(client: Client, example: str) -> tuple[str, str]:
    chart = with_record(client, example)
    answer = client.post(f"{chart}/assess", {})
    assert answer.status_code == 303, text_of(answer)
    return chart, answer["Location"]


CONSENT = {"scope": "treatment", "text_version": "2026-03", "given_how": "in writing"}


def test_from_registration_to_a_signed_plan(staff: Any, physician: Client) -> None:
    chart, _ = assessed(physician, "treatment_resistant_depression")
    assert physician.post(f"{chart}/consent", CONSENT).status_code == 303
    day = clinic_day(staff).isoformat()
    plan = {"protocol": "ketamine_iv_trd", "first_day": day, "discussed": "Benefit, risk, alternatives."}
    sign = physician.post(f"{chart}/plan", plan)["Location"]
    page = text_of(physician.get(sign))
    digest = re.search(r'name="digest" value="(\w{64})"', page)
    assert digest is not None
    signed = physician.post(sign, {"digest": digest[1], "meaning": "approved"})
    assert (signed.status_code, signed["Location"]) == (303, chart)
    shown = text_of(physician.get(chart))
    assert "Physician Example approved the plan." in shown
    assert shown.count('<li class="done"') == 5
    kinds = [event.kind for event in Event.objects.order_by("number")]
    assert kinds == [
        *("patient registered", "record imported", "assessment made", "consent given", "course opened", "plan made"),
        "signed",
    ]
    assert set(Event.objects.values_list("author_id", flat=True)) == {staff.accounts[Role.PHYSICIAN].id}


def test_each_step_needs_the_one_before(physician: Client) -> None:
    chart = registered(physician)
    assert "an imported record or a case form" in text_of(physician.post(f"{chart}/assess", {}))
    physician.post(f"{chart}/record", SAME | {"text": examples.text("treatment_resistant_depression")})
    assert physician.post(f"{chart}/assess", {}).status_code == 303
    plan = {"protocol": "ketamine_iv_trd", "first_day": "2126-12-01", "discussed": "Benefit and risk."}
    answer = physician.post(f"{chart}/plan", plan)
    assert answer.status_code == 422
    assert "the patient's consent to treatment" in text_of(answer)
    assert not Event.objects.filter(kind="plan made").exists()


def test_a_deferred_candidate_is_offered_no_plan_and_no_dose(physician: Client) -> None:
    chart, made = assessed(physician, "social_anxiety")
    physician.post(f"{chart}/consent", CONSENT)
    assert "permits no protocol" in text_of(physician.get(f"{chart}/plan"))
    forced = {"protocol": "ketamine_iv_social_anxiety", "first_day": "2126-12-01", "discussed": "x"}
    assert physician.post(f"{chart}/plan", forced).status_code == 422
    assert "no dose is computed" in text_of(physician.get(f"{chart}/dose"))
    assert "Systolic 148 mmHg" in text_of(physician.get(made))
    assert not Event.objects.filter(kind="plan made").exists()


def test_a_record_that_cannot_be_read_is_refused_whole_and_quoted(physician: Client) -> None:
    chart = registered(physician)
    answer = physician.post(f"{chart}/record", {"text": '{"resourceType": "Bundel"}'})
    assert answer.status_code == 422
    assert "Bundel" in text_of(answer)
    assert "Bundle" in text_of(answer)
    assert not Event.objects.filter(kind="record imported").exists()


def test_a_record_of_somebody_else_is_only_imported_on_the_readers_word(physician: Client) -> None:
    """The example is of a woman born on 18 March 1974; the chart's patient was born on 29 February 1984."""
    chart = registered(physician)
    record = {"text": examples.text("treatment_resistant_depression")}
    answer = physician.post(f"{chart}/record", record)
    assert answer.status_code == 422
    assert "female, born 1974-03-18”. Required: a record of somebody female, born 1984-02-29." in text_of(answer)
    assert 'type="checkbox" name="same_person"' in text_of(answer)
    assert not Event.objects.filter(kind="record imported").exists()
    assert physician.post(f"{chart}/record", SAME | record).status_code == 303
    assert "Record imported (typed, compared by its importer)." in text_of(physician.get(chart))
    physician.post(f"{chart}/identity", SOMEBODY | {"birth_date": "1974-03-18", "reason": "Passport seen."})
    assert physician.post(f"{chart}/record", record).status_code == 303


def test_what_is_signed_stands_on_the_screen(staff: Any, physician: Client) -> None:
    chart, _ = assessed(physician, "treatment_resistant_depression")
    physician.post(f"{chart}/consent", CONSENT)
    day = clinic_day(staff)
    plan = {"protocol": "ketamine_iv_trd", "first_day": day.isoformat(), "discussed": "Benefit, risk, alternatives."}
    shown = text_of(physician.get(physician.post(f"{chart}/plan", plan)["Location"]))
    assert "Benefit, risk, alternatives." in shown
    (visits,) = (one.visits for one in (content_of(Event.objects.get(kind="plan made")),) if isinstance(one, PlanMade))
    rows = shown.split("<tbody>", 1)[1].split("</tbody>", 1)[0].count("<tr>")
    assert rows == len(visits) > 1
    assert f"<td>{day:%-d %b %Y}</td>" in shown


def test_every_form_about_a_patient_says_who_it_is_with_birth_date_and_number(physician: Client) -> None:
    chart, made = assessed(physician, "treatment_resistant_depression")
    physician.post(f"{chart}/consent", CONSENT)
    deeds = ("identity", "merge", "record", "assess", "consent", "withdraw", "plan", "close", "dose", "visits/new")
    for address in (made, *(f"{chart}/{deed}" for deed in (*deeds, "export"))):
        head = re.sub(
            r"<[^>]+>", "", text_of(physician.get(address)).split('<p class="back">', 1)[1].split("</p>", 1)[0]
        )
        assert head == "Zoë Ångström-Li, born 29 February 1984, LH-1", address


def test_a_chart_that_another_speaks_for_offers_no_step(physician: Client) -> None:
    kept, duplicate = registered(physician), registered(physician, name="Otto Berg", identifier="LH-2")
    physician.post(f"{kept}/merge", DUPLICATE | {"reason": "Same passport."})
    shown = text_of(physician.get(duplicate))
    assert re.findall(rf'href="{re.escape(duplicate)}/[^"]*"', shown) == []


def test_an_override_stands_beside_the_finding(physician: Client) -> None:
    chart, made = assessed(physician, "social_anxiety")
    finding = re.search(rf'href="({re.escape(made)}/[^"]+)"', text_of(physician.get(made)))
    assert finding is not None
    rule = finding[1].rsplit("/", 1)[1]
    refused = physician.post(finding[1], {"rule": rule, "reason": "  "})
    assert refused.status_code == 422
    assert physician.post(finding[1], {"rule": rule, "reason": "Measured again, 128/82."}).status_code == 303
    shown = text_of(physician.get(chart))
    assert f"Physician Example decided against {rule}: Measured again, 128/82." in " ".join(
        re.sub(r"<[^>]+>", "", shown).split()
    )
    assert "Systolic 148 mmHg" in shown
    findings = text_of(physician.get(made)).split('<li class="finding">')
    (decided,) = [one for one in findings if f">{rule}</a>" in one and "decided otherwise" in one]
    assert "Measured again, 128/82." in decided


def test_nobody_is_sent_on_to_consent_while_the_assessment_stands_against_it(physician: Client) -> None:
    chart, _ = assessed(physician, "social_anxiety")
    shown = text_of(physician.get(chart))
    states = re.findall(r'<li class="(\w+)"[^>]*> <h3>.*?</svg> (\w+) <span class="unseen">', shown)
    assert states == [
        ("done", "Record"),
        ("held", "Assessment"),
        ("waiting", "Consent"),
        ("waiting", "Plan"),
        ("waiting", "Signature"),
    ]
    assert "to do next" not in shown


def test_days_that_cannot_be_meant_are_quoted_and_refused(staff: Any, physician: Client) -> None:
    """Whoever mistypes a year is told: born tomorrow, planned, booked or limited until yesterday."""
    chart, _ = assessed(physician, "treatment_resistant_depression")
    physician.post(f"{chart}/consent", CONSENT)
    now = clinic_day(staff)
    yesterday, tomorrow = now - timedelta(days=1), now + timedelta(days=1)
    sent: dict[str, tuple[dict[str, str], date]] = {
        "identity": (SOMEBODY | {"birth_date": tomorrow.isoformat(), "reason": "Passport."}, tomorrow),
        "plan": ({"protocol": "ketamine_iv_trd", "first_day": yesterday.isoformat(), "discussed": "x"}, yesterday),
        "visits/new": ({"on": yesterday.isoformat(), "time": "09:00", "minutes": "60", "room": "R"}, yesterday),
        "consent": (CONSENT | {"expires_on": yesterday.isoformat()}, yesterday),
    }
    before = Event.objects.count()
    for deed, (fields, day) in sent.items():
        answer = physician.post(f"{chart}/{deed}", fields)
        assert answer.status_code == 422, deed
        assert f"Got “{day:%-d %B %Y}”. Required: " in text_of(answer), deed
        assert f'value="{day.isoformat()}"' in text_of(answer), deed
    for born in (tomorrow.isoformat(), f"{now.year - 132}-01-01"):
        assert physician.post("/patients/new", SOMEBODY | {"identifier": "LH-7", "birth_date": born}).status_code == 422
    assert Event.objects.count() == before


@pytest.mark.parametrize("deed", ["plan", "dose", "visits/new", "consent", "withdraw", "close", "record", "merge"])
def test_nothing_is_chosen_beforehand_in_a_clinical_form(physician: Client, deed: str) -> None:
    chart, _ = assessed(physician, "treatment_resistant_depression")
    physician.post(f"{chart}/consent", CONSENT)
    form = text_of(physician.get(f"{chart}/{deed}")).split('<form class="deed', 1)[1].split("</form>", 1)[0]
    fields = re.findall(r"<(?:input|select|textarea)[^>]*>", form)
    shown = [one for one in fields if 'type="hidden"' not in one and not re.search('type="(radio|checkbox)"', one)]
    assert shown
    assert [one for one in shown if " value=" in one] == []
    assert " checked" not in form
    assert [one for one in re.findall(r"<option[^>]*selected[^>]*>", form) if 'value=""' not in one] == []
    assert re.findall(r"<select[^>]*> <option(?! value=\"\")[^>]*>", form) == [], "the first choice is none"


def test_what_was_done_is_said_once(physician: Client) -> None:
    chart = registered(physician)
    assert [text_of(physician.get(chart)).count("The patient is registered.") for _ in range(2)] == [1, 0]
    physician.post(f"{chart}/consent", CONSENT)
    assert 'role="status"' in text_of(physician.get(chart)).split("The consent is recorded.", 1)[0]
    physician.post(f"{chart}/consent", {})
    assert "The consent is recorded." not in text_of(physician.get(chart))


def test_every_deed_that_sends_on_says_what_it_did() -> None:
    """Each address that answers a form by sending on, but for joining and emergencies, which open a page."""
    names = {one.name for one in urlpatterns}
    assert set(DONE) <= names
    sending = {one.name for one in urlpatterns if "deed" in inspect.unwrap(one.callback).__code__.co_varnames}
    assert sending - set(DONE) == {"join", "emergency"}


def _visit(staff: Any, chart: str, days: int) -> Appointment:
    """A visit of the chart, so many days from today, at eight."""
    day = clinic_day(staff) + timedelta(days=days)
    starts = datetime.combine(day, time(8), ZoneInfo(staff.clinic.time_zone)).astimezone(UTC)
    nurse = staff.acting(Role.NURSE)
    slot = appointments.Slot(starts, starts + timedelta(hours=2), f"Room {days}", None)
    booked = appointments.book(nurse, standing(nurse, UUID(chart.rsplit("/", 1)[1])), slot)
    return Appointment.objects.get(id=booked.thing)


def test_the_list_says_each_patients_next_visit(staff: Any, physician: Client) -> None:
    one, other = registered(physician), registered(physician, name="Otto Berg", identifier="LH-2")
    for days in (9, 4, -4):
        visit = _visit(staff, other, days)
    cancelled = _visit(staff, other, 2)
    physician.post(f"/visits/{cancelled.id}", {"standing": "cancelled"})
    day = clinic_day(staff) + timedelta(days=4)
    shown = text_of(physician.get("/patients"))
    assert f'<td data-label="Next visit">{day:%-d %b %Y} 08:00</td>' in shown
    assert shown.count("Next visit") == 2  # the heading, and one patient
    physician.post(f"{one}/merge", DUPLICATE | {"reason": "Same passport."})
    assert f"{day:%-d %b %Y} 08:00" in text_of(physician.get("/patients")), "through the chart that speaks for it"
    assert visit.patient_id != UUID(one.rsplit("/", 1)[1])


def test_a_visit_ahead_is_cancelled_from_the_chart_and_a_forgotten_one_is_told(staff: Any, physician: Client) -> None:
    chart = registered(physician)
    ahead, forgotten = _visit(staff, chart, 7), _visit(staff, chart, -7)
    shown = text_of(physician.get(chart)).split('id="visits"', 1)[1].split("</section>", 1)[0]
    offered = {
        visit: re.findall(
            r'name="standing" value="(\w+)"', "".join(re.findall(rf'visits/{visit.id}".*?</form>', shown))
        )
        for visit in (ahead, forgotten)
    }
    assert offered == {ahead: ["cancelled"], forgotten: ["arrived", "cancelled", "missed"]}
    sent = physician.post(f"/visits/{ahead.id}", {"standing": "cancelled", "from": "chart"})
    assert sent["Location"] == chart
    physician.post(f"/visits/{forgotten.id}", {"standing": "missed", "from": "chart"})
    assert {one.standing for one in Appointment.objects.all()} == {"cancelled", "missed"}
    assert "None is booked." not in text_of(physician.get(chart))  # the cancelled one is still ahead, and said


def test_what_was_said_of_the_wrong_patient_is_taken_back(staff: Any, physician: Client) -> None:
    visit = _visit(staff, registered(physician), 0)
    for said, words in (("arrived", "Not here yet"), ("finished", "Still here")):
        physician.post(f"/visits/{visit.id}", {"standing": said})
        assert f"Ångström-Li: {words}" in text_of(physician.get("/today"))
    for back in ("arrived", "booked"):
        physician.post(f"/visits/{visit.id}", {"standing": back})
    assert Appointment.objects.get().standing == "booked"
    assert Event.objects.filter(kind="appointment stood").count() == 4


def test_the_trail_of_a_chart_says_days_as_the_rest_of_the_page_does(staff: Any, physician: Client) -> None:
    chart = registered(physician)
    visit = _visit(staff, chart, 7)
    history = text_of(physician.get(chart)).split("Everything recorded", 1)[1]
    assert f"Visit booked for {visit.starts_at.astimezone(ZoneInfo(staff.clinic.time_zone)):%-d %b %Y} 08:00" in history
    assert not re.search(r"\b\d{4}-\d\d-\d\d\b", re.sub(r"<[^>]+>", "", history))


def test_what_excludes_cannot_be_overridden(staff: Any, physician: Client) -> None:
    chart = registered(physician)
    patient = UUID(chart.rsplit("/", 1)[1])
    content = AssessmentMade(
        record=uuid4(),
        on=datetime(2026, 11, 27, tzinfo=UTC).date(),
        region="EU",
        product="ketamine_iv",
        phase="start",
        indication="trd",
        version="0",
        evidence="",
        result="exclude",
        findings=(_finding("B-ALL-01", "exclude", "Hypersensitivity to ketamine is recorded."),),
        missing=(),
    )
    event = write(staff.acting(Role.PHYSICIAN), content, patient=patient)
    answer = physician.post(f"{chart}/assessments/{event.id}/B-ALL-01", {"rule": "B-ALL-01", "reason": "I disagree"})
    assert answer.status_code == 422
    assert "an exclusion stands" in text_of(answer)


def _finding(rule: str, verdict: str, reason: str) -> Any:
    return FindingSaid(rule=rule, verdict=verdict, reason=reason)


def test_a_signature_of_what_was_not_read_is_refused(physician: Client) -> None:
    chart, made = assessed(physician, "treatment_resistant_depression")
    event = made.rsplit("/", 1)[1]
    answer = physician.post(f"{chart}/sign/{event}", {"digest": "0" * 64, "meaning": "reviewed"})
    assert answer.status_code == 422
    assert "read it again before signing" in text_of(answer)
    assert not Event.objects.filter(kind=Signed.kind).exists()


def test_a_likely_duplicate_is_shown_and_must_be_looked_at(physician: Client) -> None:
    first = registered(physician)
    again = SOMEBODY | {"name": "Zoe Angstrom", "identifier": "LH-2"}
    answer = physician.post("/patients/new", again)
    assert answer.status_code == 422
    assert "is somebody else" in text_of(answer)
    different = physician.post("/patients/new", again | {"different": first.rsplit("/", 1)[1]})
    assert different.status_code == 303
    same_number = physician.post("/patients/new", again | {"name": "Otto Berg", "birth_date": "1950-01-01"})
    assert "a number that no other patient of this clinic bears" in text_of(same_number)


def test_a_patient_is_found_by_the_beginning_of_a_word(physician: Client) -> None:
    registered(physician)
    for text in ("zoe", "ÅNG", "angstrom z", "lh-1"):
        assert "Zoë Ångström-Li" in text_of(physician.post("/patients", {"text": text})), text
    assert "Zoë" not in text_of(physician.post("/patients", {"text": "ngstrom"}))
    searched = Entry.objects.filter(action="patients searched")
    assert searched.count() == 5
    assert all("zoe" not in entry.detail.lower() for entry in searched)


def test_a_chart_is_opened_only_in_its_own_clinic_and_every_opening_is_in_the_trail(
    staff: Any, physician: Client
) -> None:
    chart = registered(physician)
    assert staff.browser_elsewhere.get(chart).status_code == 404
    assert "Zoë" not in text_of(staff.browser_elsewhere.post("/patients", {"text": "zoe"}))
    before = Entry.objects.filter(action="chart opened").count()
    assert staff.browser(Role.NURSE).get(chart).status_code == 200
    opened = Entry.objects.filter(action="chart opened").order_by("number")
    assert opened.count() == before + 1
    last = opened.last()
    assert last is not None
    assert (last.account_id, str(last.patient_id)) == (staff.accounts[Role.NURSE].id, chart.rsplit("/", 1)[1])


def test_a_note_and_a_name_cannot_become_markup(physician: Client) -> None:
    chart = registered(physician, name="<script>alert(1)</script> Berg")
    physician.post(f"{chart}/note", {"text": "<img src=x onerror=alert(2)>"})
    for page in (chart, "/patients", f"{chart}/plan"):
        body = physician.get(page).content.decode()
        assert "<script>alert" not in body
        assert "<img" not in body
    assert Event.objects.filter(kind=NoteWritten.kind).count() == 1


def test_a_visit_is_booked_in_the_clinics_own_time_and_moves_on_the_board(staff: Any, physician: Client) -> None:
    chart = registered(physician)
    day = clinic_day(staff)
    booking = {"on": day.isoformat(), "time": "09:30", "minutes": "150", "room": "Room 1", "escort": "Sister"}
    assert physician.post(f"{chart}/visits/new", booking).status_code == 303
    visit = Appointment.objects.get()
    winter = visit.starts_at.astimezone(UTC)
    assert (winter.hour, winter.minute) in {(8, 30), (7, 30)}  # Berlin is one hour ahead of UTC, two in summer
    assert visit.ends_at - visit.starts_at == timedelta(minutes=150)
    nurse = staff.browser(Role.NURSE)
    assert "09:30–12:00" in text_of(nurse.get("/today"))
    assert nurse.post(f"/visits/{visit.id}", {"standing": "finished"}).status_code == 422
    assert nurse.post(f"/visits/{visit.id}", {"standing": "arrived"}).status_code == 302
    assert Appointment.objects.get().standing == "arrived"
    assert staff.browser_elsewhere.post(f"/visits/{visit.id}", {"standing": "finished"}).status_code == 404


def test_a_room_is_not_booked_twice(physician: Client) -> None:
    first, second = registered(physician), registered(physician, name="Otto Berg", identifier="LH-2")
    booking = {"on": "2126-12-01", "time": "09:00", "minutes": "120", "room": "Room 1"}
    assert physician.post(f"{first}/visits/new", booking).status_code == 303
    answer = physician.post(f"{second}/visits/new", booking | {"time": "10:59", "room": "room 1"})
    assert answer.status_code == 422
    assert "a room that is free then" in text_of(answer)
    assert physician.post(f"{second}/visits/new", booking | {"time": "11:00"}).status_code == 303


def test_a_booked_visit_moves_in_one_step(staff: Any, physician: Client) -> None:
    """The form holds what is booked; a conflict is quoted; the trail says from when to when and why."""
    first, second = registered(physician), registered(physician, name="Otto Berg", identifier="LH-2")
    booking = {"on": "2126-12-01", "time": "09:00", "minutes": "120", "room": "Room 1", "escort": "Sister"}
    physician.post(f"{first}/visits/new", booking)
    physician.post(f"{second}/visits/new", booking | {"time": "13:00"})
    visit = Appointment.objects.order_by("starts_at").first()
    assert visit is not None
    address = f"/visits/{visit.id}/move"
    assert address in physician.get(first).content.decode()
    shown = physician.get(address).content.decode()
    for said in ('value="2126-12-01"', 'value="09:00"', 'value="120"', 'value="Room 1"', 'value="Sister"'):
        assert said in shown, said
    taken = physician.post(address, booking | {"time": "14:00"})
    assert taken.status_code == 422
    assert "Got “Room 1”" in text_of(taken)
    moved = physician.post(address, booking | {"on": "2126-12-02", "time": "10:15", "reason": "The bus strikes."})
    assert (moved.status_code, moved["Location"]) == (303, first)
    told = text_of(physician.get(first))
    assert "The visit is moved." in told
    assert "Visit of 1 Dec 2126 09:00 moved to 2 Dec 2126 10:15, Room 1. The bus strikes." in told
    assert physician.post(f"{address}?from=board", booking)["Location"] == "/today"
    physician.post(f"/visits/{visit.id}", {"standing": "cancelled"})
    refusal = physician.post(address, booking)
    assert refusal.status_code == 422
    assert "Only a booked visit can be moved; this one is cancelled." in text_of(refusal)


def test_the_calculator_computes_the_dose_that_is_named_and_no_other(physician: Client) -> None:
    """0.5 mg/kg x 70 kg = 35 mg; 35 / 50 mg/mL = 0.70 mL; 35 mg / 40 min = 0.875 mg/min."""
    chart, _ = assessed(physician, "treatment_resistant_depression")
    asked = {"protocol": "ketamine_iv_trd", "amount": "0.5", "unit": "mg/kg"}
    asked |= {"weight_kg": "70", "concentration_mg_per_mL": "50"}
    shown = text_of(physician.post(f"{chart}/dose", asked))
    assert "0.5 mg/kg × 70 kg = 35 mg." in shown
    assert "0.70 mL" in shown
    assert "0.875 mg/min" in shown
    refused = physician.post(f"{chart}/dose", asked | {"amount": "2"})
    assert refused.status_code == 422
    assert "at most" in text_of(refused)
    unweighed = physician.post(f"{chart}/dose", asked | {"weight_kg": ""})
    assert "the measured body weight" in text_of(unweighed)


def test_a_merged_chart_is_read_through_the_one_that_speaks_for_it(staff: Any, physician: Client) -> None:
    kept, duplicate = registered(physician), registered(physician, name="Otto Berg", identifier="LH-2")
    physician.post(f"{duplicate}/note", {"text": "Seen in the old chart."})
    for wrong in ({"identifier": "LH-1"}, {"identifier": "LH-9"}, {"birth_date": "1984-02-28"}):
        answer = physician.post(f"{kept}/merge", DUPLICATE | wrong | {"reason": "Same passport."})
        assert answer.status_code == 422
        assert "whose patient was born on the day given" in text_of(answer)
    assert physician.post(f"{kept}/merge", DUPLICATE | {"reason": "Same passport."}).status_code == 303
    assert "Seen in the old chart." in text_of(physician.get(kept))
    assert "which speaks for both" in text_of(physician.get(duplicate))
    assert "Otto Berg" not in text_of(physician.post("/patients", {"text": "otto"}))
    physician.post(f"{kept}/merge", DUPLICATE | {"reason": "Two passports after all."})
    assert "Seen in the old chart." not in text_of(physician.get(kept))
    assert "Otto Berg" in text_of(physician.post("/patients", {"text": "otto"}))
    acting = staff.acting(Role.PHYSICIAN)
    assert standing(acting, UUID(duplicate.rsplit("/", 1)[1])).patient.merged_into is None
    assert patients.of_clinic(acting).count() == 2


def test_a_chart_without_a_birth_date_says_what_is_to_be_done_before_it_is_merged(
    staff: Any, physician: Client
) -> None:
    kept = registered(physician)
    nurse = staff.acting(Role.NURSE)
    duplicate = patients.register(nurse, patients.Who(identifier="LH-2", name="Otto Berg", birth_date=None))
    refusal = physician.post(f"{kept}/merge", DUPLICATE | {"reason": "Same passport."})
    assert refusal.status_code == 422
    assert "correct its identity first, then merge" in text_of(refusal)
    patients.correct(nurse, duplicate, patients.Who("LH-2", "Otto Berg", date(1984, 2, 29)), "Seen in the passport.")
    assert physician.post(f"{kept}/merge", DUPLICATE | {"reason": "Same passport."}).status_code == 303


def test_who_is_affected_when_the_evidence_changes(
    staff: Any, physician: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The evidence becomes another, by which the same record is deferred."""
    chart, _ = assessed(physician, "treatment_resistant_depression")
    assert "Nobody's." in text_of(physician.get("/patients/changed"))
    record = standing(staff.acting(Role.PHYSICIAN), UUID(chart.rsplit("/", 1)[1])).assessment
    assert record is not None
    assert record[1].result == "eligible"
    deferred = replace(assess(_case(staff, chart), load()), result=Result.DEFER)
    monkeypatch.setattr("ketaminder.clinic.care.assessments.assess", lambda *_: deferred)
    assert "Nobody's." in text_of(physician.get("/patients/changed")), "the same evidence gives the same answer"
    monkeypatch.setattr("ketaminder.evidence.fingerprint", lambda: "another")
    shown = text_of(physician.get("/patients/changed"))
    assert "Zoë Ångström-Li" in shown
    assert re.search(r"Eligible</td>.*Defer</td>", shown)
    for before in ("1", "x", "-1", "9" * 30, "%00"):
        assert physician.get(f"/patients/changed?before={before}").status_code == 200, before
    assert "Nobody's among these." in text_of(physician.get("/patients/changed?before=1"))


def _case(staff: Any, chart: str) -> Any:
    record = standing(staff.acting(Role.PHYSICIAN), UUID(chart.rsplit("/", 1)[1])).record
    assert record is not None
    return case_of(record[1], clinic_day(staff), (None, None, None))


def test_the_sites_limits_are_signed_and_never_loosened(physician: Client) -> None:
    points = starting_points(load(), Region.EU, Product.KETAMINE_IV)
    values = {one.definition.name: str(one.criterion.value if one.criterion else 15) for one in points}
    loose = values | {"pre_dose_systolic_mmHg": "190"}
    answer = physician.post("/settings/limits/ketamine_iv", loose)
    assert answer.status_code == 422
    assert "nothing looser than" in text_of(answer)
    assert physician.post("/settings/limits/ketamine_iv", values).status_code == 303
    assert "Signed by Physician Example" in text_of(physician.get("/settings"))


def test_the_auditor_reads_the_trail_of_the_own_clinic_only(staff: Any, physician: Client) -> None:
    registered(physician)
    staff.browser_elsewhere.post("/patients/new", SOMEBODY | {"identifier": "SB-9"})
    shown = text_of(staff.browser(Role.AUDITOR).get("/audit"))
    assert "Physician Example" in shown
    assert "Outsider Example" not in shown
    assert "patient registered" in shown
    assert "UTC" not in shown  # times are the clinic's own
    only = text_of(staff.browser(Role.AUDITOR).get("/audit", {"action": "chart opened"}))
    assert "patient registered" not in only
