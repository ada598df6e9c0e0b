"""What the cohort counts a person by, from the events of their charts. Pure: no row, no clock.

Events that the law on substance-use records covers are left out, whoever looks: two readers then never see two counts
whose difference tells who has such a record.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

GIVEN, WITHDRAWN, ASSESSED, PLANNED = "consent given", "consent withdrawn", "assessment made", "plan made"
KINDS = (GIVEN, WITHDRAWN, ASSESSED, PLANNED)
RESEARCH = "research"
WITHOUT_END = date.max


class Row(NamedTuple):
    """What is read of an event; `body` is its canonical JSON, empty where it was erased."""

    id: UUID
    kind: str
    corrects: UUID | None
    substance_use: bool
    body: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Until which day the consent to research holds, what the last assessment found, and the protocol last planned."""

    until: date
    indication: str = ""
    result: str = ""
    protocol: str = ""


def facts_of(events: Iterable[Row]) -> Facts | None:
    """The facts of one person from the events of all their charts, oldest first; None where no consent stands."""
    rows = list(events)
    corrected = {row.corrects for row in rows if row.corrects}
    told = [
        (row, json.loads(row.body))
        for row in rows
        if row.kind in KINDS and row.body and not row.substance_use and row.id not in corrected
    ]
    withdrawn = {said["consent"] for row, said in told if row.kind == WITHDRAWN}
    ends = [
        date.fromisoformat(said["expires_on"]) if said["expires_on"] else WITHOUT_END
        for row, said in told
        if row.kind == GIVEN and said["scope"] == RESEARCH and str(row.id) not in withdrawn
    ]
    if not ends:
        return None
    assessed, planned = _last(told, ASSESSED), _last(told, PLANNED)
    return Facts(max(ends), assessed.get("indication", ""), assessed.get("result", ""), planned.get("protocol", ""))


def _last(told: list[tuple[Row, dict[str, Any]]], kind: str) -> dict[str, Any]:
    return next((said for row, said in reversed(told) if row.kind == kind), {})
