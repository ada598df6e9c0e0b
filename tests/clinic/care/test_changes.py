"""Whose result has changed with the evidence: looked at a few at a time, however many charts the clinic has."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ketaminder.clinic.care import assessments, changes, patients
from ketaminder.clinic.care.chart import standing
from ketaminder.clinic.care.patients import Who

from .ward import TODAY, Ward, record, ward


@pytest.fixture
def told(database: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Ward, list[UUID]]:
    """Seven assessed charts, oldest first, of which two are looked at for a page; the evidence has become another."""
    one = ward()
    made = [_assessed(one, number) for number in range(7)]
    monkeypatch.setattr(changes, "LOOKED_AT", 2)
    monkeypatch.setattr("ketaminder.evidence.fingerprint", lambda: "another")
    monkeypatch.setattr(changes, "_now", lambda _: "defer")
    return one, made


def _assessed(one: Ward, number: int) -> UUID:
    who = Who(f"N-{number}", f"Berg {chr(97 + number)}ab", None, "female")
    patient = patients.register(one.physician, who)
    assessments.receive(one.physician, patient, record(), origin="test", on=TODAY)
    assessments.make(one.physician, standing(one.physician, patient), on=TODAY)
    return patient


def test_every_chart_is_looked_at_once_newest_first(told: tuple[Ward, list[UUID]]) -> None:
    one, made = told
    seen, before = [], None
    for _ in range(4):
        looked = changes.changed(one.physician, before)
        seen.append([row.patient.id for row in looked.changed])
        before = looked.before
    assert seen == [[made[6], made[5]], [made[4], made[3]], [made[2], made[1]], [made[0]]]
    assert before is None


def test_only_the_last_assessment_of_a_standing_chart_counts(told: tuple[Ward, list[UUID]]) -> None:
    one, made = told
    assessments.make(one.physician, standing(one.physician, made[0]), on=TODAY)
    patients.merge(one.physician, made[1], made[6], "same passport")
    seen, before = [], None
    for _ in range(3):
        looked = changes.changed(one.physician, before)
        seen.append([row.patient.id for row in looked.changed])
        before = looked.before
    assert seen == [[made[5]], [made[4], made[3]], [made[2], made[1]]], "the first was assessed by the new evidence"
    assert before is None


def test_as_many_queries_for_many_charts_as_for_few(told: tuple[Ward, list[UUID]]) -> None:
    one, _ = told
    counts = []
    for more in (0, 5):
        for number in range(more):
            _assessed(one, 10 + number)
        with CaptureQueriesContext(connection) as captured:
            changes.changed(one.physician)
        counts.append(len(captured))
    assert counts[0] == counts[1]
