"""Clinical events: what each kind says, how one is written, and how rows are derived from them."""

from __future__ import annotations

from ketaminder.clinic.events import appointments, consents, courses, decisions, patients, records, site
from ketaminder.clinic.events.content import KINDS, Content, content_of
from ketaminder.clinic.events.write import write

__all__ = [
    "KINDS",
    "Content",
    "appointments",
    "consents",
    "content_of",
    "courses",
    "decisions",
    "patients",
    "records",
    "site",
    "write",
]
