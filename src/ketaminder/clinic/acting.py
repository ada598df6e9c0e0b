"""Who acts: an account in a role in a clinic, from a device. Every write and every opening names one."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from ketaminder.clinic.roles import GRANTS, May, Role


@dataclass(frozen=True, slots=True)
class Acting:
    """An account where it acts. `clinic_id` and `role` are None for what belongs to no clinic, such as a backup."""

    account_id: UUID | None
    name: str
    clinic_id: UUID | None = None
    clinic_name: str = ""
    role: Role | None = None
    device: str = ""
    reads_substance_use: bool = False

    def may(self, what: May) -> bool:
        return self.role is not None and what in GRANTS[self.role]


SYSTEM = Acting(account_id=None, name="the system")
"""Acts where no person does: scheduled seals, backups."""
