"""What studies observed, as shares of relief: means by the baseline score, rates by how far relief spreads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from ketaminder.outcomes.scale import Scale
from ketaminder.outcomes.scales import scales
from ketaminder.trials.chain import Side
from ketaminder.trials.instruments import Family, Instrument, instrument
from ketaminder.trials.study import PEOPLE, Asked, Kind, Measured, Study

APART = 1.4
"""Rows of an arm whose times are closer than this ratio are one."""
BEGAN = 0.6
"""Where on the range of a scale people begin who enter a trial, if it has no severity bands: HADS 24 of 42, BHS 12 of
20, STAI-S 58 of 80, the mean baselines of the read trials. Where it has, they begin where *severe* does, as on the two
scales of which both were read: MADRS 35.1 and 35, PHQ-9 20.1 and 20. An assumption for a scale that no read trial began
with."""
IMPROVEMENT = r"cgi-?[ic]\b|pgi-?[ic]\b|global impression of (improvement|change)"
"""Ratings of change: nobody begins on them."""
RELATIVE_BASELINE = 0.12
"""How far a pooled baseline may be from that of one trial, as a share of it."""


class What(StrEnum):
    """Which part of a row."""

    MEAN = "mean"
    RESPONSE = "response_rate"
    REMISSION = "remission_rate"
    RELAPSE = "relapse"


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
            tool = _tool(one, row)
            if tool and row.baseline and row.sd and row.time_h > 0 and row.against is None:
                spreads.setdefault(tool.family, []).append(row.sd / row.baseline)
        for name, began in one.began.items():
            if began > 0 and "(z)" not in name:
                sums.setdefault(_plain(name), {}).setdefault(one.id, []).append(began)
    means = {name: sum(sum(v) / len(v) for v in by.values()) / len(by) for name, by in sums.items()}
    return Baselines(means, {family: median(values) for family, values in spreads.items()})


def _plain(name: str) -> str:
    words = name.lower().replace("-", "").replace(" ", "")
    for known in (
        "madrs",
        "hamd",
        "hdrs",
        "hrsd",
        "qids",
        "phq9",
        "bdi",
        "ybocs",
        "caps5",
        "caps",
        "pcl5",
        "gad7",
        "hama",
        "bssi",
        "bss",
        "bsi",
        "ssi",
    ):
        if words.startswith(known) and "item" not in words:
            return {"hdrs": "hamd", "hrsd": "hamd", "bssi": "ssi", "bss": "ssi", "bsi": "ssi"}.get(known, known)
    return "hamd" if words.startswith("hamiltondep") else words


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


@dataclass(frozen=True, slots=True)
class Observation:
    """One number as a share of relief, or a rate.

    `value` is the relief (MEAN), the difference of reliefs (of a standardised one, times how far relief spreads between
    people), or the rate; `error` the standard error of a mean, as a
    share; `threshold` the relief that a rate asks for; `n` people of a rate.
    """

    study: str
    row: Asked
    what: What
    side: Side
    other: Side | None
    value: float
    error: float
    threshold: float
    n: float
    baseline: float
    weight_of_baseline: float
    relapse: FollowUp | None = None
    """Of a share who relapsed: `value` is the share, `side` the arm at the last visit."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Who was followed: the arm when they were chosen and at each visit, and the reliefs that decide."""

    sides: tuple[Side, ...]
    remitted: bool
    chosen: float
    below: float
    in_a_row: int


def observations(study: Study, baselines: Baselines) -> list[Observation]:
    """Every observed number of a study that the chain can follow, once each."""
    found: dict[object, Observation] = {}
    seen = {
        (row.arm, row.time_h, tool.family)
        for row in study.rows
        if row.against is None and row.mean is not None and (tool := _tool(study, row))
    }
    for row in study.rows:
        tool = _tool(study, row)
        if tool is None or row.time_h <= 0 or tool.held or chosen_by_outcome(study, row):
            continue
        for one in _of_row(study, row, tool, baselines, seen):
            found.setdefault((one.what, row.arm, row.against, row.time_h, tool.family, one.threshold), one)
    return [*_thinned(found.values()), *_relapses(study, baselines)]


