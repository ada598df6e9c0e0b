"""What an instrument measures, and which fall on it counts as a response or a remission."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from ketaminder.outcomes.scales import scales


class Family(StrEnum):
    """Instruments that one symptom stage stands for."""

    DEPRESSION = "depression, rated"
    SELF_RATED = "depression, self-rated"
    IDEATION = "suicidal ideation"
    ANXIETY = "anxiety"
    OBSESSION = "obsessions and compulsions"
    TRAUMA = "post-traumatic stress"
    FUNCTION = "function"


_WORDS: tuple[tuple[Family, str], ...] = (
    (
        Family.IDEATION,
        r"item (10|12|9)\b|\bssi\b|\bbss\b|\bbsi\b|bssi|c-ssrs|suicid|ideation|bhs|hopeless|siq|sibat|cgi-ss",
    ),
    (Family.OBSESSION, r"y-?bocs|\boci\b|\bocd\b|obsess"),
    (Family.TRAUMA, r"caps|pcl|ies-?r|ptsd|trauma"),
    (Family.ANXIETY, r"gad-?7|ham-?a\b|hars|anxi|stai|lsas|fear|\bfq\b|spin\b|bai\b|pdss|panic|hads"),
    (Family.SELF_RATED, r"phq|bdi|qids-?sr|qids|ids-?sr|self|ces-?d\b|epds|\bgds\b|shaps"),
    (Family.FUNCTION, r"\bsds\b|disab|whodas|wsas|functioning"),
    (
        Family.DEPRESSION,
        r"madrs|ham-?d|hdrs|hrsd|hamilton dep|montgomery|ids-?c|depress|cgi|response|responder|remission|remit",
    ),
)
RESPONSE = {Family.OBSESSION: 0.35, Family.TRAUMA: 0.30}
"""The share of the baseline score that a response takes away where the row does not say; 0.5 elsewhere.

Rodriguez 2013 (Y-BOCS, abstract); Feder 2021 (CAPS-5, read in the hospital's report of the trial).
"""
REMISSION = (
    (r"madrs", "MADRS", "remission_le10"),
    (r"ham-?d|hdrs|hrsd|hamilton dep", "HAM-D17", "remission_le7"),
    (r"qids", "QIDS-SR16", "remission_le5"),
    (r"phq", "PHQ-9", "remission_lt5"),
    (r"ham-?a\b", "HAM-A", "remission_le7"),
)
"""Which published definition of a remission is meant where a row does not say: words, scale, its name there. Points and
sources stand in `evidence/scales`."""
RECALLED = ((r"bdi", 9.0), (r"caps", 11.0))
"""The same of scales of which no definition was read, points or below: from memory, unverified."""
UNSTATED = 0.7
"""The share of the baseline that a remission takes away where no cut-off is known, or people begin below it: as ten of
the 35 points with which people enter trials on the MADRS leave 0.71. An assumption."""
NEARLY_ALL = 0.95
"""The same where nothing may be left and the baseline is not known. An assumption."""
NOTHING_LEFT = r"= ?0\b|\b(zero|absence|absent|resolution|resolved)\b"
"""Rows that count people with nothing left: a score below half a point."""
DEPRESSION_ITSELF = r"madrs|ham-?d|hdrs|hrsd|hamilton|montgomery|ids-?c|depress"
HIGHER_IS_BETTER = r"eq-?5d|q-?les|quality of life|wellbeing|well-being|\bgaf\b|sf-?(36|12)|memory|recall"
"""Instruments on which relief adds points: no symptom stage stands for them."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument as a row names it; thresholds are as the row says, else the usual ones."""

    name: str
    family: Family
    response: float
    remission_points: float | None
    held: bool
    """A response that must also last: fewer reach it than the fall alone says."""

    def remission(self, baseline: float | None) -> float:
        """The share of the baseline that a remission takes away."""
        if self.remission_points == 0:
            return 1 - 0.5 / baseline if baseline and baseline > 1 else NEARLY_ALL
        if self.remission_points is None or not baseline or baseline <= self.remission_points:
            return UNSTATED
        return 1 - self.remission_points / baseline


def instrument(name: str, condition: str = "") -> Instrument | None:
    """The instrument of a row; None where its family is not known."""
    words = name.lower()
    if re.search(HIGHER_IS_BETTER, words):
        return None
    family = next((one for one, pattern in _WORDS if re.search(pattern, words)), None)
    if family is Family.DEPRESSION and not re.search(DEPRESSION_ITSELF, words):
        family = _of_condition(condition)
    if family is None:
        return None
    share = re.search(r"(\d+) ?(?:%|percent)", words)
    cutoff = re.search(r"(?:<=|<|of|total|\() ?(\d+)(?: or (?:below|less))?(?!\d* ?(?:%|percent))", words)
    usual = next((points for pattern, points in _cut_offs().items() if re.search(pattern, words)), None)
    if re.search(NOTHING_LEFT, words):
        usual = 0.0
    return Instrument(
        name,
        family,
        float(share[1]) / 100 if share else RESPONSE.get(family, 0.5),
        float(cutoff[1]) if cutoff and ("remi" in words or "<" in words) else usual,
        "held" in words or "sustained" in words,
    )


@cache
def _cut_offs() -> Mapping[str, float]:
    """The points at or below which a remission begins, by the words that name a scale."""
    published = {pattern: _at_or_below(scale, name) for pattern, scale, name in REMISSION}
    return published | dict(RECALLED)


def _at_or_below(scale: str, name: str) -> float:
    """A published cut-off in whole points; `below five` is four."""
    criterion = next(one.criterion for one in scales()[scale].changes if one.name == name)
    return float(criterion.value - (criterion.comparator == "<"))


def _of_condition(condition: str) -> Family:
    words = condition.lower()
    if re.search(r"obsess|ocd", words):
        return Family.OBSESSION
    if re.search(r"ptsd|trauma", words):
        return Family.TRAUMA
    if re.search(r"anxi|social|gad\b", words) and "depress" not in words:
        return Family.ANXIETY
    return Family.DEPRESSION
