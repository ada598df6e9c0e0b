"""What published trials saw on instruments that the chain does not speak of: dissociation, pressure, global scores."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import mean, stdev

from ketaminder.trials.study import PEOPLE, Asked, Kind, Measured, Study

CLASSES = (
    r"cadss",
    r"systolic",
    r"diastolic",
    r"heart rate",
    r"cgi-s",
    r"cgi",
    r"hvlt",
    r"eq-?5d",
    r"moaa",
    r"bprs",
    r"ymrs",
)
UNLIKE = 0.5
"""How far one trial may be from another, as a share of it, where only one was read."""

Key = tuple[str, Measured, bool]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Means of trials by instrument, kind of value, and whether ketamine was given."""

    means: Mapping[Key, Mapping[str, float]]

    def of(self, study: Study, row: Asked) -> tuple[float, float] | None:
        """The mean over other trials, and how far the next one may be from it."""
        found = [value for id_, value in self.means.get(_key(study, row), {}).items() if id_ != study.id]
        if not found:
            return None
        centre = mean(found)
        spread = stdev(found) if len(found) > 2 else UNLIKE * abs(centre)
        own = (row.sd or UNLIKE * abs(centre)) / max(1, row.n or PEOPLE) ** 0.5
        return centre, float((spread**2 * (1 + 1 / len(found)) + own**2) ** 0.5)


def elsewhere(studies: Iterable[Study]) -> Elsewhere:
    """The rows of `studies` with a mean, one mean a trial."""
    found: dict[Key, dict[str, list[float]]] = {}
    for one in studies:
        for row in one.rows:
            if row.mean is not None and not one.setting.withdrawal:
                found.setdefault(_key(one, row), {}).setdefault(one.id, []).append(row.mean)
    return Elsewhere({key: {id_: mean(values) for id_, values in by.items()} for key, by in found.items()})


def _key(study: Study, row: Asked) -> Key:
    words = row.instrument.lower()
    name = next((one for one in CLASSES if re.search(one, words)), re.sub(r"[^a-z0-9]", "", words))
    return name, row.measured, study.arms[row.arm].kind is Kind.KETAMINE
