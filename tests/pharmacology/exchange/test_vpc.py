"""The predictive check on data whose origin is known: calibrated for the right model, and a wrong one is seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ketaminder.pharmacology import discover
from ketaminder.pharmacology.exchange.censoring import Censoring
from ketaminder.pharmacology.exchange.course import expected
from ketaminder.pharmacology.exchange.records import Observed, Person
from ketaminder.pharmacology.exchange.residual import Residual, residual
from ketaminder.pharmacology.exchange.table import read
from ketaminder.pharmacology.exchange.vpc import Asked, check
from ketaminder.pharmacology.model import Model
from ketaminder.pharmacology.population import virtual_people
from ketaminder.terms import Drug, Refused, Route

from .unchanged import unchanged

MODELS = {model.id: model for model in discover()}
OTTO = MODELS["otto_2021"]
HOURS = (0.3, 0.67, 1, 1.5, 2.5, 4, 6)
ASKED = Asked(Drug.ESKETAMINE, replicates=200)


def trial(seed: int, people: int = 30, clearance: float = 1.0, limit: float | None = None) -> tuple[Person, ...]:
    """People drawn from Otto 2021 with their errors, given 15 to 60 mg; with `clearance` times the printed one."""
    rng, error, found = np.random.default_rng(seed), residual(OTTO, "ketamine"), []
    for number in range(people):
        dose = f"{number},0,1,{15 * (1 + number % 4)},60,.,{60 + number}"
        shell = [dose, *(f"{number},{hour},0,.,.,1,{60 + number}" for hour in HOURS)]
        (person,) = read("\n".join(["ID,TIME,EVID,AMT,RATE,MDV,WT", *shell]), Route.INTRAVENOUS)
        own = virtual_people(OTTO, person.patient, 1, rng)
        true = expected(OTTO, unchanged(own | {"CL": clearance * own["CL"]}), Drug.ESKETAMINE, person)[0]
        found.append(_measured(person, error.observed(true, rng).tolist(), limit))
    return tuple(found)


def _measured(person: Person, values: list[float], limit: float | None) -> Person:
    seen = [
        Observed(1, None, limit, below_limit=True) if limit and value < limit else Observed(1, value, limit)
        for value in values
    ]
    filled = [replace(one, observed=new) for one, new in zip(person.observations, seen, strict=True)]
    return replace(person, records=(person.records[0], *filled))


@pytest.mark.parametrize("corrected", [False, True])
def test_of_the_right_model_about_95_in_100_percentiles_lie_inside(corrected: bool) -> None:
    """Twelve data sets, 252 percentiles. Neighbours are correlated, so the share is held to 0.90 and more."""
    inside = [check(OTTO, trial(seed), replace(ASKED, corrected=corrected), seed).inside for seed in range(12)]
    assert 0.90 <= np.mean(inside) < 1.0


@pytest.mark.parametrize("corrected", [False, True])
@pytest.mark.parametrize("clearance", [0.5, 2.0])
def test_a_wrong_clearance_is_seen(clearance: float, corrected: bool) -> None:
    found = check(OTTO, trial(1, clearance=clearance), replace(ASKED, corrected=corrected), 1)
    assert found.inside < 0.6


def test_what_lies_below_the_limit_is_censored_alike_on_both_sides() -> None:
    people = trial(5, limit=60.0)
    kept = check(OTTO, people, ASKED, 5)
    assert kept.inside >= 0.8
    last = kept.bins[-1]
    assert last.below > 0.3
    assert last.observed[0] == -np.inf
    assert last.simulated_below[0] <= last.below <= last.simulated_below[2]
    left_out = check(OTTO, people, replace(ASKED, censoring=Censoring.M1), 5)
    assert sum(one.size for one in left_out.bins) < sum(one.size for one in kept.bins) == 30 * len(HOURS)
    assert all(one.below == 0 and (one.observed >= 60).all() for one in left_out.bins)


def test_a_percentile_is_that_of_the_data() -> None:
    """Of twenty values in one bin, the 5th percentile is the first, the median the tenth, the 95th the nineteenth."""
    people = trial(3, people=20)
    found = check(OTTO, people, ASKED, 3).bins[2]
    values = sorted(one.observed.value_ng_per_mL or 0 for p in people for one in p.observations[2:3] if one.observed)
    assert found.observed.tolist() == [values[0], values[9], values[18]]
    assert (found.from_h, found.to_h, found.size) == (1.0, 1.0, 20)


def test_residual_errors_are_those_that_papers_print() -> None:
    assert residual(MODELS["perez_ruixo_2021"], "norketamine") == Residual(of_log=0.422)
    assert residual(MODELS["ashraf_2018"], "ketamine") == Residual(proportional=0.086**0.5)
    simons = residual(MODELS["simons_2022"], "norketamine")
    assert simons.proportional == 0.102
    assert simons.added_ng_per_mL == pytest.approx(0.058 * 223.70)


@pytest.mark.parametrize("model", discover(), ids=lambda model: model.id)
def test_every_printed_residual_error_can_be_read(model: Model) -> None:
    if model.residual:
        assert all(residual(model, name) != Residual() for name in model.structure.outputs)
    else:
        with pytest.raises(Refused, match="a model that prints a residual error of ketamine"):
            residual(model, "ketamine")


def test_a_check_that_cannot_be_made_is_refused() -> None:
    with pytest.raises(Refused, match=r"model: got 'domino_1982'; required: a model that prints a residual error"):
        check(MODELS["domino_1982"], trial(1, people=1), replace(ASKED, drug=Drug.KETAMINE), 1)
    with pytest.raises(Refused, match=r"--output: got 9; required: an output of Otto 2021: 1 ketamine, 2 norketamine"):
        check(OTTO, trial(1, people=1), replace(ASKED, output=9), 1)
