"""Procedure: psychological treatment and operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ketaminder.terms import Case, Psychotherapy, Refused

SNOMED = "http://snomed.info/sct"


def procedure(text: str = "", code: str | None = None, status: str = "completed", **more: Any) -> dict[str, Any]:
    coding = {"coding": [{"system": SNOMED, "code": code}]} if code else {}
    return {"resourceType": "Procedure", "status": status, "code": {"text": text, **coding}, **more}


def sessions(number: Any) -> dict[str, Any]:
    return {"extension": [{"url": "urn:x-ketaminder:psychotherapy-sessions", "valueInteger": number}]}


@pytest.mark.parametrize(
    ("resource", "therapy"),
    [
        (procedure("CBT", **sessions(16)), Psychotherapy("CBT", 16, "completed")),
        (procedure("talking", "228557008", "in-progress"), Psychotherapy("CBT", None, "ongoing")),
        (procedure("Exposure and response prevention"), Psychotherapy("ERP", None, "completed")),
        (procedure("Prolonged exposure", status="preparation"), Psychotherapy("PE", None, "waiting")),
        (procedure("EMDR", status="not-done"), Psychotherapy("EMDR", None, "none")),
    ],
)
def test_psychological_treatment(read: Callable[..., Case], resource: dict[str, Any], therapy: Psychotherapy) -> None:
    assert read(resource).psychotherapy == (therapy,)


def test_ear_tubes_are_no_prolonged_exposure(read: Callable[..., Case]) -> None:
    assert read(procedure("Insertion of PE tubes")).psychotherapy is None


@pytest.mark.parametrize("number", [-1, 2.5, "16"])
def test_sessions_are_counted(read: Callable[..., Case], number: Any) -> None:
    with pytest.raises(Refused, match="valueInteger: got "):
        read(procedure("CBT", **sessions(number)))


def test_a_hysterectomy_ends_childbearing(read: Callable[..., Case]) -> None:
    assert read(procedure("Hysterectomy", "236886002")).facts["childbearing_potential"].value is False
    assert "childbearing_potential" not in read(procedure("Hysterectomy", "236886002", "not-done")).facts


def test_time_since_a_stent(read: Callable[..., Case]) -> None:
    stent = procedure("PCI", "415070008", performedDateTime="2026-03-02")
    assert read(stent).facts["months_since_mi_ua_revascularisation"].value == 8.0


@pytest.mark.parametrize("status", ["not-done", "preparation", "in-progress", "on-hold", "stopped"])
def test_a_stent_that_was_not_placed_says_nothing_of_the_time_since(read: Callable[..., Case], status: str) -> None:
    stent = procedure("PCI", "415070008", status, performedDateTime="2026-03-02")
    assert "months_since_mi_ua_revascularisation" not in read(stent).facts


def test_another_operation_says_nothing_of_the_heart(read: Callable[..., Case]) -> None:
    removed = procedure("Hysterectomy", "236886002", performedDateTime="2026-03-02")
    assert "months_since_mi_ua_revascularisation" not in read(removed).facts


def test_a_stent_without_a_date_leaves_the_time_open(read: Callable[..., Case]) -> None:
    case = read(procedure("PCI", "415070008"))
    assert "months_since_mi_ua_revascularisation" not in case.facts
    assert "PCI carries no date: the time since is open." in map(str, case.assumed)


def test_electroconvulsive_therapy_is_history(read: Callable[..., Case]) -> None:
    assert "ECT: completed, 2024" in read(procedure("ECT", performedDateTime="2024-05-01")).history
