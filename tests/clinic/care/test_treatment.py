"""Assess, discuss, consent, plan, sign: each needs the one before; overrides have reasons and lift no exclusion."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from ketaminder.clinic.care import assessments, courses, decisions
from ketaminder.clinic.care.chart import standing
from ketaminder.clinic.events import content_of
from ketaminder.clinic.events.consents import Scope
from ketaminder.clinic.events.courses import PlanMade
from ketaminder.clinic.events.decisions import FindingOverridden, Meaning, Signed
from ketaminder.clinic.events.records import AssessmentMade
from ketaminder.clinic.models import Document, Event
from ketaminder.terms import Product, Refused

from .ward import AT, EXCLUDED, PERMITTED, TODAY, Ward, agree, assessed, consented, patient, plan, planned, record, ward

HIGH: dict[str, Any] = {"vitals": {"sbp": 150, "dbp": 88, "hr": 70, "spo2": 98}}
"""Above the label's 140 mmHg before the dose: defers."""
ANEURYSM: dict[str, Any] = {"safety_flags": {"aneurysmal_vascular_disease": True}}
"""A contraindication of every label: excludes."""


def test_a_record_is_kept_to_the_byte(database: str) -> None:
    one = ward()
    told = patient(one.nurse)
    text = record().replace("{", '{\r\n "note": "Zoë\\u2028 ", ', 1)
    assessments.receive(one.nurse, told, text, origin="letter.json", on=TODAY)
    kept = Document.objects.get()
    assert (kept.text, kept.patient_id, kept.intact) == (text, told, True)


@pytest.mark.parametrize("text", ["", "[]", '{"resourceType": "Patient"}', record(change={"age_years": -3})])
def test_a_record_that_cannot_be_read_is_not_kept(database: str, text: str) -> None:
    one = ward()
    told = patient(one.nurse)
    with pytest.raises(Refused):
        assessments.receive(one.nurse, told, text, origin="letter.json", on=TODAY)
    assert not Document.objects.exists()
    assert Event.objects.count() == 1


def test_an_assessment_is_made_of_the_newest_record_and_replays_the_same(database: str) -> None:
    one = ward()
    told, first = assessed(one.physician)
    second_record = assessments.receive(one.nurse, told, record(change=ANEURYSM), origin="newer", on=TODAY)
    second = assessments.make(one.physician, standing(one.physician, told), on=TODAY)
    made = [content_of(event) for event in (first, second)]
    assert [content.result for content in made if isinstance(content, AssessmentMade)] == ["eligible", "exclude"]
    for content in made:
        assert isinstance(content, AssessmentMade)
        replay = assessments.replay(content)
        assert (replay.same_evidence, replay.same_result) == (True, True)
    assert isinstance(made[1], AssessmentMade)
    assert made[1].record == second_record.id


def test_without_a_record_nothing_is_assessed(database: str) -> None:
    one = ward()
    told = patient(one.nurse)
    with pytest.raises(Refused, match="an imported record"):
        assessments.make(one.physician, standing(one.physician, told), on=TODAY)


def test_a_document_changed_behind_our_back_is_not_read(database: str) -> None:
    one = ward()
    _, event = assessed(one.physician)
    _behind_our_back("clinic_document", "UPDATE clinic_document SET text = '{}'")
    content = content_of(event)
    assert isinstance(content, AssessmentMade)
    with pytest.raises(Refused, match="fingerprint taken at import"):
        assessments.replay(content)


def test_consent_stands_until_withdrawn_or_expired_and_each_scope_apart(database: str) -> None:
    one = ward()
    told = patient(one.nurse)
    agree(one.nurse, told, expires_on=TODAY + timedelta(days=30))
    found = standing(one.nurse, told)
    assert found.consent(Scope.TREATMENT, TODAY + timedelta(days=30)) is not None
    assert found.consent(Scope.TREATMENT, TODAY + timedelta(days=31)) is None
    assert found.consent(Scope.RESEARCH, TODAY) is None
    with pytest.raises(Refused, match="a consent that stands"):
        courses.withdraw(one.nurse, found, Scope.RESEARCH, "")
    courses.withdraw(one.nurse, found, Scope.TREATMENT, "changed her mind")
    assert standing(one.nurse, told).consent(Scope.TREATMENT, TODAY) is None
    agree(one.nurse, told)
    assert standing(one.nurse, told).consent(Scope.TREATMENT, TODAY) is not None


@pytest.mark.parametrize(
    ("said", "quoted"),
    [({"text_version": " "}, "the version of the consent text"), ({"scope": Scope.SUBSTANCE_USE}, "to whom")],
)
def test_a_consent_names_its_text_and_a_disclosure_its_recipient(
    database: str, said: dict[str, Any], quoted: str
) -> None:
    one = ward()
    found = standing(one.physician, patient(one.nurse))
    said = {"scope": Scope.TREATMENT, "text_version": "3", "given_how": "in writing"} | said
    with pytest.raises(Refused, match=quoted):
        courses.consent(one.physician, found, **said)


