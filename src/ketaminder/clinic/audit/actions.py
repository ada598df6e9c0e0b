"""The words of the audit trail. A word once written is never given another meaning."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    EVENT_WRITTEN = "event written"
    EVENT_ERASED = "event erased"
    DOCUMENT_ERASED = "document erased"
    CHART_OPENED = "chart opened"
    PATIENTS_SEARCHED = "patients searched"
    SIGNED_IN = "signed in"
    SIGN_IN_FAILED = "sign-in failed"
    SIGNED_OUT = "signed out"
    CLINIC_ENTERED = "clinic entered"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    REFUSED = "refused"
    SECOND_FACTOR_CHANGED = "second factor changed"
    PASSWORD_CHANGED = "password changed"  # noqa: S105 (a word, not a password)
    ACCOUNT_INVITED = "account invited"
    LINK_RENEWED = "link renewed"
    ACCOUNT_JOINED = "account joined"
    EMAIL_CHANGED = "e-mail address changed"
    SIGN_ON_CONNECTED = "single sign-on connected"
    ACCOUNT_LEFT = "account left"
    MEMBERSHIP_GIVEN = "membership given"
    MEMBERSHIP_ENDED = "membership ended"
    EMERGENCY_ACCESS = "emergency access"
    EMERGENCY_REFUSED = "emergency access refused"
    EMERGENCY_REVIEWED = "emergency access reviewed"
    EXPORTED = "exported"
    COHORT_SEEN = "de-identified summary seen"
    AUDIT_READ = "audit trail read"
    SEALED = "sealed"
    BACKED_UP = "backed up"
    RESTORED = "restored"
    CLOCK_STEPPED_BACK = "clock stepped back"
