"""The accounts of the demonstration, one a role: whoever opens it chooses one, without a password."""

from __future__ import annotations

from dataclasses import dataclass

from ketaminder.clinic.roles import Role

FIRST, SECOND = "Example House", "Exempelhuset"
"""The two clinics, which see nothing of each other."""


@dataclass(frozen=True, slots=True)
class Door:
    """An account that the sign-in page of the demonstration offers."""

    username: str
    name: str
    role: Role
    clinic: str
    reads_substance_use: bool = False


DOORS = (
    Door("demo-physician", "Dr Perla Ejemplo", Role.PHYSICIAN, FIRST, reads_substance_use=True),
    Door("demo-nurse", "Nurse Tomos Enghraifft", Role.NURSE, FIRST),
    Door("demo-researcher", "Dr Ursula Beispiel", Role.RESEARCHER, FIRST),
    Door("demo-auditor", "Aud Eksempel", Role.AUDITOR, FIRST),
    Door("demo-administrator", "Adam Exemple", Role.ADMINISTRATOR, FIRST),
    Door("demo-second", "Dr Ylva Exempel", Role.PHYSICIAN, SECOND, reads_substance_use=True),
)
