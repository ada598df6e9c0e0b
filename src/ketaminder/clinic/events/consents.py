"""Consent: to treatment; to research, apart; to each disclosure of substance-use records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from ketaminder.clinic.events.cohort import count_anew
from ketaminder.clinic.events.content import Content
from ketaminder.clinic.models.events import Event


class Scope(StrEnum):
    TREATMENT = "treatment"
    RESEARCH = "research"
    SUBSTANCE_USE = "disclosure of substance-use records"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven(Content):
    """The patient agreed. `text_version` names the text that was read; `recipient` to whom a disclosure may go."""

    kind: ClassVar[str] = "consent given"
    scope: Scope
    text_version: str
    given_how: str
    expires_on: date | None
    recipient: str

    def apply(self, event: Event) -> None:
        if self.scope is Scope.RESEARCH:
            count_anew(event.chart)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn(Content):
    """The patient no longer agrees. `consent` is the event that no longer holds."""

    kind: ClassVar[str] = "consent withdrawn"
    scope: Scope
    consent: UUID
    reason: str

    def apply(self, event: Event) -> None:
        if self.scope is Scope.RESEARCH:
            count_anew(event.chart)
