"""The one way in: a FHIR Bundle or a case form becomes a Case, or is refused. Nothing is ever written."""

from ketaminder.intake.entry import read, read_file

__all__ = ["read", "read_file"]
