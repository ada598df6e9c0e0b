"""Who acts: an account in a role in a clinic, from a device. Every write and every opening names one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from ketaminder.clinic.roles import GRANTS, May, Role
from ketaminder.terms import Refused


@dataclass(frozen=True, slots=True)
class Acting:
    """An account where it acts. `clinic_id` and `role` are None for what belongs to no clinic, such as a backup.

    `at` is when it acts, where that is not now: only the demonstration's past has one.
    """

    account_id: UUID | None
    name: str
    clinic_id: UUID | None = None
    clinic_name: str = ""
    time_zone: str = "UTC"
    role: Role | None = None
    device: str = ""
    reads_substance_use: bool = False
    at: datetime | None = None

    @property
    def place(self) -> UUID:
        """The clinic where it acts.

        Raises:
            Refused: none: what belongs to a clinic is closed to it.
        """
        if self.clinic_id is None:
            raise Refused("clinic", self.name, "somebody who acts in a clinic")
        return self.clinic_id

    @property
    def author(self) -> UUID:
        """The account that answers for what is written.

        Raises:
            Refused: no person acts.
        """
        if self.account_id is None:
            raise Refused("author", self.name, "an account")
        return self.account_id

    @property
    def now(self) -> datetime:
        """When it acts."""
        return self.at or timezone.now()

    @property
    def who(self) -> str:
        """Account and clinic, told apart from any others."""
        return f"{self.account_id or ''}:{self.clinic_id or ''}"

    def may(self, what: May) -> bool:
        return self.role is not None and what in GRANTS[self.role]


SYSTEM = Acting(account_id=None, name="the system")
"""Acts where no person does: scheduled seals, backups."""
