"""Records at random and a fit with values below the limit, against an interpreter that shares no code with ours."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import norm

from ketaminder.pharmacology import discover
from ketaminder.pharmacology.exchange.course import expected
from ketaminder.pharmacology.exchange.fit import fit
from ketaminder.pharmacology.exchange.table import read
from ketaminder.pharmacology.population import typical_person
from ketaminder.terms import Drug, Route

from .interpreter import HEADER, Array, Row, told

(OTTO,) = (model for model in discover() if model.id == "otto_2021")
LIMIT = 15.0


def dose(rng: random.Random, row: Row) -> Row:
    """Into any of three compartments: alone, followed by more, in a steady state, or an infusion that never began."""
    row = replace(
        row, cmt=rng.choice([1, 1, 1, 2, 4]), amt=rng.choice([5, 10, 28.0]), rate=rng.choice([0, 0, 2, 5, 30])
    )
    kind = rng.random()
    if kind < 0.3:
        return replace(row, ii=rng.choice([1, 2, 4, 6]), addl=rng.randint(1, 5))
    if kind < 0.5:
        return replace(row, ii=rng.choice([1, 2, 4, 8]), ss=rng.choice([1, 2]), addl=rng.choice([0, 0, 2]))
    return replace(row, amt=0, rate=10, ss=rng.choice([1, 2])) if kind < 0.57 else row


def course(seed: int) -> list[Row]:
    """Doses, resets, other events, ties in time, and a weight that changes in half of the courses."""
    rng = random.Random(seed)
    weight, changes, hour, rows = rng.choice([55, 70, 90]), rng.random() < 0.5, 0.0, []
    for number in range(rng.randint(3, 14)):
        event = rng.choice([0, 0, 0, 0, 1, 1, 1, 2, 3, 4]) if number else rng.choice([0, 1, 1, 4])
        hour += rng.choice([0, 0, 0.25, 0.5, 1, 2, 6, 12.3]) if number else 0
        hour = rng.choice([0, 1, hour]) if event in (3, 4) else hour
        weight = rng.choice([60, 80, 100]) if changes and rng.random() < 0.3 else weight
        row = Row(hour, event, weight, dvid=rng.choice([1, 1, 2]) if event == 0 else 1)
        rows.append(dose(rng, row) if event in (1, 4) else row)
    return rows + [Row(hour + later, 0, weight, dvid=rng.choice([1, 2])) for later in (0.3, 2, 7)]


@pytest.mark.parametrize("first", range(0, 100, 20))
def test_courses_at_random_are_told_alike(first: int) -> None:
    for seed in range(first, first + 20):
        rows = course(seed)
        (person,) = read("\n".join([HEADER, *(row.cells() for row in rows)]))
        found = expected(OTTO, partial(typical_person, OTTO), Drug.ESKETAMINE, person)[0]
        by_events = told(rows)
        assert found == pytest.approx(by_events, rel=1e-8, abs=1e-8 * by_events.max()), seed


def people() -> list[tuple[list[Row], Array]]:
    """Four people with 1.25 times the concentrations of Otto 2021 and errors of 20%, two doses 12 h apart."""
    rng, hours = np.random.default_rng(4), (0.5, 0.7, 1, 2, 4, 8, 11, 12.7, 14, 20)
    found = []
    for weight in (60, 70, 85, 95):
        rows = [Row(0, 1, weight, amt=20, rate=30, ii=12, addl=1), *(Row(hour, 0, weight) for hour in hours)]
        found.append((rows, 1.25 * told(rows) * np.exp(0.2 * rng.normal(size=len(hours)))))
    return found


def lines(number: int, rows: list[Row], values: Array) -> list[str]:
    first, *others = rows
    given = f"{number},0,1,20,30,12,1,.,.,.,{first.wt}"
    measured = [f"{value!r},0" if value >= LIMIT else ".,1" for value in values.tolist()]
    return [
        given,
        *(f"{number},{row.time},0,.,.,.,.,{dv},{LIMIT},{row.wt}" for row, dv in zip(others, measured, strict=True)),
    ]


def test_a_fit_with_values_below_the_limit_has_beals_likelihood_minimum_and_interval() -> None:
    """M3 (Beal 2001): the probability of lying below stands for what was not measured. Nelder-Mead, own differences."""
    data = people()

    def minus_two_log_likelihood(at: Array) -> float:
        clearance, sd = np.exp(at)
        total = 0.0
        for rows, values in data:
            middle = np.log(told(rows, clearance))
            above = norm.logpdf(np.log(values), middle, sd) - np.log(values)
            total -= 2 * np.where(values >= LIMIT, above, norm.logcdf((math.log(LIMIT) - middle) / sd)).sum()
        return float(total)

    best = minimize(minus_two_log_likelihood, [math.log(95), math.log(0.2)], method="Nelder-Mead", tol=1e-7)
    steps = 1e-3 * np.eye(2)
    bend = [
        [
            sum(i * j * minus_two_log_likelihood(best.x + i * one + j * other) for i in (1, -1) for j in (1, -1)) / 8e-6
            for other in steps
        ]
        for one in steps
    ]
    error = 1.959964 * math.sqrt(np.linalg.inv(np.array(bend))[0, 0])
    table = ["ID,TIME,EVID,AMT,RATE,II,ADDL,DV,BLQ,LLOQ,WT"]
    for number, (rows, values) in enumerate(data):
        table += lines(number, rows, values)
    found = fit(OTTO, read("\n".join(table), Route.INTRAVENOUS), Drug.ESKETAMINE, ["CL"])
    (clearance,) = found.estimates
    assert found.below_limit == sum(int((values < LIMIT).sum()) for _, values in data) > 5
    assert found.minus_two_log_likelihood == pytest.approx(best.fun, abs=1e-5)
    assert found.residual_sd == pytest.approx(math.exp(best.x[1]), rel=1e-4)
    assert math.log(clearance.value) == pytest.approx(best.x[0], abs=1e-4)
    assert [math.log(clearance.low), math.log(clearance.high)] == pytest.approx(
        [best.x[0] - error, best.x[0] + error], abs=1e-3
    )