def test_a_permitted_protocol_is_planned_as_published(database: str) -> None:
    one = ward()
    told = planned(one.physician)
    found = standing(one.physician, told)
    assert found.plan is not None
    content = found.plan[1]
    # US label (PI_2019, 2.2, Table 1): twice a week in weeks 1-4, weekly in weeks 5-8; 56 mg on day 1, then 56 or 84.
    assert [(visit.on - content.first_day).days for visit in content.visits][:4] == [0, 3, 7, 10]
    assert len(content.visits) == 12
    assert [(v.lowest_dose_mg, v.highest_dose_mg) for v in content.visits][:2] == [(56, 56), (56, 84)]
    assert found.open_course is not None
    assert found.open_course[1].product == Product.ESKETAMINE_NASAL


def test_a_plan_needs_assessment_consent_discussion_and_a_permitted_protocol(database: str) -> None:
    one = ward()
    physician = one.physician
    told = patient(physician)
    agree(physician, told)
    with pytest.raises(Refused, match="a candidate assessment"):
        plan(physician, standing(physician, told))
    assessments.receive(physician, told, record(), origin="test", on=TODAY)
    assessments.make(physician, standing(physician, told), on=TODAY)
    for protocol, discussed, quoted in (
        (PERMITTED, " ", "what was discussed"),
        (EXCLUDED, "all", "not permitted'; required: a protocol that the criteria permit"),
        ("homeopathy", "all", "unknown'; required: a protocol that the criteria permit"),
    ):
        with pytest.raises(Refused, match=quoted):
            plan(physician, standing(physician, told), protocol, discussed)
    courses.withdraw(physician, standing(physician, told), Scope.TREATMENT, "")
    with pytest.raises(Refused, match="consent to treatment"):
        plan(physician, standing(physician, told))
    assert not Event.objects.filter(kind__in=["plan made", "course opened"]).exists()


def test_a_plan_needs_an_assessment_of_the_newest_record(database: str) -> None:
    one = ward()
    told = consented(one.physician)
    assessments.receive(one.nurse, told, record(change=ANEURYSM), origin="newer", on=TODAY)
    with pytest.raises(Refused, match="an assessment of the newest record"):
        plan(one.physician, standing(one.physician, told))


def test_an_expired_consent_permits_no_plan(database: str) -> None:
    one = ward()
    told, _ = assessed(one.physician)
    agree(one.physician, told, expires_on=TODAY - timedelta(days=1))
    with pytest.raises(Refused, match="consent to treatment"):
        plan(one.physician, standing(one.physician, told))


@pytest.mark.parametrize("change", [HIGH, ANEURYSM])
def test_what_is_deferred_or_excluded_is_not_planned_whatever_is_overridden(
    database: str, change: dict[str, Any]
) -> None:
    one = ward()
    told = consented(one.physician, text=record(change=change))
    _override_all(one, told)
    with pytest.raises(Refused, match="a protocol that the criteria permit"):
        plan(one.physician, standing(one.physician, told))


def test_a_second_plan_stays_in_the_course_and_another_product_waits_for_its_end(database: str) -> None:
    one = ward()
    told = planned(one.physician)
    first = standing(one.physician, told).open_course
    plan(one.physician, standing(one.physician, told), discussed="A later start.")
    found = standing(one.physician, told)
    assert first is not None
    assert found.open_course is not None
    assert found.open_course[0].id == first[0].id
    with pytest.raises(Refused, match="the open course closed first"):
        plan(one.physician, found, "ketamine_iv_trd")
    courses.close(one.physician, found, "completed", "well")
    assert standing(one.physician, told).open_course is None
    plan(one.physician, standing(one.physician, told), "ketamine_iv_trd")
    with pytest.raises(Refused, match="why, in words"):
        courses.close(one.physician, standing(one.physician, told), " ", "")


def test_a_signature_is_bound_to_what_was_read(database: str) -> None:
    one = ward()
    told = planned(one.physician)
    found = standing(one.physician, told)
    assert found.plan is not None
    event, _ = found.plan
    for of, digest, quoted in ((event.id, "0" * 64, "read it again"), (uuid4(), event.digest, "a standing event")):
        with pytest.raises(Refused, match=quoted):
            decisions.sign(one.physician, found, of, digest, Meaning.APPROVED)
    decisions.sign(one.physician, found, event.id, event.digest, Meaning.APPROVED)
    ((at, signed, fits),) = standing(one.physician, told).signatures(event.id)
    assert (signed.printed_name, signed.meaning, fits) == ("Dr Abel", Meaning.APPROVED, True)
    with pytest.raises(Refused, match="a standing event of this chart"):
        decisions.sign(one.physician, standing(one.physician, told), at.id, at.digest, Meaning.APPROVED)


