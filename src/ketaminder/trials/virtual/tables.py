"""Virtual patients as tables for analysts (Parquet): one row a person, and one row a person and visit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from ketaminder.pharmacology.exchange.extra import library
from ketaminder.trials.chain import Array
from ketaminder.trials.virtual.design import Design
from ketaminder.trials.virtual.following import Followed

WHY = ("stayed", "left", "rescued")
UNITS = {
    "baseline": "points",
    "score": "points",
    "hour": "h",
    "relapse_h": "h",
    "seen_h": "h",
    "largest_cadss_rise": "points",
    "largest_systolic_rise_mmHg": "mmHg",
}


def people_table(design: Design, followed: Sequence[Followed], about: str) -> bytes:
    """One row a person: replicate, arm, person, baseline, why, hours, acute effects. Virtual people, every one.

    Raises:
        Refused: pyarrow is not installed.
    """
    names = [arm.id for arm in design.arms]
    columns: dict[str, Any] = {
        **_who(design, followed),
        "baseline": _joined(followed, "baseline"),
        "why": [WHY[one] for one in _joined(followed, "why")],
        "relapse_h": _nulls(_joined(followed, "relapse_h")),
        "seen_h": _joined(followed, "seen_h"),
        "largest_cadss_rise": _joined(followed, "cadss"),
        "sedated": _joined(followed, "sedated"),
        "largest_systolic_rise_mmHg": _joined(followed, "systolic_mmHg"),
    }
    columns["arm"] = [names[one] for one in columns["arm"]]
    return _written(columns, design, about)


def visits_table(design: Design, followed: Sequence[Followed], about: str) -> bytes:
    """One row a person and visit at which that person was seen: replicate, arm, person, hour, score.

    Raises:
        Refused: pyarrow is not installed.
    """
    names, hours = [arm.id for arm in design.arms], np.array(design.hours)
    scores = np.concatenate([one.scores for one in followed])
    row, visit = np.nonzero(scores >= 0)
    who = {name: np.asarray(values)[row] for name, values in _who(design, followed).items()}
    columns: dict[str, Any] = {**who, "hour": hours[visit], "score": scores[row, visit]}
    columns["arm"] = [names[one] for one in columns["arm"]]
    return _written(columns, design, about)


def _who(design: Design, followed: Sequence[Followed]) -> dict[str, Any]:
    """Replicate, arm and the number of the person in it; blocks of an arm follow one another."""
    sizes = [one.baseline.size for one in followed]
    replicate = np.repeat([one.job.replicate for one in followed], sizes)
    arm = np.repeat([one.job.arm for one in followed], sizes)
    together = replicate * len(design.arms) + arm
    starts = np.flatnonzero(np.diff(together, prepend=-1))
    person = np.arange(together.size) - np.repeat(starts, np.diff([*starts, together.size]))
    return {"replicate": replicate, "arm": arm, "person": person}


def _joined(followed: Sequence[Followed], name: str) -> Array:
    return np.concatenate([getattr(one, name) for one in followed])


def _nulls(values: Array) -> list[float | None]:
    return [None if np.isnan(one) else float(one) for one in values]


def _written(columns: dict[str, Any], design: Design, about: str) -> bytes:
    pa, pq = library("pyarrow"), library("pyarrow.parquet")
    table = pa.table(columns)
    fields = [
        field.with_metadata({"unit": UNITS[field.name]}) if field.name in UNITS else field for field in table.schema
    ]
    said = {"design": design.id, "title": design.title, "about": about, "people": "virtual"}
    schema = pa.schema(fields, metadata={"ketaminder": json.dumps(said, ensure_ascii=False)})
    sink = pa.BufferOutputStream()
    pq.write_table(table.cast(schema), sink)
    return bytes(sink.getvalue())
