"""The cohort's rows, kept up to date with the events that they are derived from."""

from __future__ import annotations

from uuid import UUID

from ketaminder.clinic.models.cohort import CohortMember
from ketaminder.clinic.models.events import Event
from ketaminder.clinic.models.patients import Patient, charts_under
from ketaminder.clinic.research_facts import KINDS, Row, facts_of


def count_anew(*charts: UUID) -> None:
    """Derive the row of each chart, or take it away where no consent to research stands or another speaks for it."""
    CohortMember.objects.filter(patient_id__in=charts).delete()
    for patient in Patient.objects.filter(id__in=charts, merged_into=None, erased_at=None):
        events = Event.objects.filter(patient_id__in=charts_under(patient.id), kind__in=KINDS).order_by("number")
        facts = facts_of(Row(*row) for row in events.values_list(*Row._fields))
        if facts:
            CohortMember.objects.create(
                patient=patient,
                clinic_id=patient.clinic_id,
                birth_date=patient.birth_date,
                sex=patient.sex,
                until=facts.until,
                indication=facts.indication,
                result=facts.result,
                protocol=facts.protocol,
            )


def count_members_anew(*charts: UUID) -> None:
    """As `count_anew`, where one of the charts is counted already: most patients never are."""
    if CohortMember.objects.filter(patient_id__in=charts).exists():
        count_anew(*charts)
