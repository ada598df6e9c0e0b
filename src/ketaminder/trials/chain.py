"""From doses to relief: block, surge, plasticity, relief, and all that lifts a score without the drug.

    block        x      the highest block at the effect site by S- and R-ketamine and their norketamines, as mg/kg of
                        the racemate by vein in 40 min (`doses.py`, through the published models of `pharmacology`)
    surge        g(x) = (x / x0) exp(1 - x / x0)              an inverted U (Moghaddam 1997): beyond x0 less
    stages       b(s) = (1 - w) (1 - exp(-s / on)) + w (1 - exp(-s / con)), s hours after a dose: induction within
                        hours, then consolidation, which sustains it (Moda-Sava 2019, mice: spines)
    plasticity   P+ = P + (1 - P) (1 - exp(-k g b(s))): each dose fills a share of what is left, so that more sessions
                 add less and less; between doses P is lost by exp(-s / off)
    drug         D(t) = size P / (1 - exp(-k))                bounded; size is what one best dose adds
    expectancy   E(t) = felt at once, fading by exp(-t / fade); more of it where the dose is felt more (dissociation)
    course       C(t) = (1 - exp(-t / slow))                   natural course, usual care, an antidepressant
    relief       f(t) = 1 - exp(-(D + E + C))                  share of the baseline score that is gone

Every constant is fitted to published trials (`calibration.py`); none was measured in a person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketaminder.trials.instruments import Family
from ketaminder.trials.study import Given, Kind, Setting, Way

Array = NDArray[np.float64]
OLD_YEARS, USUAL_PEOPLE = 65.0, 60
"""The age and the participants from which `old_size`, `old_rest` and `people_size` count."""
FELT_WITHIN_H = 0.5
"""How fast expectancy comes: within the session. An assumption."""
MOST_FELT = 3.0
"""More dissociation than this does not unblind further: an assumption, which keeps anaesthetic doses in reach."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """One constant to be fitted, on a scale on which it may be any number; its prior is normal."""

    name: str
    prior: float
    spread: float
    meaning: str


def _log(value: float) -> float:
    return float(np.log(value))


UNKNOWNS: tuple[Unknown, ...] = (
    Unknown("log_best_dose", _log(0.6), 0.4, "log mg/kg, racemic by vein: the dose with the largest surge"),
    Unknown("log_onset_h", _log(3.0), 0.7, "log h: how fast plasticity follows a dose"),
    Unknown("log_decay_h", _log(200.0), 0.5, "log h: how fast plasticity is lost"),
    Unknown("log_consolidation_h", _log(16.0), 0.5, "log h: how fast consolidation follows a dose"),
    Unknown("log_consolidated", 0.0, 1.0, "log odds: the share of plasticity that consolidation brings"),
    Unknown("log_size", _log(0.45), 0.6, "log of the relief that one best dose adds"),
    Unknown("log_bound", _log(1.5), 0.7, "log of how much of the room for plasticity a best dose fills"),
    Unknown("intranasal", 0.0, 0.4, "log: size by the nose against by vein"),
    Unknown("injected", 0.0, 0.4, "log: size under the skin or into muscle against by vein"),
    Unknown("swallowed", 0.0, 0.4, "log: size by mouth against by vein"),
    Unknown("open_label_size", 0.1, 0.25, "log: size where everybody knows"),
    Unknown("people_size", -0.1, 0.1, "per log of participants over 60: larger trials find less"),
    Unknown("bipolar_size", 0.0, 0.25, "log: size in bipolar depression"),
    Unknown("crisis_size", 0.0, 0.25, "log: size in an acute suicidal crisis"),
    Unknown("old_size", 0.0, 0.3, "log: size from 65 years"),
    Unknown("anaesthetised_size", -0.7, 0.7, "log: size where dose and blinding are under anaesthesia"),
    Unknown("log_expectancy", _log(0.15), 0.5, "log of the relief that expecting a drug gives at once"),
    Unknown("log_fade_h", _log(500.0), 0.7, "log h: how fast expectancy fades"),
    Unknown("log_early", _log(0.5), 0.7, "log: expectancy of the first hours, over that which lasts"),
    Unknown("log_early_h", _log(12.0), 0.7, "log h: how fast expectancy of the first hours fades"),
    Unknown("saline", 0.0, 0.3, "log: expectancy of placebo by vein"),
    Unknown("psychoactive", 0.3, 0.3, "log: expectancy of a control that is felt"),
    Unknown("unblinding", 0.0, 0.3, "log: expectancy, blinded, per dissociation beyond that of 0.5 mg/kg by vein"),
    Unknown("crisis_expectancy", 0.5, 0.4, "log: expectancy and care in an acute suicidal crisis"),
    Unknown("anaesthetised_expectancy", 1.0, 0.6, "log: expectancy around anaesthesia and surgery"),
    Unknown("old_rest", -0.2, 0.3, "log: expectancy and course from 65 years"),
    Unknown("log_course", _log(0.10), 0.6, "log of the relief of weeks without a new drug"),
    Unknown("unmedicated", -0.3, 0.3, "log: natural course where nobody takes another drug"),
    Unknown("log_new_antidepressant", _log(0.25), 0.5, "log of the relief that weeks of a new antidepressant add"),
    Unknown("log_ect", _log(0.8), 0.4, "log of the relief of a course of ECT"),
    Unknown("log_oral", _log(0.6), 0.5, "log of the relief of an oral comparator"),
    Unknown("log_slow_h", _log(500.0), 0.5, "log h: how fast the weeks act"),
    *(Unknown(f"drug on {one.value}", 0.0, 0.35, "log: size on these instruments") for one in list(Family)[1:]),
    *(Unknown(f"other on {one.value}", 0.0, 0.35, "log: expectancy and course there") for one in list(Family)[1:]),
    Unknown("log_width", _log(0.35), 0.25, "log of the spread of relief between people, for response rates"),
    Unknown("response_offset", 0.0, 0.08, "share of baseline by which rates of response differ from a normal spread"),
    Unknown("remission_offset", 0.0, 0.08, "the same for rates of remission"),
    Unknown("log_between", _log(0.07), 0.4, "log: between trials, in all arms"),
    Unknown("log_between_drug", _log(0.07), 0.4, "log: between trials, in what the drug adds"),
    Unknown("log_between_arms", _log(0.04), 0.4, "log: between arms that were given the same"),
    Unknown("log_row", _log(0.03), 0.4, "log: from row to row"),
    Unknown("log_wider", _log(1.5), 0.3, "log: how much wider all of it is off the depression scales"),
    Unknown("log_rate_row", _log(0.05), 0.4, "log: from row to row, of rates"),
)
NAMES = tuple(one.name for one in UNKNOWNS)
INDEX = {name: number for number, name in enumerate(NAMES)}
PLASTIC = (
    "log_best_dose",
    "log_onset_h",
    "log_consolidation_h",
    "log_consolidated",
    "log_bound",
    "log_decay_h",
    "log_fade_h",
)
"""The constants that plasticity depends on."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One explanation of what the drug does.

    `by_metabolite`: metabolites act, not block. `inverted_u`: more than the best dose does less. `plastic`: the
    effect grows and fades by time constants of its own; else it is felt, believed, and fades as expectancy does.
    """

    id: str
    meaning: str
    by_metabolite: bool
    inverted_u: bool
    plastic: bool


BLOCK = Hypothesis(
    "block", "disinhibition: NMDA block, a surge of glutamate with an inverted U, plasticity", False, True, True
)
METABOLITE = Hypothesis(
    "metabolite",
    "AMPA action of hydroxynorketamine from whatever is taken, saturating in the dose, plasticity",
    True,
    False,
    True,
)
EXPECTANCY = Hypothesis(
    "expectancy", "unblinding only: the drug is felt, which strengthens an expectancy that fades", False, False, False
)
RIVALS = (BLOCK, METABOLITE, EXPECTANCY)


@dataclass(frozen=True, slots=True)
class Side:
    """One arm at one time on one instrument, for the chain."""

    given: Given
    setting: Setting
    time_h: float
    family: Family


Weight = Callable[[Side], float]
"""How much of a constant counts for a side: 0 or 1, or a number."""


def _old(side: Side) -> bool:
    return (side.given.age_years or 0) >= OLD_YEARS


def _saline(side: Side) -> bool:
    return side.given.kind is not Kind.KETAMINE and side.given.way is not Way.INTRANASAL


def _on(family: Family) -> Weight:
    return lambda one: one.family is family


_OTHER_FAMILIES = list(Family)[1:]
SIZE: Mapping[str, Weight] = {
    "intranasal": lambda one: one.given.way is Way.INTRANASAL,
    "injected": lambda one: one.given.way is Way.INJECTED,
    "swallowed": lambda one: one.given.way is Way.SWALLOWED,
    "open_label_size": lambda one: one.setting.open_label,
    "people_size": lambda one: float(np.log((one.setting.people or USUAL_PEOPLE) / USUAL_PEOPLE)),
    "bipolar_size": lambda one: one.setting.bipolar,
    "crisis_size": lambda one: one.setting.suicidal_crisis,
    "old_size": _old,
    "anaesthetised_size": lambda one: one.setting.anaesthetised,
    **{f"drug on {name.value}": _on(name) for name in _OTHER_FAMILIES},
}
"""What moves the log of the size, by constant."""
_REST: Mapping[str, Weight] = {"old_rest": _old} | {f"other on {name.value}": _on(name) for name in _OTHER_FAMILIES}
EXPECTED: Mapping[str, Weight] = {
    "saline": _saline,
    "psychoactive": lambda one: one.given.kind is Kind.PSYCHOACTIVE,
    "unblinding": lambda one: _felt(one) - 1,
    "crisis_expectancy": lambda one: one.setting.suicidal_crisis,
    "anaesthetised_expectancy": lambda one: one.setting.anaesthetised,
    **_REST,
}
"""What moves the log of expectancy."""
COURSE: Mapping[str, Weight] = {**_REST, "unmedicated": lambda one: one.setting.unmedicated}
"""What moves the log of the course."""


def _each(sides: Sequence[Side], of: Weight) -> Array:
    return np.array([of(one) for one in sides], dtype=float)


def _weights(sides: Sequence[Side], of: Mapping[str, Weight]) -> Array:
    """(sides, names)."""
    weights = np.zeros((len(sides), len(NAMES)))
    for name, weight in of.items():
        weights[:, INDEX[name]] = _each(sides, weight)
    return weights


def _doses(sides: Sequence[Side], hypothesis: Hypothesis) -> tuple[Array, Array]:
    """Hours since each dose, below zero before it, and how much it was, (sides, the most doses of any)."""
    most = max((len(one.given.before) + len(one.given.doses) for one in sides), default=0) or 1
    since, amount = np.full((len(sides), most), -1.0), np.zeros((len(sides), most))
    for row, one in enumerate(sides):
        for column, dose in enumerate((*one.given.before, *one.given.doses)):
            since[row, column] = one.time_h - dose.hour
            amount[row, column] = dose.metabolite if hypothesis.by_metabolite else dose.block
    return since, amount


class Sides:
    """Many sides, laid out once so that the chain is a few products: `relief(theta)` for each."""

    def __init__(self, sides: Sequence[Side], hypothesis: Hypothesis = BLOCK) -> None:
        self.size, self.hypothesis = len(sides), hypothesis
        self.since, self.dose = _doses(sides, hypothesis)
        self.time = np.array([one.time_h - min((dose.hour for dose in one.given.before), default=0.0) for one in sides])
        self.drug = _each(sides, lambda one: bool(one.given.doses or one.given.before))
        self.size_of = _weights(sides, SIZE)
        self.expectancy_of = _weights(sides, EXPECTED)
        self.course_of = _weights(sides, COURSE)
        self.new = _each(sides, lambda one: one.setting.new_antidepressant)
        self.ect = _each(sides, lambda one: one.given.kind is Kind.ECT)
        self.oral = _each(sides, lambda one: one.given.kind is Kind.ORAL)

    def parts(self, theta: Array) -> tuple[Array, Array]:
        """What the drug adds, and what the rest adds, before they are bounded; (..., sides) of theta (..., names)."""
        value = {name: np.exp(theta[..., n, None]) for name, n in INDEX.items() if name.startswith("log_")}
        drug = self.drug * value["log_size"] * np.exp(theta @ self.size_of.T) * self._plasticity(theta)
        time = np.maximum(self.time, 0.0)
        early = value["log_early"] * np.exp(-time / value["log_early_h"])
        felt = (1 - np.exp(-time / FELT_WITHIN_H)) * (np.exp(-time / value["log_fade_h"]) + early)
        expectancy = value["log_expectancy"] * np.exp(theta @ self.expectancy_of.T) * felt
        weeks = (
            value["log_course"]
            + self.new * value["log_new_antidepressant"]
            + self.ect * value["log_ect"]
            + self.oral * value["log_oral"]
        )
        course = weeks * np.exp(theta @ self.course_of.T) * (1 - np.exp(-time / value["log_slow_h"]))
        return drug, expectancy + course

    def _plasticity(self, theta: Array) -> Array:
        """How much of the room for plasticity is filled, over what one best dose fills; (..., sides).

        Of many thetas that share the constants of plasticity it is computed once.
        """
        of = theta[..., [INDEX[name] for name in PLASTIC]]
        unlike, place = np.unique(of.reshape(-1, len(PLASTIC)), axis=0, return_inverse=True)
        return np.asarray(self._filled(unlike)[place.reshape(of.shape[:-1])])

    def _filled(self, of: Array) -> Array:
        """The same for every row of `of` (rows, `PLASTIC`): (rows, sides)."""
        value = dict(zip(PLASTIC, np.exp(of).T[:, :, None, None], strict=True))
        share, late = self.dose / value["log_best_dose"], np.maximum(self.since, 0.0)
        surge = share * np.exp(1 - share) if self.hypothesis.inverted_u else share / (1 + share)
        if self.hypothesis.plastic:
            begun, lost_in = _begun(late, value), value["log_decay_h"]
        else:
            begun, lost_in = np.ones_like(late), value["log_fade_h"]
        fills = value["log_bound"] * surge * begun * (self.since >= 0)
        later = np.cumsum(fills[..., ::-1], axis=-1)[..., ::-1] - fills
        filled = ((1 - np.exp(-fills)) * np.exp(-later - late / lost_in)).sum(axis=-1)
        return np.asarray(filled / (1 - np.exp(-value["log_bound"][..., 0])))

    def relief(self, theta: Array) -> Array:
        """The share of the baseline score that is gone, (..., sides), from 0 to 1."""
        drug, rest = self.parts(theta)
        return np.asarray(1 - np.exp(-(drug + rest)))


def _felt(side: Side) -> float:
    """The dissociation of the first dose over that of 0.5 mg/kg by vein; 1, no more and no less, where nobody is blind,
    everybody is under anaesthesia, or no ketamine is given.
    """
    doses = (*side.given.before, *side.given.doses)
    if not doses or side.setting.open_label or side.setting.anaesthetised:
        return 1.0
    return min(doses[0].felt, MOST_FELT)


def _begun(late: Array, value: Mapping[str, Array]) -> Array:
    """The share of a dose's plasticity that is there `late` hours after it: induction, then consolidation."""
    odds = value["log_consolidated"]
    induced, sustained = (1 - np.exp(-late / value[name]) for name in ("log_onset_h", "log_consolidation_h"))
    return np.asarray((induced + odds * sustained) / (1 + odds))
