"""Decisions of a named clinician: signatures and overrides."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from ketaminder.clinic.events.content import Content


class Meaning(StrEnum):
    """What a signature says."""

    APPROVED = "approved"
    REVIEWED = "reviewed"
    RESPONSIBLE = "took responsibility for"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed(Content):
    """An electronic signature: printed name, meaning, and the digest of the event signed, so that it fits no other.

    `of` is the event signed, `digest` its digest as it was read by the signer.
    """

    kind: ClassVar[str] = "signed"
    of: UUID
    digest: str
    meaning: Meaning
    printed_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingOverridden(Content):
    """A clinician decides against a finding, with reason. The finding stays."""

    kind: ClassVar[str] = "finding overridden"
    assessment: UUID
    rule: str
    verdict: str
    reason: str
