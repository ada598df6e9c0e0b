"""Rows that can be added and read, and nothing else. The database refuses too: see the triggers of the migrations."""

from __future__ import annotations

from typing import Any, Never, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


class AppendOnlyError(Exception):
    """A row that stands was to be changed or deleted. A correction is a new row."""


class AppendOnlyRows(models.QuerySet[Row]):
    """Rows that can be added and read, and nothing else."""

    def _refuse(self, *_: Any, **__: Any) -> Never:
        raise AppendOnlyError(f"{self.model.__name__} rows are never changed or deleted")

    update = delete = bulk_update = update_or_create = _raw_delete = _refuse


class AppendOnly(models.Model):
    """A row that stands once it is written."""

    objects = AppendOnlyRows.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError(f"{type(self).__name__} {self.pk} stands; a correction is a new row")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_: Any, **__: Any) -> Never:
        raise AppendOnlyError(f"{type(self).__name__} {self.pk} stands and is never deleted")
