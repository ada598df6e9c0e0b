"""Birth date and sex beside what else the cohort is counted by, so that counting joins nothing."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def forwards(apps: Any, editor: Any) -> None:
    of_patient = apps.get_model("clinic", "Patient").objects.filter(pk=OuterRef("patient_id"))
    members = apps.get_model("clinic", "CohortMember").objects.using(editor.connection.alias)
    members.update(birth_date=Subquery(of_patient.values("birth_date")), sex=Subquery(of_patient.values("sex")))


class Migration(migrations.Migration):
    dependencies = [("clinic", "0006_cohort")]
    operations = [
        migrations.AddField("cohortmember", "birth_date", models.DateField(null=True)),
        migrations.AddField("cohortmember", "sex", models.CharField(blank=True, default="", max_length=10)),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
