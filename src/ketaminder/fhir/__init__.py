"""FHIR R4, one translator a noun. `read` turns a Bundle into a Case; the codes it knows stand in codes.toml."""

from ketaminder.fhir.bundle import Chosen, read

__all__ = ["Chosen", "read"]
