"""The charts of everybody who agreed to something, in as many queries for many people as for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

from django.db.models import Q

from ketaminder.clinic.acting import Acting
from ketaminder.clinic.care.chart import Chart, Told
from ketaminder.clinic.care.patients import of_clinic
from ketaminder.clinic.events import Content, content_of
from ketaminder.clinic.events.consents import ConsentGiven, ConsentWithdrawn, Scope
from ketaminder.clinic.models import Event, Patient


def agreed(acting: Acting, scope: Scope, *kinds: type[Content]) -> list[Chart]:
    """The standing charts whose consent of `scope` stands, each with its events of `kinds` that the reader may see."""
    into = dict(of_clinic(acting).exclude(merged_into=None).values_list("id", "merged_into_id"))
    asked = Event.objects.filter(
        clinic_id=acting.place, kind=ConsentGiven.kind, body__contains=f'"scope":"{scope}"'
    ).values("patient_id")
    wanted = Q(patient_id__in=asked) | Q(patient_id__in={*into, *into.values()})
    named = [ConsentGiven.kind, ConsentWithdrawn.kind, *(kind.kind for kind in kinds)]
    events = Event.objects.filter(wanted, clinic_id=acting.place, kind__in=named).order_by("number")
    told = defaultdict[UUID, list[Event]](list)
    for event in events:
        if event.patient_id:
            told[_standing(event.patient_id, into)].append(event)
    rows = of_clinic(acting).filter(Q(id__in=asked) | Q(id__in=set(into.values())), merged_into=None)
    merged = defaultdict[UUID, list[UUID]](list)
    for one in into:
        merged[_standing(one, into)].append(one)
    charts = [_chart(row, told[row.id], merged[row.id], acting) for row in rows.order_by("id")]
    return [chart for chart in charts if chart.consent(scope)]


def _standing(patient: UUID, into: Mapping[UUID, UUID | None]) -> UUID:
    """The chart that speaks for this one."""
    while following := into.get(patient):
        patient = following
    return patient


def _chart(row: Patient, events: list[Event], merged: list[UUID], acting: Acting) -> Chart:
    shown = [event for event in events if acting.reads_substance_use or not event.substance_use]
    corrected = {event.corrects for event in events if event.corrects}
    told = tuple(Told(event, content_of(event), event.id in corrected) for event in shown if not event.erased)
    hidden = tuple(event for event in events if event.substance_use and not acting.reads_substance_use)
    return Chart(row, told, hidden, (row.id, *merged))
