"""With how many points people begin, where a trial does not say: as in read trials, else by the range of the scale."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from ketaminder.outcomes.scale import Scale
from ketaminder.outcomes.scales import scales
from ketaminder.trials.instruments import Family, instrument
from ketaminder.trials.study import Asked, Study

BEGAN = 0.6
"""Where on the range of a scale people begin who enter a trial, if it has no severity bands: HADS 24 of 42, BHS 12 of
20, STAI-S 58 of 80, the mean baselines of the read trials. Where it has, they begin where *severe* does, as on the two
scales of which both were read: MADRS 35.1 and 35, PHQ-9 20.1 and 20. An assumption for a scale that no read trial began
with."""
IMPROVEMENT = r"cgi-?[ic]\b|pgi-?[ic]\b|global impression of (improvement|change)"
"""Ratings of change: nobody begins on them."""

SCALES = (
    *("madrs", "hamd", "hdrs", "hrsd", "qids", "phq9", "bdi", "ybocs"),
    *("caps5", "caps", "pcl5", "gad7", "hama", "bssi", "bss", "bsi", "ssi"),
)
"""How the names of scales begin in documents; the longer of two that begin alike stands first."""
SAME = {"hdrs": "hamd", "hrsd": "hamd", "bssi": "ssi", "bss": "ssi", "bsi": "ssi"}
"""Names of one scale."""


@dataclass(frozen=True, slots=True)
class Baselines:
    """The score with which people of read trials began, by instrument, and by family as a share of the largest."""

    by_instrument: Mapping[str, float]
    spread_by_family: Mapping[Family, float]

    def spread(self, family: Family) -> float:
        """How far relief spreads between people: the median of the rows that say, else that of depression scales."""
        return self.spread_by_family.get(family, self.spread_by_family[Family.DEPRESSION])

    def origin(self, asked: Asked) -> str:
        """Where a baseline that was not given comes from."""
        read = _plain(asked.instrument) in self.by_instrument
        return "the mean of the published trials" if read else f"where severe begins, or {BEGAN:g} of the range"

    def of(self, asked: Asked) -> tuple[float, bool] | None:
        """Points, and whether they were given; None where no read trial began with this instrument."""
        if re.search(IMPROVEMENT, asked.instrument.lower()):
            return None
        if asked.baseline and asked.baseline > 0 and "(z)" not in asked.instrument:
            return asked.baseline, True
        mean = self.usual(asked.instrument)
        return (mean, False) if mean else None

    def usual(self, instrument: str) -> float | None:
        """Points with which people of read trials began, or the usual share of the range; None where it has none."""
        return self.by_instrument.get(_plain(instrument)) or _of_range(instrument)


def pooled(studies: Iterable[Study]) -> Baselines:
    """The mean baseline of each instrument over trials."""
    sums: dict[str, dict[str, list[float]]] = {}
    spreads: dict[Family, list[float]] = {}
    for one in studies:
        for row in one.rows:
            tool = instrument(row.instrument, one.setting.condition)
            if tool and row.baseline and row.sd and row.time_h > 0 and row.against is None:
                spreads.setdefault(tool.family, []).append(row.sd / row.baseline)
        for name, began in one.began.items():
            if began > 0 and "(z)" not in name:
                sums.setdefault(_plain(name), {}).setdefault(one.id, []).append(began)
    means = {name: sum(sum(v) / len(v) for v in by.values()) / len(by) for name, by in sums.items()}
    return Baselines(means, {family: median(values) for family, values in spreads.items()})


def _plain(name: str) -> str:
    """One name for every spelling and part of a scale."""
    words = name.lower().replace("-", "").replace(" ", "")
    known = next((one for one in SCALES if words.startswith(one)), None)
    if known is None or "item" in words:
        return "hamd" if words.startswith("hamiltondep") else words
    return SAME.get(known, known)


def _of_range(name: str) -> float | None:
    """Points with which people begin on a scale that no read trial began with; None where its range is not known."""
    wanted = _plain(name)
    for id_, scale in scales().items():
        if _plain(id_) == wanted and (severe := _severe(scale)):
            return severe
        ranges = {one.name: one for one in scale.subscales} | ({id_: scale.total} if scale.total else {})
        for known, one in ranges.items():
            if _plain(known) == wanted:
                return one.lowest + BEGAN * (one.highest - one.lowest)
    return None


def _severe(scale: Scale) -> float | None:
    """Where *severe* begins by the published bands that apply; None where there is no such band."""
    bands = [band for found in scale.bands if found.applied for band in found.levels]
    return next((float(band.lowest) for band in bands if band.label == "severe"), None)
