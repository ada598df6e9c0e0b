"""Global sensitivity: how much of what is not known of a prediction comes from each constant (Sobol' indices, SALib).

Constants vary independently, each normal with its standard deviation, that of its prior or that which the fit left. The
first-order index is the share of the variance that would go if the constant were known; the total index the share that
would stay if all others were. Both carry SALib's bootstrap interval. Independence is an assumption: the fit correlates
some constants, and then indices by what the fit left overstate both of a pair.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ketaminder.pharmacology.exchange.extra import library
from ketaminder.terms import Drug, Route
from ketaminder.trials.calibration import PRIOR, PRIOR_SPREAD, Fit
from ketaminder.trials.chain import NAMES, Array, Side, Sides
from ketaminder.trials.doses import given
from ketaminder.trials.instruments import Family
from ketaminder.trials.study import Dose, Given, Kind, Setting, Way

SAMPLES = 1024
"""Base samples; (constants + 2) times as many evaluations."""
MEANS = NAMES[: NAMES.index("log_slow_h") + 1]
"""The constants of the mean; the others say how trials and people differ around it."""
SETTING = Setting("treatment-resistant depression", people=60)
WITH_NEW = Setting("treatment-resistant depression", new_antidepressant=True, people=220)
COURSE_H = (*(84.0 * place for place in range(8)), *(672.0 + 168.0 * place for place in range(4)))
"""Twelve sessions in eight weeks: the course of the benchmarks."""


@dataclass(frozen=True, slots=True)
class Share:
    """One constant's share of the variance of one quantity; `_off` is half of the 95% interval."""

    name: str
    first: float
    first_off: float
    total: float
    total_off: float


def quantities() -> Mapping[str, tuple[Side, Side | None]]:
    """What is asked: the relief of an arm, or how much more than another's."""
    infusion = _arm(Kind.KETAMINE, Way.INTRAVENOUS, (_dose(0.5, "mg/kg", Drug.KETAMINE, Route.INTRAVENOUS),))
    felt = _arm(Kind.PSYCHOACTIVE, Way.INTRAVENOUS, ())
    nasal = _dose(84.0, "mg", Drug.ESKETAMINE, Route.NASAL)
    course = _arm(Kind.KETAMINE, Way.INTRANASAL, tuple(_at(nasal, hour) for hour in COURSE_H))
    spray = _arm(Kind.PLACEBO, Way.INTRANASAL, ())
    asked: dict[str, tuple[Side, Side | None]] = {}
    for words, hour in (("4 h", 4.0), ("24 h", 24.0), ("7 d", 168.0), ("14 d", 336.0)):
        asked[f"one infusion beyond midazolam, {words}"] = (_side(infusion, hour), _side(felt, hour))
    asked["one infusion, 24 h"] = (_side(infusion, 24.0), None)
    for words, hour in (("4 weeks", 672.0), ("12 weeks, 4 after the last", 2016.0)):
        asked[f"nasal course beyond placebo, {words}"] = (_side(course, hour, WITH_NEW), _side(spray, hour, WITH_NEW))
    return asked


def _dose(amount: float, unit: str, drug: Drug, route: Route) -> Dose:
    return given(amount, unit, drug=drug, route=route)


def _at(dose: Dose, hour: float) -> Dose:
    return Dose(hour, dose.block, dose.metabolite, dose.felt)


def _arm(kind: Kind, way: Way, doses: tuple[Dose, ...]) -> Given:
    return Given("arm", kind, way, doses)


def _side(arm: Given, hour: float, setting: Setting = SETTING) -> Side:
    return Side(arm, setting, hour, Family.DEPRESSION)


def sensitivity(found: Fit, seed: int, *, prior: bool, samples: int = SAMPLES) -> dict[str, list[Share]]:
    """Every quantity's shares, the largest total first.

    Args:
        found: the fit; where each constant is centred unless `prior`.
        seed: of the sample and of the bootstrap.
        prior: True lets constants vary as before any data, False as the fit left them.
        samples: base samples, a power of two.

    Raises:
        Refused: SALib is not installed (extra `sensitivity`).
    """
    sample = library("SALib.sample.sobol", "sensitivity").sample
    number = [NAMES.index(name) for name in MEANS]
    centre, spread = (PRIOR, PRIOR_SPREAD) if prior else (found.theta, np.sqrt(np.diag(found.covariance)))
    bounds = [[float(centre[one]), float(spread[one])] for one in number]
    problem = {"num_vars": len(MEANS), "names": list(MEANS), "bounds": bounds, "dists": ["norm"] * len(MEANS)}
    drawn = np.tile(centre, (samples * (len(MEANS) + 2), 1))
    drawn[:, number] = sample(problem, samples, calc_second_order=False, seed=seed)
    return {
        name: _shares(problem, _values(found, sides, drawn), np.random.default_rng(seed))
        for name, sides in quantities().items()
    }


def _values(found: Fit, sides: tuple[Side, Side | None], drawn: Array) -> Array:
    first, second = sides
    relief = Sides([first], found.hypothesis).relief(drawn)[:, 0]
    if second is None:
        return relief
    return np.asarray(relief - Sides([second], found.hypothesis).relief(drawn)[:, 0])


def _shares(problem: Mapping[str, object], values: Array, rng: np.random.Generator) -> list[Share]:
    analyze = library("SALib.analyze.sobol", "sensitivity").analyze
    said = analyze(problem, values, calc_second_order=False, seed=int(rng.integers(2**31)))
    columns = zip(MEANS, said["S1"], said["S1_conf"], said["ST"], said["ST_conf"], strict=True)
    return sorted((Share(name, *map(float, row)) for name, *row in columns), key=lambda one: -one.total)
