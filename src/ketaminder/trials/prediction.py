"""Predictions of a trial that nobody has seen: what is expected, and how far a trial of that size may be off.

An interval holds what is not known of the constants, how trials and arms differ, and how such a sample scatters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ketaminder.trials import session_rows
from ketaminder.trials.calibration import Fit
from ketaminder.trials.chain import Side
from ketaminder.trials.elsewhere import Elsewhere
from ketaminder.trials.expected import Expected, Interval, normal
from ketaminder.trials.instruments import Family, Instrument, instrument
from ketaminder.trials.observed import Baselines, What, chosen_by_outcome, is_drug
from ketaminder.trials.study import Asked, Effect, Measured, Study


@dataclass(frozen=True, slots=True)
class Predicted:
    """One row; what cannot be said is None, and `reason` says why."""

    number: int
    mean: Interval | None
    response_rate: Interval | None
    remission_rate: Interval | None
    reason: str
    assumed: tuple[str, ...]


class Predictor:
    """Predicts by one fit and the baselines of the trials that it was fitted to."""

    def __init__(self, fit: Fit, baselines: Baselines, elsewhere: Elsewhere) -> None:
        self.fit, self.baselines, self.elsewhere = fit, baselines, elsewhere

    def predict(self, study: Study) -> list[Predicted]:
        """One prediction a row, in the order of the rows that could be read."""
        return [self.row(study, row) for row in study.rows]

    def row(self, study: Study, row: Asked) -> Predicted:
        """One row of `study`."""
        refused = _refused(study, row)
        if refused:
            return Predicted(row.number, None, None, None, refused, row.assumed)
        if session_rows.speaks_of(row):
            return self._session(study, row)
        tool = instrument(row.instrument, study.setting.condition)
        return self._elsewhere(study, row) if tool is None else self._symptoms(study, row, tool)

    def _symptoms(self, study: Study, row: Asked, tool: Instrument) -> Predicted:
        """A row on an instrument that the chain speaks of."""
        assumed, reasons = list(row.assumed), list[str]()
        base = self._baseline(row, assumed)
        if chosen_by_outcome(study, row):
            assumed.append(f"people of {row.label!r}: chosen by how they did at that time")
        if row.measured is Measured.RATE and "mean" in row.asks:
            assumed.append("mean: that of a row of rates is a change from baseline")
            row = replace(row, measured=Measured.CHANGE)
        expected = Expected(self.fit, study, row, tool, self.baselines.spread(tool.family))
        mean = self._mean(study, row, tool, base, expected, assumed, reasons)
        response = remission = None
        if row.against is None:
            response = expected.rate(What.RESPONSE, tool.response, held=tool.held)
            remission = expected.rate(What.REMISSION, tool.remission(base), held=False)
            if expected.withdrawal:
                assumed.append("rates: of those who had responded when they were randomised")
        else:
            reasons.append("rates: the row compares two arms, which have one each")
        return Predicted(row.number, mean, response, remission, "; ".join(reasons), tuple(assumed))

    def _mean(
        self,
        study: Study,
        row: Asked,
        tool: Instrument,
        base: float | None,
        expected: Expected,
        assumed: list[str],
        reasons: list[str],
    ) -> Interval | None:
        if row.measured is Measured.RATE_DIFFERENCE:
            return expected.rate_difference(tool, base)
        if row.measured is Measured.EFFECT:
            return self._effect(row, tool, base, expected, assumed, reasons)
        if row.measured in (Measured.RATE, Measured.OTHER):
            reasons.append(f"mean: a row of {row.measured.value!r} has none")
            return None
        if base is None and row.measured is not Measured.PERCENT:
            said = self._elsewhere(study, row)
            reasons += [] if said.mean else [f"mean: {said.reason}"]
            assumed += said.assumed[len(row.assumed) :]
            return said.mean
        percent = row.measured is Measured.PERCENT
        return expected.mean(100.0 if percent else base or 0.0, given=percent or bool(row.baseline))

    def _effect(
        self,
        row: Asked,
        tool: Instrument,
        base: float | None,
        expected: Expected,
        assumed: list[str],
        reasons: list[str],
    ) -> Interval | None:
        """A standardised difference, or a ratio of rates, as the row names it."""
        if row.effect_kind is Effect.UNLIKE:
            reasons.append("mean: a correlation, hazard or number needed to treat, which the model does not speak of")
            return None
        if row.effect_kind in (Effect.ODDS, Effect.RISK):
            odds = row.effect_kind is Effect.ODDS
            assumed.append(f"mean: the {row.effect_kind.value} of the first arm over the second")
            return expected.ratio(tool, base, odds=odds)
        of = "between arms" if row.against else "from baseline"
        sign = "above" if row.favours_above_zero else "below"
        assumed.append(f"mean: difference {of} in standard deviations between people; {sign} zero is better")
        said = expected.mean(1 / expected.spread, given=True)
        return _turned(said) if row.favours_above_zero else said

    def _session(self, study: Study, row: Asked) -> Predicted:
        """The hours of a session, by the chain of acute effects."""
        said = session_rows.expected(study, row)
        assumed = (*row.assumed, "by the chain of acute effects, which is not fitted to trials")
        return Predicted(row.number, said.mean, said.rate, None, said.reason, assumed)

    def _elsewhere(self, study: Study, row: Asked) -> Predicted:
        """What other trials saw on an instrument that the chain does not speak of."""
        found = self.elsewhere.of(study, row)
        reason = "" if found else f"no read row on {row.instrument!r} to predict from"
        rates = "rates: the model has none on this instrument"
        mean = found and normal(found[0], found[1], None)
        said = (*row.assumed, "the mean of the published rows on this instrument, no model") if found else row.assumed
        return Predicted(row.number, mean, None, None, reason or rates, said)

    def _baseline(self, row: Asked, assumed: list[str]) -> float | None:
        start = self.baselines.of(row)
        if start is None:
            return None
        if not start[1]:
            assumed.append(f"baseline on {row.instrument} not stated: {start[0]:.1f}, {self.baselines.origin(row)}")
        return start[0]


def _turned(one: Interval) -> Interval:
    return Interval(-one.value, -one.high, -one.low, -one.high50, -one.low50)


def _refused(study: Study, row: Asked) -> str:
    if re.search(r"panic", study.setting.condition) and not re.search(r"depress", study.setting.condition):
        return "no trial of ketamine in panic disorder has been found: nothing to predict from"
    given = study.arms[row.arm]
    if is_drug(Side(given, study.setting, 0.0, Family.DEPRESSION)) and not (given.doses or given.before):
        return f"the arm {row.arm!r} has no dose"
    return ""
