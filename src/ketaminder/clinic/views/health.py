"""Whether the clinic answers and is fit to work: for the machine that watches it. Nothing about anybody."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ketaminder.clinic.accounts.gate import open_to_all
from ketaminder.clinic.models import Clinic, Entry

OLDEST_HEAD_S = 2 * 3600
LEAST_FREE_BYTES = 1_000_000_000
"""Free space on the disk of the database under which the clinic is not ready. A convention."""

TEXT = "text/plain; charset=utf-8"


@open_to_all
@require_safe
def health(_: HttpRequest) -> HttpResponse:
    """Whether the clinic answers and its rows can be read."""
    Clinic.objects.exists()
    return HttpResponse("ok\n", content_type=TEXT)


@open_to_all
@require_safe
def ready(_: HttpRequest) -> HttpResponse:
    """Whether it can take work: one line a check, 503 where one fails."""
    found = {name: check() for name, check in CHECKS.items()}
    lines = "".join(f"{name}: {'ok' if fine else 'NOT READY'}\n" for name, fine in found.items())
    return HttpResponse(lines, status=200 if all(found.values()) else 503, content_type=TEXT)


@open_to_all
@require_safe
def metrics(_: HttpRequest) -> HttpResponse:
    """Counts in Prometheus' text format."""
    return HttpResponse("".join(_counts()), content_type="text/plain; version=0.0.4; charset=utf-8")


def _counts() -> Iterator[str]:
    last = Entry.objects.order_by("-number").first()
    yield f"# TYPE ketaminder_audit_entries counter\nketaminder_audit_entries {last.number if last else 0}\n"
    yield f"# TYPE ketaminder_clinics gauge\nketaminder_clinics {Clinic.objects.count()}\n"
    yield f"# TYPE ketaminder_ready gauge\nketaminder_ready {int(all(check() for check in CHECKS.values()))}\n"


def _writable() -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_clinic SET name = name WHERE 1 = 0")
    return True


def _migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _sealed() -> bool:
    """Whether the last head is recent, where heads are kept."""
    where = os.environ.get("KETAMINDER_HEADS", "")
    if not where:
        return True
    path = Path(where)
    return path.is_file() and time.time() - path.stat().st_mtime < OLDEST_HEAD_S


def _clock() -> bool:
    """Whether the clock stands no earlier than the last entry."""
    last = Entry.objects.order_by("-number").first()
    return last is None or timezone.now() >= last.at


def _space() -> bool:
    name = str(connection.settings_dict["NAME"]) if connection.vendor == "sqlite" else ""
    return not name or shutil.disk_usage(Path(name).parent).free > LEAST_FREE_BYTES


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _writable,
    "migrations": _migrated,
    "heads": _sealed,
    "clock": _clock,
    "space": _space,
}
