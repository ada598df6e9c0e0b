"""A row for everybody who agreed to research, by which the cohort is counted without reading every chart."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

import django.db.models.deletion
from django.db import migrations, models

from ketaminder.clinic.research_facts import KINDS, Row, facts_of

CHUNK = 2000


def forwards(apps: Any, editor: Any) -> None:
    patients = apps.get_model("clinic", "Patient").objects.using(editor.connection.alias)
    into = dict(patients.exclude(merged_into=None).values_list("id", "merged_into_id"))
    events = apps.get_model("clinic", "Event").objects.using(editor.connection.alias)
    asked = {
        _standing(chart, into)
        for chart in events.filter(kind="consent given", body__contains='"scope":"research"').values_list(
            "patient_id", flat=True
        )
    }
    told = defaultdict[UUID, list[Row]](list)
    for row in events.filter(kind__in=KINDS).order_by("number").iterator(chunk_size=CHUNK):
        if row.patient_id and (chart := _standing(row.patient_id, into)) in asked:
            told[chart].append(Row(*(getattr(row, name) for name in Row._fields)))
    _keep(apps, editor, told)


def _keep(apps: Any, editor: Any, told: dict[UUID, list[Row]]) -> None:
    model = apps.get_model("clinic", "CohortMember")
    standing = dict(
        apps.get_model("clinic", "Patient")
        .objects.using(editor.connection.alias)
        .filter(id__in=told, erased_at=None)
        .values_list("id", "clinic_id")
    )
    found = ((chart, facts_of(rows)) for chart, rows in told.items() if chart in standing)
    model.objects.using(editor.connection.alias).bulk_create(
        model(
            patient_id=chart,
            clinic_id=standing[chart],
            until=facts.until,
            indication=facts.indication,
            result=facts.result,
            protocol=facts.protocol,
        )
        for chart, facts in found
        if facts
    )


def _standing(patient: UUID, into: dict[UUID, UUID]) -> UUID:
    """The chart that speaks for this one."""
    while following := into.get(patient):
        patient = following
    return patient


class Migration(migrations.Migration):
    dependencies = [("clinic", "0005_second_factors")]
    operations = [
        migrations.CreateModel(
            name="CohortMember",
            fields=[
                (
                    "patient",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="clinic.patient",
                    ),
                ),
                ("until", models.DateField(help_text="the last day on which the consent holds")),
                ("indication", models.CharField(blank=True, max_length=60)),
                ("result", models.CharField(blank=True, max_length=60)),
                ("protocol", models.CharField(blank=True, max_length=100)),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["clinic", "until"], name="cohort_of_clinic")]},
        ),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