def _relapses(study: Study, baselines: Baselines) -> Iterable[Observation]:
    """Shares who relapsed, on the MADRS."""
    tool = Instrument("MADRS", Family.DEPRESSION, 0.5, 10.0, False)
    for one in study.relapses:
        base = study.began.get("MADRS") or baselines.by_instrument[_plain("MADRS")]
        hours = (one.chosen_h, *one.visits_h)
        sides_ = tuple(Side(study.arms[one.arm], study.setting, hour, tool.family) for hour in hours)
        well = tool.remission(base) if one.remitted else tool.response
        below = 0.5 if one.points is None else 1 - one.points / base
        row = Asked(-1, "MADRS", "relapse", one.arm, None, one.visits_h[-1], Measured.RATE, n=one.n)
        followed = FollowUp(sides_, one.remitted, well, below, one.in_a_row)
        yield Observation(
            study.id, row, What.RELAPSE, sides_[-1], None, one.share, 0.0, below, float(one.n), base, 0.0, followed
        )


def _thinned(seen: Iterable[Observation]) -> list[Observation]:
    """One of several rows of an arm that follow each other closely: they tell the same twice."""
    kept: list[Observation] = []
    last: dict[object, float] = {}
    for one in sorted(seen, key=lambda one: one.row.time_h):
        key = (one.what, one.row.arm, one.row.against, one.side.family, one.threshold)
        if one.row.time_h >= APART * last.get(key, 0.0):
            kept.append(one)
            last[key] = one.row.time_h
    return kept


def chosen_by_outcome(study: Study, row: Asked) -> bool:
    """Whether a row speaks of people who were picked because of how they did."""
    return bool(re.search(r"responder|remitter|remission", row.label)) and not study.setting.withdrawal


def _tool(study: Study, row: Asked) -> Instrument | None:
    return instrument(row.instrument, study.setting.condition)


def sides(study: Study, row: Asked, tool: Instrument) -> tuple[Side, Side | None]:
    """The arm of a row, and the one against which."""
    first = Side(study.arms[row.arm], study.setting, row.time_h, tool.family)
    second = Side(study.arms[row.against], study.setting, row.time_h, tool.family) if row.against else None
    return first, second


def _of_row(
    study: Study, row: Asked, tool: Instrument, baselines: Baselines, seen: set[tuple[str, float, Family]]
) -> Iterable[Observation]:
    side, other = sides(study, row, tool)
    start = baselines.of(row)
    base, given = start if start else (0.0, False)
    n = row.n or PEOPLE
    if row.mean is not None and (base or row.measured is Measured.PERCENT):
        value = _relief(row, base)
        doubled = (
            row.against is not None
            and {(row.arm, row.time_h, tool.family), (row.against, row.time_h, tool.family)} & seen
        )
        if value is not None and not doubled and not study.setting.withdrawal:
            scale = 100.0 if row.measured is Measured.PERCENT else base
            error = (
                row.se / scale
                if row.se
                else baselines.spread(tool.family) * (1 / n + (1 / (row.n_against or n) if other else 0)) ** 0.5
            )
            yield Observation(
                study.id, row, What.MEAN, side, other, value, error, 0.0, n, base, 0.0 if given else RELATIVE_BASELINE
            )
    if row.measured is Measured.EFFECT and row.effect is not None and row.effect_se and other:
        apart = baselines.spread(tool.family)
        value, error = row.effect * apart, row.effect_se * apart
        yield Observation(study.id, row, What.MEAN, side, other, value, error, 0.0, n, base, RELATIVE_BASELINE)
    if row.against is not None or study.setting.withdrawal or row.measured in (Measured.EFFECT, Measured.OTHER):
        return
    people = float(row.rate_n or n)
    for what, rate, threshold in (
        (What.RESPONSE, row.response_rate, tool.response),
        (What.REMISSION, row.remission_rate, tool.remission(base or None)),
    ):
        if rate is not None:
            yield Observation(study.id, row, what, side, None, rate, 0.0, threshold, people, base, 0.0)


def _relief(row: Asked, base: float) -> float | None:
    if row.mean is None:
        return None
    if row.measured is Measured.SCORE:
        return (base - row.mean) / base
    if row.measured in (Measured.CHANGE, Measured.DIFFERENCE):
        return -row.mean / base
    return -row.mean / 100 if row.measured is Measured.PERCENT else None


def is_drug(side: Side | None) -> bool:
    """Whether the arm of a side was given ketamine."""
    return side is not None and side.given.kind is Kind.KETAMINE
