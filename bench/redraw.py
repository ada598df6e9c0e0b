"""How long the page that compares one person's protocols takes: `python3 -m bench.redraw`.

The demonstration clinic in a database of its own, its forecasts on; the pages of some assessments in it, drawn by the
real view with bands of 1,000 virtual people, signing in as a physician does. Time of the server, without a network,
which has read its evidence and models as one does when it starts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

ON = date(2026, 11, 22)
CURVES = b"<figure"
PEOPLE = 16
"""Of how many patients the page is drawn."""


@contextmanager
def clinic() -> Iterator[None]:
    """The demonstration clinic, with forecasts, for as long as the context lasts."""
    with tempfile.TemporaryDirectory(prefix="ketaminder-redraw-") as folder:
        os.environ.update(
            KETAMINDER_DATABASE_URL=f"sqlite://{Path(folder) / 'clinic.sqlite3'}",
            KETAMINDER_DEMO="on",
            KETAMINDER_FORECASTS="on",
            KETAMINDER_ON=ON.isoformat(),
        )
        from ketaminder.clinic import set_up

        set_up()
        from django.core.management import call_command

        from ketaminder.clinic.demo.filling import fill
        from ketaminder.clinic.settled import settle

        call_command("migrate", verbosity=0)
        fill(ON)
        settle()
        yield


def physician() -> Any:
    """A browser of somebody who came in by the demonstration's door."""
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"})
    client.post("/enter-demo", {"username": "demo-physician"}, secure=True)
    return client


def addresses() -> list[str]:
    """The page of the newest assessment of each patient."""
    from django.urls import reverse

    from ketaminder.clinic.events.records import AssessmentMade
    from ketaminder.clinic.models import Event

    made = Event.objects.filter(kind=AssessmentMade.kind).order_by("number")
    newest = {one.patient_id: one.id for one in made}
    return [reverse("assessment", args=[patient, made]) for patient, made in newest.items()]


def timed(browser: Any, address: str) -> tuple[int, float, float]:
    """How many charts the page holds, and its milliseconds by the wall's clock and by the processor's."""
    wall, processor = time.perf_counter(), time.process_time()
    answer = browser.get(address, secure=True)
    took = time.perf_counter() - wall, time.process_time() - processor
    return answer.content.count(CURVES) if answer.status_code == 200 else 0, 1000 * took[0], 1000 * took[1]


def measured() -> dict[str, Any]:
    """First and later drawings of every page that holds curves."""
    with clinic():
        browser, first, again, charts = physician(), [], [], 0
        for address in addresses()[:PEOPLE]:
            held, wall, processor = timed(browser, address)
            if not held:
                continue
            charts = max(charts, held)
            first.append((wall, processor))
            again.append(timed(browser, address)[1:])
    return {"pages": len(first), "most_charts": charts, "first_ms": said(first), "again_ms": said(again)}


def said(took: list[tuple[float, float]]) -> dict[str, float]:
    """Quantiles of what the clocks showed."""
    wall, processor = np.array(took).T
    return {
        "wall_median": float(np.median(wall)),
        "processor_median": float(np.median(processor)),
        "processor_95": float(np.quantile(processor, 0.95)),
        "processor_most": float(processor.max()),
    }


def apart() -> dict[str, Any]:
    """The same in a process of its own, whose clinic is nobody else's."""
    command = [sys.executable, "-m", "bench.redraw"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    print(json.dumps(measured(), indent=2))
