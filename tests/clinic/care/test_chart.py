"""The chart: every opening is in the chain, together with what was read; what is withheld is counted, never shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from ketaminder.clinic.care import assessments, chart, courses, decisions
from ketaminder.clinic.care.chart import afresh, opened, standing
from ketaminder.clinic.events import write
from ketaminder.clinic.events.consents import Scope
from ketaminder.clinic.events.decisions import Meaning
from ketaminder.clinic.events.records import NoteWritten
from ketaminder.clinic.models import Entry, Event
from ketaminder.terms import Refused

from .ward import OTHER, TODAY, agree, assessed, consented, patient, plan, record, ward


def test_opening_a_chart_is_an_entry_of_the_chain(database: str) -> None:
    one = ward()
    told = patient(one.nurse)
    found = opened(one.physician, told, "chart")
    assert found is not None
    assert [item.content.kind for item in found.told] == ["patient registered"]
    last, before = Entry.objects.order_by("-number")[:2]
    assert (last.action, last.patient_id, last.account_id) == ("chart opened", told, one.physician.account_id)
    assert last.previous == before.hash
    assert last.hash == last.link.hash


@pytest.mark.parametrize("broken_part", ["_chart", "append"])
def test_a_chart_is_read_and_noted_or_neither(database: str, monkeypatch: pytest.MonkeyPatch, broken_part: str) -> None:
    one = ward()
    told = patient(one.nurse)
    entries = Entry.objects.count()

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the database went away")

    monkeypatch.setattr(chart, broken_part, broken)
    with pytest.raises(RuntimeError):
        opened(one.physician, told, "chart")
    assert Entry.objects.count() == entries


def test_a_patient_whom_the_clinic_does_not_have_opens_nothing(database: str) -> None:
    assert opened(ward().physician, uuid4(), "chart") is None
    assert not Entry.objects.exists()


def test_a_corrected_event_is_told_and_counts_no_more(database: str) -> None:
    one = ward()
    told = patient(one.nurse)
    first = write(one.nurse, NoteWritten(text="left arm"), patient=told)
    write(one.nurse, NoteWritten(text="right arm"), patient=told, corrects=first)
    found = standing(one.nurse, told)
    assert [content.text for _, content in found.every(NoteWritten)] == ["right arm"]
    assert [(item.event.id == first.id) == item.corrected for item in found.told] == [True, True, True]


def test_a_correction_never_reaches_into_another_chart_or_kind(database: str) -> None:
    one = ward()
    first, second = patient(one.nurse), patient(one.nurse, OTHER)
    note = write(one.nurse, NoteWritten(text="left arm"), patient=first)
    with pytest.raises(Refused, match="an earlier note written of the same patient"):
        write(one.nurse, NoteWritten(text="right arm"), patient=second, corrects=note)


def test_nothing_is_written_about_another_clinic_s_patient(database: str) -> None:
    a, b = ward("Clinic A"), ward("Clinic B")
    theirs = consented(b.physician)
    before = Event.objects.count(), Entry.objects.count()
    found = standing(b.physician, theirs)
    deeds: list[Callable[[], object]] = [
        lambda: write(a.physician, NoteWritten(text="not mine"), patient=theirs),
        lambda: assessments.receive(a.physician, theirs, record(), origin="test", on=TODAY),
        lambda: assessments.make(a.physician, found, on=TODAY),
        lambda: courses.consent(a.physician, found, Scope.RESEARCH, text_version="3", given_how="in writing"),
        lambda: courses.withdraw(a.physician, found, Scope.TREATMENT, ""),
        lambda: plan(a.physician, found),
        lambda: decisions.sign(a.physician, found, *_signable(found), Meaning.APPROVED),
    ]
    for deed in deeds:
        with pytest.raises(Refused):
            deed()
    assert (Event.objects.count(), Entry.objects.count()) == before


def test_substance_use_is_withheld_from_who_may_not_read_it(database: str) -> None:
    one = ward()
    told, _ = assessed(one.physician)
    assessments.receive(one.physician, told, record(), origin="programme", on=TODAY, substance_use=True)
    made = assessments.make(one.physician, standing(one.physician, told), on=TODAY)
    agree(one.physician, told, Scope.SUBSTANCE_USE, recipient="Dr Eze")
    decisions.sign(one.physician, standing(one.physician, told), made.id, made.digest, Meaning.REVIEWED)
    seen, whole = opened(one.nurse, told, "chart"), opened(one.physician, told, "chart")
    assert seen is not None
    assert whole is not None
    # the record, the assessment made of it, the consent to disclosure, the signature of the assessment
    assert (len(whole.told), whole.withheld, len(seen.told), seen.withheld) == (7, 0, 3, 4)
    assert seen.consent(Scope.SUBSTANCE_USE, TODAY) is None
    assert seen.signatures(made.id) == []


def test_who_may_not_read_the_newest_record_neither_assesses_nor_plans_on_an_older_one(database: str) -> None:
    one = ward()
    told = consented(one.physician)
    assessments.receive(one.physician, told, record(), origin="programme", on=TODAY, substance_use=True)
    colleague = replace(one.physician, reads_substance_use=False)
    found = standing(colleague, told)
    with pytest.raises(Refused, match="somebody who may read the newest record"):
        assessments.make(colleague, found, on=TODAY)
    with pytest.raises(Refused, match="somebody who may read the newest one"):
        plan(colleague, found)


def test_a_deed_reads_the_chart_as_it_stands_not_as_it_was_shown(database: str) -> None:
    one = ward()
    told = consented(one.physician)
    shown = standing(one.physician, told)
    courses.withdraw(one.nurse, shown, Scope.TREATMENT, "changed her mind")
    with pytest.raises(Refused, match="consent to treatment"):
        plan(one.physician, shown)
    with transaction.atomic():
        assert len(afresh(one.physician, shown).told) == len(shown.told) + 1


def _signable(found: chart.Chart) -> tuple[UUID, str]:
    return found.told[0].event.id, found.told[0].event.digest
