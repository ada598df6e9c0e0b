"""Keeping the records: backup, restore, export, erasure, the signed heads of the audit chain."""
