"""The clinic's rows."""

from __future__ import annotations

from ketaminder.clinic.models.accounts import Account, Clinic, Membership
from ketaminder.clinic.models.append_only import AppendOnlyError
from ketaminder.clinic.models.appointments import Appointment, Standing
from ketaminder.clinic.models.cohort import CohortMember
from ketaminder.clinic.models.documents import Document
from ketaminder.clinic.models.entries import Entry
from ketaminder.clinic.models.events import Event
from ketaminder.clinic.models.joining import EmergencyAccess, EmergencyReview, Invitation
from ketaminder.clinic.models.patients import Patient, SearchWord

__all__ = [
    "Account",
    "AppendOnlyError",
    "Appointment",
    "Clinic",
    "CohortMember",
    "Document",
    "EmergencyAccess",
    "EmergencyReview",
    "Entry",
    "Event",
    "Invitation",
    "Membership",
    "Patient",
    "SearchWord",
    "Standing",
]
