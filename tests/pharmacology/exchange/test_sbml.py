"""Every model as SBML: no word from libSBML's checks, and libRoadRunner computes what our solver computes."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import roadrunner

from ketaminder.pharmacology import discover, nasal_devices
from ketaminder.pharmacology.exchange import sbml
from ketaminder.pharmacology.kinetics import follow
from ketaminder.pharmacology.model import Array, Model
from ketaminder.pharmacology.population import typical_person
from ketaminder.terms import Ancestry, Dose, Drug, Patient, Route

PERSON = Patient("p", age_years=67.0, weight_kg=81.0, ancestry=Ancestry.JAPANESE)
TIMES = np.unique(np.concatenate([np.linspace(0.01, 2, 40), np.linspace(2.05, 30, 60)]))
QUESTIONS = [(model, drug, route) for model in discover() for drug in model.enantiomers for route in model.routes]


def doses(drug: Drug, route: Route) -> tuple[Dose, ...]:
    """Two administrations of each kind: infusions that overlap, a bolus on top, devices five minutes apart."""
    if route is Route.NASAL:
        return (*nasal_devices(56.0), *nasal_devices(28.0, 24.0))
    if route is Route.INTRAVENOUS:
        return (
            Dose(drug, route, 20.0),
            Dose(drug, route, 35.0, 0.0, 2 / 3),
            Dose(drug, route, 12.0, 0.5, 1.0),
            Dose(drug, route, 10.0, 24.0),
        )
    return Dose(drug, route, 28.0), Dose(drug, route, 20.0, 12.1)


def by_libroadrunner(text: str, names: list[str]) -> Array:
    """The analytes at `TIMES`, (analytes, times), by CVODE, which starts again at every event."""
    runner: Any = roadrunner.RoadRunner(text)
    runner.integrator.relative_tolerance, runner.integrator.absolute_tolerance = 1e-12, 1e-14
    runner.integrator.maximum_num_steps = 1_000_000
    runner.timeCourseSelections = names
    rows = [runner.simulate(float(low), float(high), 2)[-1] for low, high in pairwise([0.0, *TIMES])]
    return np.array(rows).T


@pytest.mark.parametrize(("model", "drug", "route"), QUESTIONS, ids=lambda value: getattr(value, "id", str(value)))
def test_libroadrunner_computes_what_our_solver_computes(model: Model, drug: Drug, route: Route) -> None:
    parameters, given = typical_person(model, PERSON), doses(drug, route)
    ours = follow(model, parameters, given, TIMES).concentrations()
    theirs = by_libroadrunner(sbml.export(model, parameters, given), list(ours))
    for name, curve in zip(ours, theirs, strict=True):
        assert curve == pytest.approx(ours[name][0], rel=1e-6, abs=1e-7 * ours[name].max()), name


@pytest.mark.parametrize(("model", "drug", "route"), QUESTIONS, ids=lambda value: getattr(value, "id", str(value)))
def test_libsbml_has_nothing_to_say(model: Model, drug: Drug, route: Route) -> None:
    assert sbml.faults(sbml.export(model, typical_person(model, PERSON), doses(drug, route))) == []


def test_the_check_sees_a_fault() -> None:
    model = discover()[0]
    text = sbml.export(model, typical_person(model, PERSON), doses(Drug.ESKETAMINE, Route.INTRAVENOUS))
    assert sbml.faults(text.replace('units="L_per_h"', 'units="per_h"'))
    assert sbml.faults(text.replace('substanceUnits="mg"', 'substanceUnits="fathom"'))


def test_the_paper_is_cited_for_machines_and_for_readers() -> None:
    (model,) = (one for one in discover() if one.id == "perez_ruixo_2021")
    text = sbml.export(model, typical_person(model, PERSON), nasal_devices(28.0))
    assert "isDescribedBy" in text
    assert "https://identifiers.org/doi:10.1007/s40262-020-00953-4" in text
    assert "Clin Pharmacokinet 2021;60(4):501-516" in text
