"""What studies observed, as shares of relief: means by the baseline score, rates by how far relief spreads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ketaminder.trials.baselines import Baselines
from ketaminder.trials.chain import Side
from ketaminder.trials.instruments import Family, Instrument, instrument
from ketaminder.trials.study import PEOPLE, Asked, Kind, Measured, Study

APART = 1.4
"""Rows of an arm whose times are closer than this ratio are one."""
NO_RATES = (Measured.EFFECT, Measured.OTHER)
"""Rows whose rates are no arm's."""
RELATIVE_BASELINE = 0.12
"""How far a pooled baseline may be from that of one trial, as a share of it: the standard deviation over their mean of
the mean MADRS baselines of the read trials."""


class What(StrEnum):
    """Which part of a row."""

    MEAN = "mean"
    RESPONSE = "response_rate"
    REMISSION = "remission_rate"
    RELAPSE = "relapse"


@dataclass(frozen=True, slots=True)
class Observation:
    """One number as a share of relief, or a rate.

    `value` is the relief (MEAN), the difference of reliefs (of a standardised one, times how far relief spreads between
    people), or the rate; `error` the standard error of a mean, as a share; `threshold` the relief that a rate asks for;
    `n` people of a rate; `baseline` points, 0 where unknown; `weight_of_baseline` how far it may be off, as a share.
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
        for one in _Seen(study, row, tool, baselines).each(seen):
            found.setdefault((one.what, row.arm, row.against, row.time_h, tool.family, one.threshold), one)
    return [*_thinned(found.values()), *_relapses(study, baselines)]


def _relapses(study: Study, baselines: Baselines) -> Iterable[Observation]:
    """Shares who relapsed, on the MADRS."""
    tool = Instrument("MADRS", Family.DEPRESSION, 0.5, 10.0, False)
    for arm, one in study.relapses:
        base = study.began.get("MADRS") or baselines.by_instrument["madrs"]
        hours = (one.chosen_h, *one.visits_h)
        sides_ = tuple(Side(study.arms[arm], study.setting, hour, tool.family) for hour in hours)
        well = tool.remission(base) if one.remitted else tool.response
        below = 0.5 if one.points is None else 1 - one.points / base
        row = Asked(-1, "MADRS", "relapse", arm, None, one.visits_h[-1], Measured.RATE, n=one.n)
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


class _Seen:
    """What one row of `study` on `tool` observed."""

    def __init__(self, study: Study, row: Asked, tool: Instrument, baselines: Baselines) -> None:
        self.study, self.row, self.tool = study, row, tool
        self.side, self.other = sides(study, row, tool)
        self.base, self.given = baselines.of(row) or (0.0, False)
        self.n, self.spread = row.n or PEOPLE, baselines.spread(tool.family)

    def each(self, means: set[tuple[str, float, Family]]) -> Iterable[Observation]:
        """Every number of the row; `means` are the arms, hours and families of which a mean stands by itself."""
        row = self.row
        doubled = (
            row.against is not None and {(arm, row.time_h, self.tool.family) for arm in (row.arm, row.against)} & means
        )
        if not doubled and not self.study.setting.withdrawal:
            yield from self._mean()
        if row.measured is Measured.EFFECT and row.effect is not None and row.effect_se and self.other:
            yield self._of_mean(row.effect * self.spread, row.effect_se * self.spread, RELATIVE_BASELINE)
        if row.against is None and not self.study.setting.withdrawal and row.measured not in NO_RATES:
            yield from self._rates()

    def _mean(self) -> Iterable[Observation]:
        row, percent = self.row, self.row.measured is Measured.PERCENT
        value = _relief(row, self.base) if self.base or percent else None
        if value is not None:
            error = row.se / (100.0 if percent else self.base) if row.se else self._error()
            yield self._of_mean(value, error, 0.0 if self.given else RELATIVE_BASELINE)

    def _error(self) -> float:
        """By how far people spread, where the row does not say."""
        return self.spread * float((1 / self.n + (1 / (self.row.n_against or self.n) if self.other else 0)) ** 0.5)

    def _of_mean(self, value: float, error: float, vague: float) -> Observation:
        return Observation(
            self.study.id, self.row, What.MEAN, self.side, self.other, value, error, 0.0, self.n, self.base, vague
        )

    def _rates(self) -> Iterable[Observation]:
        people = float(self.row.rate_n or self.n)
        for what, rate, threshold in (
            (What.RESPONSE, self.row.response_rate, self.tool.response),
            (What.REMISSION, self.row.remission_rate, self.tool.remission(self.base or None)),
        ):
            if rate is not None:
                yield Observation(
                    self.study.id, self.row, what, self.side, None, rate, 0.0, threshold, people, self.base, 0.0
                )


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
