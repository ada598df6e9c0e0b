"""Rows on the scales that the chain speaks of: their mean and rates, and what had to be assumed on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ketaminder.trials.baselines import Baselines
from ketaminder.trials.calibration import Fit
from ketaminder.trials.expected import Expected, Interval
from ketaminder.trials.instruments import Instrument
from ketaminder.trials.observed import What, chosen_by_outcome
from ketaminder.trials.study import Asked, Effect, Measured, Study

STARTED = (Measured.SCORE, Measured.CHANGE, Measured.DIFFERENCE)
"""What is in points, and so needs the points with which people began."""


class SymptomRow:
    """One row of `study` on `tool`; `assumed` and `reasons` grow with what is asked of it."""

    def __init__(self, fit: Fit, baselines: Baselines, study: Study, row: Asked, tool: Instrument) -> None:
        self.tool = tool
        self.assumed, self.reasons = list(row.assumed), list[str]()
        self.base = self._baseline(baselines, row)
        if chosen_by_outcome(study, row):
            self.assumed.append(f"people of {row.label!r}: chosen by how they did at that time")
        if row.measured is Measured.RATE and "mean" in row.asks:
            self.assumed.append("mean: that of a row of rates is a change from baseline")
            row = replace(row, measured=Measured.CHANGE)
        self.row = row
        self.expected = Expected(fit, study, row, tool, baselines.spread(tool.family))

    @property
    def lacks_baseline(self) -> bool:
        """Whether the mean cannot be said in points."""
        return self.base is None and self.row.measured in STARTED

    def mean(self) -> Interval | None:
        """In the row's own unit; None, with a reason, where it has none. Only where no baseline is lacking."""
        measured = self.row.measured
        if measured is Measured.RATE_DIFFERENCE:
            return self.expected.rate_difference(self.tool, self.base)
        if measured is Measured.EFFECT:
            return self._effect()
        if measured is Measured.PERCENT:
            return self.expected.mean(100.0, given=True)
        if measured in STARTED:
            return self.expected.mean(self.base or 0.0, given=bool(self.row.baseline))
        self.reasons.append(f"mean: a row of {measured.value!r} has none")
        return None

    def note_elsewhere(self, assumed: Sequence[str], reason: str) -> None:
        """The mean is taken from other trials, which assume more; or cannot be, for `reason`."""
        self.assumed += assumed
        self.reasons += [f"mean: {reason}"] if reason else []

    def rates(self) -> tuple[Interval | None, Interval | None]:
        """Of response and of remission; None where the row compares two arms."""
        if self.row.against is not None:
            self.reasons.append("rates: the row compares two arms, which have one each")
            return None, None
        if self.expected.withdrawal:
            self.assumed.append("rates: of those who had responded when they were randomised")
        response = self.expected.rate(What.RESPONSE, self.tool.response, held=self.tool.held)
        return response, self.expected.rate(What.REMISSION, self.tool.remission(self.base), held=False)

    def _effect(self) -> Interval | None:
        """A standardised difference, or a ratio of rates, as the row names it."""
        kind = self.row.effect_kind
        if kind is Effect.UNLIKE:
            self.reasons.append("mean: a correlation, hazard or number needed to treat: the model speaks of none")
            return None
        if kind in (Effect.ODDS, Effect.RISK):
            self.assumed.append(f"mean: the {kind.value} of the first arm over the second")
            return self.expected.ratio(self.tool, self.base, odds=kind is Effect.ODDS)
        return self._standardised()

    def _standardised(self) -> Interval:
        of = "between arms" if self.row.against else "from baseline"
        sign = "above" if self.row.favours_above_zero else "below"
        self.assumed.append(f"mean: difference {of} in standard deviations between people; {sign} zero is better")
        said = self.expected.mean(1 / self.expected.spread, given=True)
        return _turned(said) if self.row.favours_above_zero else said

    def _baseline(self, baselines: Baselines, row: Asked) -> float | None:
        start = baselines.of(row)
        if start is None:
            return None
        points, given = start
        if not given:
            self.assumed.append(f"baseline on {row.instrument} not stated: {points:.1f}, {baselines.origin(row)}")
        return points


def _turned(one: Interval) -> Interval:
    return Interval(-one.value, -one.high, -one.low, -one.high50, -one.low50)
