"""What each role may do: one table, deny by default. A clinical right is never wider than the work needs."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    PHYSICIAN = "physician"
    NURSE = "nurse"
    RESEARCHER = "researcher"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class May(StrEnum):
    """One thing that somebody may do. The word is what the audit trail and the screen call it."""

    READ_EVIDENCE = "read the evidence"
    SEE_BOARD = "see today's board"
    FIND_PATIENT = "find a patient"
    OPEN_CHART = "open a chart"
    REGISTER_PATIENT = "register a patient"
    MERGE_PATIENTS = "merge patients"
    IMPORT_RECORD = "import a record"
    ASSESS = "make a candidate assessment"
    RECORD_CONSENT = "record consent"
    PLAN = "plan a course"
    SIGN = "sign a decision"
    OVERRIDE = "override a finding"
    WRITE_NOTE = "write a note"
    BOOK = "book appointments"
    SEE_VISITS = "see how visits went, in counts"
    CALCULATE_DOSE = "calculate a dose"
    BREAK_GLASS = "open a chart in an emergency"
    SEE_COHORT = "see de-identified data"
    EXPORT_RESEARCH = "export de-identified data"
    EXPORT_CHART = "export a chart"
    EXPORT_ALL = "export everything"
    READ_AUDIT = "read the audit trail"
    REVIEW_EMERGENCY = "review emergency access"
    SIGN_SITE_VALUES = "sign the site's values"
    SEE_SETTINGS = "see the settings"
    ADMINISTER_ACCOUNTS = "administer accounts"
    ERASE = "erase a chart by law"


_CARE = frozenset(
    {
        *(May.READ_EVIDENCE, May.SEE_BOARD, May.FIND_PATIENT, May.OPEN_CHART, May.REGISTER_PATIENT),
        *(May.IMPORT_RECORD, May.RECORD_CONSENT, May.WRITE_NOTE, May.BOOK, May.BREAK_GLASS, May.SEE_SETTINGS),
    }
)
_DECISIONS = frozenset(
    {
        *(May.ASSESS, May.PLAN, May.SIGN, May.OVERRIDE, May.CALCULATE_DOSE, May.MERGE_PATIENTS),
        *(May.EXPORT_CHART, May.SIGN_SITE_VALUES, May.SEE_VISITS),
    }
)

GRANTS: Mapping[Role, frozenset[May]] = {
    Role.PHYSICIAN: _CARE | _DECISIONS,
    Role.NURSE: _CARE,
    Role.RESEARCHER: frozenset({May.READ_EVIDENCE, May.SEE_COHORT, May.EXPORT_RESEARCH}),
    Role.AUDITOR: frozenset({May.READ_EVIDENCE, May.READ_AUDIT, May.REVIEW_EMERGENCY, May.SEE_SETTINGS}),
    Role.ADMINISTRATOR: frozenset(
        {
            *(May.READ_EVIDENCE, May.ADMINISTER_ACCOUNTS, May.SEE_SETTINGS, May.SEE_VISITS),
            *(May.EXPORT_ALL, May.ERASE),
        }
    ),
}
