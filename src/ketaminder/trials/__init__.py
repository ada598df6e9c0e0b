"""Trials that nobody has run yet: from what arms are given to what a trial of that size would measure."""

from ketaminder.trials.calibrated import document as calibration_document
from ketaminder.trials.calibrated import fitted_to, informed, predictor, refit, shipped
from ketaminder.trials.chain import BLOCK, RIVALS, Hypothesis
from ketaminder.trials.document import study
from ketaminder.trials.expected import Interval
from ketaminder.trials.prediction import Predicted, Predictor
from ketaminder.trials.published import calibrates, pooled_curves, published
from ketaminder.trials.study import Study
from ketaminder.trials.validation import Scored, Summary, compared, leave_one_out, summary

__all__ = [
    "BLOCK",
    "RIVALS",
    "Hypothesis",
    "Interval",
    "Predicted",
    "Predictor",
    "Scored",
    "Study",
    "Summary",
    "calibrates",
    "calibration_document",
    "compared",
    "fitted_to",
    "informed",
    "leave_one_out",
    "pooled_curves",
    "predictor",
    "published",
    "refit",
    "shipped",
    "study",
    "summary",
]
