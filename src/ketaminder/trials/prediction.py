"""Predictions of a trial that nobody has seen: what is expected, and how far a trial of that size may be off.

An interval holds what is not known of the constants, how trials and arms differ, and how such a sample scatters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ketaminder.trials import session_rows
from ketaminder.trials.baselines import Baselines
from ketaminder.trials.calibration import Fit
from ketaminder.trials.chain import Side
from ketaminder.trials.elsewhere import Elsewhere
from ketaminder.trials.expected import Interval, normal
from ketaminder.trials.instruments import Family, Instrument, instrument
from ketaminder.trials.observed import is_drug
from ketaminder.trials.study import Asked, Study
from ketaminder.trials.symptom_rows import SymptomRow


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
        said = SymptomRow(self.fit, self.baselines, study, row, tool)
        mean = self._without_baseline(study, said) if said.lacks_baseline else said.mean()
        response, remission = said.rates()
        return Predicted(row.number, mean, response, remission, "; ".join(said.reasons), tuple(said.assumed))

    def _without_baseline(self, study: Study, said: SymptomRow) -> Interval | None:
        """The mean that other trials saw, where the chain's share of a baseline is of nothing known."""
        other = self._elsewhere(study, said.row)
        said.note_elsewhere(other.assumed[len(said.row.assumed) :], "" if other.mean else other.reason)
        return other.mean

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


def _refused(study: Study, row: Asked) -> str:
    if re.search(r"panic", study.setting.condition) and not re.search(r"depress", study.setting.condition):
        return "no trial of ketamine in panic disorder has been found: nothing to predict from"
    given = study.arms[row.arm]
    if is_drug(Side(given, study.setting, 0.0, Family.DEPRESSION)) and not (given.doses or given.before):
        return f"the arm {row.arm!r} has no dose"
    return ""
