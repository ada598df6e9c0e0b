"""Whether the clinic answers and is fit to work: for the machine that watches it. Nothing about anybody."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from django.db import Error, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from ketaminder.clinic.accounts.gate import for_machines, open_to_all
from ketaminder.clinic.audit.actions import Action
from ketaminder.clinic.audit.append import CLOCK_STEP
from ketaminder.clinic.audit.heads import last_sealed
from ketaminder.clinic.models import Clinic, Entry

OLDEST_HEAD = timedelta(hours=2)
LEAST_FREE_BYTES = 1_000_000_000
"""Free space on the disks of the database and of the heads under which the clinic is not ready. A convention."""


@csrf_exempt  # these take no other method, and say so
@open_to_all
@require_safe
def health(_: HttpRequest) -> JsonResponse:
    """Whether the clinic answers and its rows can be read."""
    Clinic.objects.exists()
    return JsonResponse({"answers": True})


@csrf_exempt
@open_to_all
@require_safe
def ready(_: HttpRequest) -> JsonResponse:
    """Whether it can take work, check by check; 503 where one fails."""
    found = _checked()
    fit = all(found.values())
    return JsonResponse({"ready": fit, "checks": found}, status=200 if fit else 503)


@csrf_exempt
@for_machines
@require_safe
def metrics(_: HttpRequest) -> HttpResponse:
    """Counts in Prometheus' text format."""
    return HttpResponse("".join(_counts()), content_type="text/plain; version=0.0.4; charset=utf-8")


def _counts() -> Iterator[str]:
    last = Entry.objects.order_by("-number").first()
    found = _checked()
    steps = Entry.objects.filter(action=Action.CLOCK_STEPPED_BACK).count()
    yield _metric("audit_entries", "counter", {"": last.number if last else 0})
    yield _metric("clock_steps_back", "counter", {"": steps})
    yield _metric("clinics", "gauge", {"": Clinic.objects.count()})
    yield _metric("ready", "gauge", {"": int(all(found.values()))})
    yield _metric("check_ready", "gauge", {f'{{check="{name}"}}': int(fine) for name, fine in found.items()})
    sealed = _last_head()
    if sealed:
        yield _metric("head_age_seconds", "gauge", {"": int(sealed.total_seconds())})


def _metric(name: str, kind: str, values: dict[str, int]) -> str:
    lines = "".join(f"ketaminder_{name}{labels} {value}\n" for labels, value in values.items())
    return f"# TYPE ketaminder_{name} {kind}\n{lines}"


def _checked() -> dict[str, bool]:
    return {name: _passes(check) for name, check in CHECKS.items()}


def _passes(check: Callable[[], bool]) -> bool:
    """A check that cannot even be made has failed."""
    try:
        return check()
    except (Error, OSError):
        return False


def _writable() -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_clinic SET name = name WHERE 1 = 0")
    return True


def _migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _heads_at() -> Path | None:
    where = os.environ.get("KETAMINDER_HEADS", "")
    return Path(where) if where else None


def _last_head() -> timedelta | None:
    """How long ago the last head was sealed; None where none is."""
    where = _heads_at()
    sealed = last_sealed(where) if where else None
    return timezone.now() - sealed if sealed else None


def _sealed() -> bool:
    """Whether the last head is recent, where heads are kept."""
    age = _last_head()
    return _heads_at() is None or (age is not None and abs(age) < OLDEST_HEAD)


def _clock() -> bool:
    """Whether the clock stands no earlier than the last entry."""
    last = Entry.objects.order_by("-number").first()
    return last is None or timezone.now() >= last.at - CLOCK_STEP


def _space() -> bool:
    """Whether the disks that this machine writes to have room: an SQLite database's, and that of the heads."""
    database = Path(connection.settings_dict["NAME"]) if connection.vendor == "sqlite" else None
    folders = [path.parent for path in (database, _heads_at()) if path]
    return all(shutil.disk_usage(folder).free > LEAST_FREE_BYTES for folder in folders)


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _writable,
    "migrations": _migrated,
    "heads": _sealed,
    "clock": _clock,
    "space": _space,
}