@pytest.mark.parametrize(
    "change",
    [
        "body = replace(body, '56.0', '560.0')",
        "author_id = (SELECT id FROM clinic_account WHERE name = 'Nurse Bell')",
        "role = 'nurse'",
        "substance_use = NOT substance_use",
    ],
)
def test_a_changed_event_voids_its_signature(database: str, change: str) -> None:
    one = ward()
    told = planned(one.physician)
    found = standing(one.physician, told)
    assert found.plan is not None
    event, _ = found.plan
    decisions.sign(one.physician, found, event.id, event.digest, Meaning.APPROVED)
    _behind_our_back("clinic_event", f"UPDATE clinic_event SET {change} WHERE kind = 'plan made'")  # noqa: S608
    ((_, _, fits),) = standing(one.physician, told).signatures(event.id)
    assert not fits


def test_a_corrected_event_is_not_signed(database: str) -> None:
    from ketaminder.clinic.events import write
    from ketaminder.clinic.events.records import NoteWritten

    one = ward()
    told = patient(one.nurse)
    note = write(one.nurse, NoteWritten(text="left"), patient=told)
    write(one.nurse, NoteWritten(text="right"), patient=told, corrects=note)
    with pytest.raises(Refused, match="a standing event"):
        decisions.sign(one.physician, standing(one.physician, told), note.id, note.digest, Meaning.REVIEWED)


def test_an_override_needs_a_reason_and_leaves_the_finding(database: str) -> None:
    one = ward()
    told, made = assessed(one.physician, text=record(change=HIGH))
    content = content_of(made)
    assert isinstance(content, AssessmentMade)
    (deferring,) = {finding.rule for finding in content.findings if finding.verdict == "defer"}
    found = standing(one.physician, told)
    with pytest.raises(Refused, match="why, in words"):
        decisions.override(one.physician, found, made.id, deferring, " ")
    with pytest.raises(Refused, match="a finding of this assessment"):
        decisions.override(one.physician, found, made.id, "X-NONE-01", "because")
    decisions.override(one.physician, found, made.id, deferring, "measured at rest twice since")
    found = standing(one.physician, told)
    ((_, said),) = found.every(FindingOverridden)
    assert (said.rule, said.verdict, said.reason) == (deferring, "defer", "measured at rest twice since")
    assert found.assessment is not None
    assert found.assessment[1].result == "defer"


@pytest.mark.parametrize("verdict", ["exclude", "eligible", "inform"])
def test_an_override_concerns_what_defers_or_warns_and_no_exclusion(database: str, verdict: str) -> None:
    one = ward()
    told, made = assessed(one.physician, text=record(change=ANEURYSM))
    content = content_of(made)
    assert isinstance(content, AssessmentMade)
    rules = [finding.rule for finding in content.findings if finding.verdict == verdict]
    assert rules or verdict == "eligible"
    for rule in rules:
        with pytest.raises(Refused, match="an exclusion stands"):
            decisions.override(one.physician, standing(one.physician, told), made.id, rule, "because")


def test_what_is_said_on_substance_use_stays_apart_in_override_and_signature(database: str) -> None:
    one = ward()
    told = patient(one.physician)
    assessments.receive(one.physician, told, record(change=HIGH), origin="programme", on=TODAY, substance_use=True)
    made = assessments.make(one.physician, standing(one.physician, told), on=TODAY)
    _override_all(one, told)
    decisions.sign(one.physician, standing(one.physician, told), made.id, made.digest, Meaning.REVIEWED)
    apart = Event.objects.filter(kind__in=[FindingOverridden.kind, Signed.kind, AssessmentMade.kind])
    assert {event.substance_use for event in apart} == {True}


def test_a_deed_is_recorded_when_and_by_whom_it_was_done(database: str) -> None:
    one = ward()
    _, made = assessed(replace(one.physician, device="tablet 4"))
    assert (made.recorded_at, made.observed_at) == (AT, AT)
    assert (made.author_id, made.role, made.device) == (one.physician.account_id, "physician", "tablet 4")
    content = content_of(made)
    assert isinstance(content, AssessmentMade)
    assert (content.on, content.region, content.indication) == (date(2026, 11, 20), "US", "TRD")


def test_every_content_survives_the_way_to_json_and_back(database: str) -> None:
    one = ward()
    planned(one.physician)
    for event in Event.objects.all():
        assert content_of(event).body == event.body
        assert json.loads(event.body)
    assert any(isinstance(content_of(event), PlanMade) for event in Event.objects.all())


def _override_all(one: Ward, told: Any) -> None:
    found = standing(one.physician, told)
    assert found.assessment is not None
    event, content = found.assessment
    for finding in content.findings:
        if finding.verdict == "defer":
            decisions.override(one.physician, found, event.id, finding.rule, "decided otherwise")


def _behind_our_back(table: str, change: str) -> None:
    """What somebody with the database's own password could do."""
    with connection.cursor() as cursor:
        off = f"ALTER TABLE {table} DISABLE TRIGGER USER"
        cursor.execute(off if connection.vendor == "postgresql" else f"DROP TRIGGER {table}_not_changed")
        cursor.execute(change)
