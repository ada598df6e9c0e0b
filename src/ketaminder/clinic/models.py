"""The clinic's rows. What was received stays as it was received."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any, Never
from uuid import uuid4

from django.db import models


class AppendOnlyError(Exception):
    """A row that stands was to be changed or deleted. A correction is a new row."""


class AppendOnlyRows(models.QuerySet["ImportedRecord"]):
    """Rows that can be added and read, and nothing else."""

    def _refuse(self, *_: Any, **__: Any) -> Never:
        raise AppendOnlyError(f"{self.model.__name__} rows are never changed or deleted")

    update = delete = bulk_update = update_or_create = _raw_delete = _refuse


class ImportedRecord(models.Model):
    """One electronic record as it came: the text, its fingerprint, when and by whom it was imported."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    document = models.TextField()
    sha256 = models.CharField(max_length=64)
    imported_at = models.DateTimeField()
    imported_by = models.CharField(max_length=200)
    name = models.CharField(max_length=200)

    objects = AppendOnlyRows.as_manager()

    class Meta:
        base_manager_name = "objects"
        ordering = ("name", "imported_at")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def receive(cls, document: str, *, name: str, author: str, at: datetime) -> ImportedRecord:
        """Keep `document` exactly as it was received, under the name to show."""
        record = cls(document=document, sha256=fingerprint(document), name=name, imported_by=author, imported_at=at)
        record.save()
        return record

    @property
    def intact(self) -> bool:
        """Whether the document is still the one whose fingerprint was taken at import."""
        return fingerprint(self.document) == self.sha256

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError(f"record {self.id} stands; import the corrected document as a new record")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_: Any, **__: Any) -> Never:
        raise AppendOnlyError(f"record {self.id} stands and is never deleted")


def fingerprint(document: str) -> str:
    """SHA-256 of the document's UTF-8 bytes, in hexadecimal."""
    return sha256(document.encode()).hexdigest()
