"""Who the patient is: registered, searched, corrected, merged, separated; never across clinics."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from ketaminder.clinic.care import patients
from ketaminder.clinic.care.chart import opened, standing
from ketaminder.clinic.care.patients import Who
from ketaminder.clinic.events import content_of
from ketaminder.clinic.events.patients import PatientCorrected, PatientMerged, PatientUnmerged, words_of
from ketaminder.clinic.models import Entry, Event, Patient
from ketaminder.terms import Refused

from .ward import ANNA, OTHER, patient, ward


def test_a_registered_patient_stands_with_an_event_and_an_entry(database: str) -> None:
    one = ward()
    chart = patient(one.nurse)
    row, event, entry = Patient.objects.get(), Event.objects.get(), Entry.objects.order_by("-number")[0]
    assert (row.id, row.name, row.birth_date, row.clinic_id) == (chart, ANNA.name, ANNA.birth_date, one.clinic.id)
    assert (event.patient_id, event.author_id) == (chart, one.nurse.account_id)
    assert (entry.number, entry.subject, entry.digest) == (event.number, str(event.id), event.digest)
    assert "Zoë" not in entry.detail


@pytest.mark.parametrize(
    ("identifier", "name", "sex", "quoted"),
    [
        (" ", "Anna", "female", "the clinic's own number"),
        ("x" * 101, "Anna", "female", "up to 100 characters"),
        ("A-1", "…", "female", "a name"),
        ("A-1", "x" * 201, "female", "up to 200 characters"),
        ("A-1", "Anna", "F", "female, male, other, unknown"),
    ],
)
def test_an_identity_without_number_name_or_code_is_refused(identifier: str, name: str, sex: str, quoted: str) -> None:
    with pytest.raises(Refused, match=quoted):
        Who(identifier, name, None, sex)


DUPLICATES = {
    "same birth date, a word of the name in common, accents and case apart": Who(
        "A-9", "angstrom, Zora", date(1982, 5, 4)
    ),
    "same identifier": Who("A-1", "Somebody Else", date(1970, 1, 1)),
}
DIFFERENT = {
    "same birth date, no word in common": Who("A-9", "Bao Nguyen", date(1982, 5, 4)),
    "same name, another birth date": Who("A-9", ANNA.name, date(1982, 5, 5)),
    "same name, no birth date": Who("A-9", ANNA.name, None),
}


@pytest.mark.parametrize("who", DUPLICATES.values(), ids=DUPLICATES)
def test_a_likely_duplicate_is_found_and_registering_waits(database: str, who: Who) -> None:
    acting = ward().nurse
    first = patient(acting)
    assert [one.id for one in patients.likely_duplicates(acting, who)] == [first]
    with pytest.raises(Refused):
        patient(acting, who)
    assert Patient.objects.count() == 1


@pytest.mark.parametrize("who", DIFFERENT.values(), ids=DIFFERENT)
def test_other_people_are_no_duplicates(database: str, who: Who) -> None:
    acting = ward().nurse
    patient(acting)
    assert patients.likely_duplicates(acting, who) == []
    patient(acting, who)


def test_a_duplicate_that_was_looked_at_is_registered_but_never_with_a_number_that_is_taken(database: str) -> None:
    acting = ward().nurse
    first = patient(acting)
    patients.register(acting, replace(ANNA, identifier="A-9"), different_from=frozenset({first}))
    with pytest.raises(Refused, match="no other patient of this clinic bears"):
        patients.register(acting, ANNA, different_from=frozenset({first}))
    assert Patient.objects.count() == 2


@pytest.mark.parametrize("text", ["zoe", "ZOË", "łuk", "LUK", "ang", "ångström", "a-1", "zo ang", "Ångström Zoë", ""])
def test_a_patient_is_found_by_beginnings_of_words(database: str, text: str) -> None:
    acting = ward().nurse
    first = patient(acting)
    second = patient(acting, OTHER)
    assert {one.id for one in patients.find(acting, text)} == ({first, second} if not text else {first})


@pytest.mark.parametrize("text", ["oe", "zoe nguyen", "strom", "%", "_", "zoe%"])
def test_no_other_text_finds_the_patient(database: str, text: str) -> None:
    acting = ward().nurse
    first = patient(acting)
    found = [one.id for one in patients.find(acting, text)]
    assert found == ([first] if text in ("%", "_", "zoe%") else [])  # signs are no words: nothing is looked for


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Zoë Łukasiewicz-Ångström", {"zoe", "lukasiewicz", "angstrom"}),
        ("STRASSE", {"strasse"}),
        ("Straße", {"strasse"}),
        ("Søren Æbelø", {"soren", "aebelo"}),
        ("Nguyễn Thị Hằng", {"nguyen", "thi", "hang"}),
        ("किरण", {"किरण"}),
        ("Νίκος", {"νικοσ"}),  # Unicode folds the final sigma
        ("佐藤 美咲", {"佐藤", "美咲"}),
        ("x" * 150, {"x" * 100}),
    ],
)
def test_words_are_without_accents_case_and_signs(name: str, words: set[str]) -> None:
    assert words_of(name) == words


def test_a_search_is_in_the_trail_without_what_was_looked_for(database: str) -> None:
    acting = ward().nurse
    patients.search(acting, "zoe luk")
    entry = Entry.objects.get()
    assert (entry.action, entry.detail) == ("patients searched", '{"words":2}')


def test_a_correction_states_the_identity_anew_and_keeps_the_old(database: str) -> None:
    acting = ward().nurse
    chart = patient(acting)
    patients.correct(acting, chart, replace(ANNA, name="Zoë Berg"), "married")
    assert Patient.objects.get().name == "Zoë Berg"
    assert [one.id for one in patients.find(acting, "berg")] == [chart]
    assert not patients.find(acting, "luk").exists()
    first, second = (content_of(event) for event in Event.objects.order_by("number"))
    assert ANNA.name in first.body
    assert isinstance(second, PatientCorrected)
    assert second.reason == "married"


def test_a_correction_never_takes_another_number_or_goes_without_reason(database: str) -> None:
    acting = ward().nurse
    chart = patient(acting)
    patient(acting, OTHER)
    with pytest.raises(Refused, match="no other patient"):
        patients.correct(acting, chart, replace(ANNA, identifier="A-2"), "typing error")
    with pytest.raises(Refused, match="why, in words"):
        patients.correct(acting, chart, ANNA, " ")
    assert Event.objects.count() == 2


def test_a_merged_chart_is_spoken_for_and_separated_again_with_trail(database: str) -> None:
    acting = ward().nurse
    kept, duplicate = patient(acting), patient(acting, OTHER)
    merge = patients.merge(acting, kept, duplicate, "same passport")
    assert [one.id for one in patients.find(acting, "")] == [kept]
    assert len(standing(acting, kept).told) == 3  # two registrations and the merge
    with pytest.raises(Refused, match="a standing chart"):
        standing(acting, duplicate)
    patients.unmerge(acting, kept, duplicate, "twins")
    assert {one.id for one in patients.find(acting, "")} == {kept, duplicate}
    assert len(standing(acting, duplicate).told) == 1
    kinds = [event.kind for event in Event.objects.of(kept)]
    assert kinds == ["patient registered", PatientMerged.kind, PatientUnmerged.kind]
    undone = content_of(Event.objects.order_by("-number")[0])
    assert isinstance(undone, PatientUnmerged)
    assert undone.merge == merge.id
    assert Entry.objects.filter(action="event written", patient_id=kept).count() == 3


def test_a_chart_is_not_merged_with_itself_twice_or_without_reason(database: str) -> None:
    acting = ward().nurse
    kept, duplicate = patient(acting), patient(acting, OTHER)
    for other, reason in ((kept, "same"), (uuid4(), "same"), (duplicate, "")):
        with pytest.raises(Refused):
            patients.merge(acting, kept, other, reason)
    patients.merge(acting, kept, duplicate, "same passport")
    with pytest.raises(Refused, match="another standing chart"):
        patients.merge(acting, kept, duplicate, "again")
    with pytest.raises(Refused, match="merged into this one"):
        patients.unmerge(acting, duplicate, kept, "the wrong way round")


def test_one_clinic_never_sees_or_touches_another_s_patients(database: str) -> None:
    a, b = ward("Clinic A").physician, ward("Clinic B").physician
    theirs, ours = patient(b), patient(a, OTHER)
    patients.register(a, replace(ANNA, name="The same number elsewhere"))
    assert theirs not in [one.id for one in patients.find(a, "")]
    assert not patients.find(a, "zoe").exists()
    assert patients.likely_duplicates(a, replace(ANNA, identifier="A-9")) == []
    assert opened(a, theirs, "chart") is None
    before = Event.objects.count(), Entry.objects.count()
    with pytest.raises(Refused, match="a standing chart of this clinic"):
        standing(a, theirs)
    with pytest.raises(Refused, match="a standing chart of this clinic"):
        patients.correct(a, theirs, ANNA, "not mine")
    for kept, duplicate in ((ours, theirs), (theirs, ours)):
        with pytest.raises(Refused):
            patients.merge(a, kept, duplicate, "not mine")
    assert (Event.objects.count(), Entry.objects.count()) == before
    assert Patient.objects.get(id=theirs).name == ANNA.name
