"""Documents as they were received: an electronic record, a letter. Kept to the byte."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID, uuid4

from django.db import models

from ketaminder.clinic.ids import new_id
from ketaminder.clinic.models.append_only import AppendOnly


class Document(AppendOnly):
    """One document exactly as received. The event that received it names it and its fingerprint.

    Empty once erased by law: the entry that says so names it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    patient_id = models.UUIDField(db_index=True)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)

    class Meta(AppendOnly.Meta):
        ordering = ("id",)

    def __str__(self) -> str:
        return f"document {self.id}"

    @classmethod
    def keep(cls, text: str, *, patient: UUID) -> Document:
        document = cls(id=new_id(), text=text, sha256=fingerprint(text), patient_id=patient)
        document.save()
        return document

    @property
    def intact(self) -> bool:
        """Whether the text is still the one whose fingerprint was taken as it was received."""
        return fingerprint(self.text) == self.sha256


def fingerprint(document: str) -> str:
    """SHA-256 of the document's UTF-8 bytes, in hexadecimal."""
    return sha256(document.encode()).hexdigest()
