"""Fits against a regression line, which is the exact answer where there is one, and against known parameters."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from ketaminder.pharmacology import discover
from ketaminder.pharmacology.exchange.censoring import Censoring
from ketaminder.pharmacology.exchange.course import expected
from ketaminder.pharmacology.exchange.fit import fit
from ketaminder.pharmacology.exchange.records import Person
from ketaminder.pharmacology.exchange.table import read
from ketaminder.pharmacology.mammillary import CENTRAL, ELIMINATED
from ketaminder.pharmacology.model import ESKETAMINE, Flow, Model, Output, Parameter, Structure, intravenous
from ketaminder.pharmacology.population import typical_person
from ketaminder.terms import Drug, Refused, Route

from .unchanged import unchanged

MODELS = {model.id: model for model in discover()}
OTTO, BASE = MODELS["otto_2021"], MODELS["kamp_2020_meta"]
CITED = BASE.parameters[0].citation
ONE = replace(
    BASE,
    structure=Structure(
        (CENTRAL,), (ELIMINATED,), (Flow(CENTRAL, ELIMINATED, "CL", "V1"),), {"ketamine": Output(CENTRAL, "V1")}
    ),
    enantiomers={Drug.ESKETAMINE: (ESKETAMINE,)},
    routes={Route.INTRAVENOUS: intravenous(CENTRAL)},
    parameters=(Parameter("V1", 30.0, "L", "volume", CITED), Parameter("CL", 20.0, "L/h", "clearance", CITED)),
    covariates=(),
    for_person=lambda typical, _person: typical,
)


def test_one_bolus_in_one_compartment_is_a_regression_line() -> None:
    """ln C = ln(1000 D / V) - (CL / V) t, so maximum likelihood is the least-squares line and variance RSS / n."""
    hours = np.array([0.5, 1, 2, 3, 5, 8])
    measured = 400 * np.exp(-0.2 * hours) * np.exp([0.1, -0.08, 0.05, -0.12, 0.03, 0.06])
    rows = [f"1,{hour},0,0,{value}" for hour, value in zip(hours, measured, strict=True)]
    people = read("\n".join(["ID,TIME,EVID,AMT,DV", "1,0,1,20,.", *rows]), Route.INTRAVENOUS)
    found = fit(ONE, people, Drug.ESKETAMINE, ["V1", "CL"])
    slope, intercept = np.polyfit(hours, np.log(measured), 1)
    volume = 1000 * 20 / math.exp(intercept)
    left = np.log(measured) - intercept - slope * hours
    assert found.converged
    assert found.determined
    assert [one.value for one in found.estimates] == pytest.approx([volume, -slope * volume], rel=1e-4)
    assert found.residual_sd == pytest.approx(math.sqrt(np.mean(left**2)), rel=1e-3)
    # The error of the intercept is that of ln V, by the usual formula with n in place of n - 2.
    spread = np.sum((hours - hours.mean()) ** 2)
    error = math.sqrt(np.mean(left**2) * (1 / hours.size + hours.mean() ** 2 / spread))
    assert math.log(found.estimates[0].high / found.estimates[0].value) == pytest.approx(1.96 * error, rel=1e-2)


def samples(model: Model, factors: dict[str, float], sd: float, limit: float = 0.0) -> tuple[Person, ...]:
    """Twelve people of known parameters after 40 mg over 40 min; values below `limit` are marked, ng/mL."""
    rng, hours = np.random.default_rng(11), (0.4, 0.67, 1, 1.5, 2.5, 4, 6, 9)
    lines = ["ID,TIME,EVID,AMT,RATE,DVID,DV,BLQ,LLOQ,WT"]
    for number in range(12):
        weight = 55 + 3 * number
        lines.append(f"{number},0,1,40,60,.,.,.,.,{weight}")
        shell = "\n".join([*lines[:1], lines[-1], *(f"{number},{hour},0,0,0,1,1,0,.,{weight}" for hour in hours)])
        (person,) = read(shell, Route.INTRAVENOUS)
        parameters = typical_person(model, person.patient)
        own = parameters | {name: parameters[name] * factor for name, factor in factors.items()}
        true = expected(model, unchanged(own), Drug.ESKETAMINE, person)[0]
        for hour, value in zip(hours, true * np.exp(sd * rng.standard_normal(true.size)), strict=True):
            cells = f".,1,{limit}" if value < limit else f"{value},0,{limit or '.'}"
            lines.append(f"{number},{hour},0,0,0,1,{cells},{weight}")
    return read("\n".join(lines), Route.INTRAVENOUS)


def test_known_parameters_of_a_published_model_are_recovered() -> None:
    found = fit(OTTO, samples(OTTO, {"CL": 1.4, "V1": 0.7}, 0.15), Drug.ESKETAMINE, ["CL", "V1"])
    clearance, volume = found.estimates
    assert found.converged
    assert clearance.low < 1.4 * OTTO.published["CL"] < clearance.high
    assert volume.low < 0.7 * OTTO.published["V1"] < volume.high
    assert clearance.value == pytest.approx(1.4 * OTTO.published["CL"], rel=0.05)
    assert found.residual_sd == pytest.approx(0.15, rel=0.2)
    assert (found.people, found.observations) == (12, 96)


def test_values_below_the_limit_bias_the_fit_that_leaves_them_out_and_not_the_one_that_keeps_them() -> None:
    people = samples(OTTO, {}, 0.4, limit=40.0)
    kept = fit(OTTO, people, Drug.ESKETAMINE, ["CL"], Censoring.M3)
    left_out = fit(OTTO, people, Drug.ESKETAMINE, ["CL"], Censoring.M1)
    true = OTTO.published["CL"]
    assert kept.below_limit > 15
    assert left_out.below_limit == 0
    assert kept.estimates[0].low < true < kept.estimates[0].high
    assert abs(math.log(kept.estimates[0].value / true)) < abs(math.log(left_out.estimates[0].value / true))
    assert left_out.estimates[0].value < kept.estimates[0].value


def test_what_the_data_do_not_determine_has_no_interval() -> None:
    """A volume and a clearance of norketamine cannot be told from ketamine samples."""
    found = fit(OTTO, samples(OTTO, {}, 0.15), Drug.ESKETAMINE, ["CL", "CLn"])
    assert not found.determined


def test_a_fit_that_cannot_be_made_is_refused() -> None:
    people = samples(OTTO, {}, 0.15)[:1]
    with pytest.raises(Refused, match=r"--estimate: got 'Vmax'; required: a parameter of Otto 2021: "):
        fit(OTTO, people, Drug.ESKETAMINE, ["Vmax"])
    with pytest.raises(Refused, match=r"--estimate: got \['CL', 'CL'\]; required: one parameter or more, each once"):
        fit(OTTO, people, Drug.ESKETAMINE, ["CL", "CL"])
    early = read("ID,TIME,EVID,AMT,DV,WT\n1,0,0,.,5,70\n1,1,1,20,.,70\n" + "1,2,0,.,5,70\n" * 5, Route.INTRAVENOUS)
    with pytest.raises(Refused, match=r"row 2, DV: got 0.0; required: a prediction above zero"):
        fit(OTTO, early, Drug.ESKETAMINE, ["CL"])
