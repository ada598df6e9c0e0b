"""Records against hand calculations, and against an integrator that is told every event in words of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from ketaminder.pharmacology import discover
from ketaminder.pharmacology.exchange.course import expected
from ketaminder.pharmacology.exchange.table import read
from ketaminder.pharmacology.mammillary import CENTRAL, ELIMINATED
from ketaminder.pharmacology.model import ESKETAMINE, Array, Flow, Model, Output, Structure, intravenous
from ketaminder.pharmacology.population import typical_person
from ketaminder.terms import Drug, Refused, Route

MODELS = {model.id: model for model in discover()}
V, CL = 50.0, 10.0
K = CL / V
ONE = replace(
    MODELS["kamp_2020_meta"],
    structure=Structure(
        (CENTRAL,), (ELIMINATED,), (Flow(CENTRAL, ELIMINATED, "CL", "V1"),), {"ketamine": Output(CENTRAL, "V1")}
    ),
    enantiomers={Drug.ESKETAMINE: (ESKETAMINE,)},
    routes={Route.INTRAVENOUS: intravenous(CENTRAL)},
)
"""One compartment, whose every answer can be written by hand."""
HEADER = "ID,TIME,EVID,AMT,RATE,II,ADDL,SS,DV,MDV"


def one(*rows: str) -> list[float]:
    """Concentrations in ng/mL at the observations, with V 50 L and CL 10 L/h."""
    table = "\n".join([HEADER, *(f"1,{row}" for row in rows)])
    (person,) = read(table, Route.INTRAVENOUS)
    found = expected(ONE, lambda _: {"V1": np.array([V]), "CL": np.array([CL])}, Drug.ESKETAMINE, person)
    return [float(value) for value in found[0]]


def seen(hour: float) -> str:
    return f"{hour},0,0,0,0,0,0,.,1"


def bolus(mg: float, hours: float) -> float:
    """ng/mL, `hours` after a bolus."""
    return 1000 * mg / V * math.exp(-K * hours)


def infusion(rate: float, duration: float, hours: float) -> float:
    """ng/mL, `hours` after the start of an infusion."""
    built = 1000 * rate / CL * (1 - math.exp(-K * min(hours, duration)))
    return built * math.exp(-K * max(hours - duration, 0))


def test_a_bolus_an_infusion_and_their_sum() -> None:
    found = one("0,1,20,0,0,0,0,.,1", "1,1,30,15,0,0,0,.,1", seen(2), seen(6))
    assert found == pytest.approx(
        [bolus(20, 2) + infusion(15, 2, 1), bolus(20, 6) + infusion(15, 2, 5)],
        rel=1e-12,
    )


def test_additional_doses_follow_an_interval_apart() -> None:
    found = one("0,1,20,0,6,2,0,.,1", seen(13))
    assert found == pytest.approx([bolus(20, 13) + bolus(20, 7) + bolus(20, 1)], rel=1e-12)


def test_an_observation_before_a_dose_of_the_same_time_does_not_see_it_and_one_after_does() -> None:
    found = one("0,1,20,0,0,0,0,.,1", seen(4), "4,1,20,0,0,0,0,.,1", seen(4))
    assert found == pytest.approx([bolus(20, 4), bolus(20, 4) + bolus(20, 0)], rel=1e-12)


def test_an_additional_dose_is_seen_at_its_very_time() -> None:
    assert one("0,1,20,0,6,1,0,.,1", seen(6)) == pytest.approx([bolus(20, 6) + bolus(20, 0)], rel=1e-12)


def test_a_steady_state_of_boluses_is_the_geometric_series() -> None:
    found = one("0,1,20,0,8,0,1,.,1", seen(3))
    assert found == pytest.approx([bolus(20, 3) / (1 - math.exp(-8 * K))], rel=1e-11)


def test_a_steady_state_with_additional_doses_stays_one() -> None:
    found = one("0,1,20,0,8,3,1,.,1", seen(3), seen(27))
    assert found[0] == pytest.approx(found[1], rel=1e-11)


@pytest.mark.parametrize("duration", [2.0, 8.0, 12.0, 30.0])
def test_a_steady_state_of_infusions_even_overlapping_ones(duration: float) -> None:
    """Against the sum of 400 infusions that were really given, the last at time zero."""
    found = one(f"0,1,{5 * duration},5,8,0,1,.,1", seen(3), seen(40))
    earlier = [8.0 * number for number in range(400)]
    by_hand = [sum(infusion(5, duration, hour + before) for before in earlier) for hour in (3.0, 40.0)]
    assert found == pytest.approx(by_hand, rel=1e-10)


def test_an_infusion_that_ran_for_ever_stops_at_its_record() -> None:
    found = one("0,1,0,5,0,0,1,.,1", seen(0), seen(4))
    assert found == pytest.approx([1000 * 5 / CL, 1000 * 5 / CL * math.exp(-4 * K)], rel=1e-11)


def test_a_steady_state_replaces_or_adds() -> None:
    before = "0,1,100,10,1,9,0,.,1"
    steady = bolus(20, 1) / (1 - math.exp(-8 * K))
    left = sum(infusion(10, 10, 5 - number) for number in range(5))
    assert one(before, "4,1,20,0,8,0,1,.,1", seen(5)) == pytest.approx([steady], rel=1e-11)
    assert one(before, "4,1,20,0,8,0,2,.,1", seen(5)) == pytest.approx([steady + left], rel=1e-11)


def test_a_reset_empties_and_cancels_and_time_may_start_afresh() -> None:
    found = one("0,1,100,10,2,9,0,.,1", seen(1), "1,3,0,0,0,0,0,.,1", seen(5), "0,4,20,0,0,0,0,.,1", seen(2))
    assert found == pytest.approx([infusion(10, 10, 1), 0.0, bolus(20, 2)], rel=1e-12)


def test_another_event_changes_nothing() -> None:
    assert one("0,1,20,0,0,0,0,.,1", "1,2,0,0,0,0,0,.,1", seen(2)) == pytest.approx([bolus(20, 2)], rel=1e-12)


def integrated(doses: Sequence[tuple[float, float, float]], hours: Sequence[float], p: dict[str, Array]) -> list[float]:
    """Otto 2021 by SciPy, stopped at every start and end: central S-ketamine, ng/mL. Doses: hour, mg, duration."""
    v1, v2, v3 = (float(p[name][0]) for name in ("V1", "V2", "V3"))
    cl, q2, q3 = (float(p[name][0]) for name in ("CL", "Q2", "Q3"))
    state, clock, found = np.zeros(3), 0.0, []
    stops = sorted({*hours, *(hour for hour, _, _ in doses), *(hour + duration for hour, _, duration in doses)})
    for stop in stops:
        rate = sum(mg / span for hour, mg, span in doses if span and hour <= clock < hour + span)

        def slopes(_t: float, x: Array, rate: float = rate) -> list[float]:
            c1, c2, c3 = x[0] / v1, x[1] / v2, x[2] / v3
            return [rate - cl * c1 - q2 * (c1 - c2) - q3 * (c1 - c3), q2 * (c1 - c2), q3 * (c1 - c3)]

        if stop > clock:
            state = solve_ivp(slopes, (clock, stop), state, method="DOP853", rtol=1e-12, atol=1e-14).y[:, -1]
        clock = stop
        state[0] += sum(mg for hour, mg, span in doses if hour == stop and not span)
        if stop in hours:
            found.append(1000 * state[0] / v1)
    return found


def test_a_published_model_through_mixed_records_by_an_independent_integrator() -> None:
    model = MODELS["otto_2021"]
    rows = ["0,1,20,30,12,2,0,.,1", "3,1,10,0,0,0,0,.,1", seen(3.5), seen(12.5), seen(30)]
    (person,) = read("\n".join([f"{HEADER},WT", *(f"1,{row},81" for row in rows)]), Route.INTRAVENOUS)
    parameters = typical_person(model, person.patient)
    found = expected(model, lambda _: parameters, Drug.ESKETAMINE, person)[0]
    doses = [(12.0 * number, 20.0, 2 / 3) for number in range(3)] + [(3.0, 10.0, 0.0)]
    assert found == pytest.approx(integrated(doses, [3.5, 12.5, 30.0], parameters), rel=1e-8)


@pytest.mark.parametrize("model", discover(), ids=lambda model: model.id)
def test_every_model_reaches_the_steady_state_that_many_real_doses_reach(model: Model) -> None:
    """Depots, chains and a lag included: 200 doses a day apart, then the next day."""
    claim = model.validity.claims[0]
    head = "ID,TIME,EVID,AMT,II,ADDL,SS,MDV,WT\n1,0,1,28,24,{},{},1,70\n1,{},0,0,0,0,0,1,70"
    steady, long = read(head.format(0, 1, 5), claim.route)[0], read(head.format(200, 0, 4805), claim.route)[0]
    parameters = typical_person(model, steady.patient)
    found = [expected(model, lambda _: parameters, claim.drug, person)[0, 0] for person in (steady, long)]
    assert found[0] == pytest.approx(found[1], rel=1e-9)


def test_a_dose_into_a_numbered_compartment_and_another_output() -> None:
    """Perez-Ruixo 2021: 10 mg straight into noresketamine central (8) is 1000 x 10 / 70 L at once."""
    model = MODELS["perez_ruixo_2021"]
    (person,) = read("ID,TIME,EVID,AMT,CMT,DVID,MDV\n1,0,1,10,8,.,1\n1,0,0,.,.,2,1")
    found = expected(model, partial(typical_person, model), Drug.ESKETAMINE, person)
    assert found[0, 0] == pytest.approx(1000 * 10 / 70)


def test_what_a_model_does_not_serve_is_refused_with_its_row() -> None:
    model = MODELS["otto_2021"]

    def follow(table: str) -> None:
        (person,) = read(table)
        expected(model, partial(typical_person, model), Drug.ESKETAMINE, person)

    with pytest.raises(Refused, match=r"row 2, ROUTE: got 'nasal'.*intravenous"):
        follow("ID,TIME,EVID,AMT,ROUTE,WT,MDV\n1,0,1,28,nasal,70,1\n1,1,0,.,.,70,1")
    with pytest.raises(Refused, match=r"row 2, CMT: got 99.*1 central"):
        follow("ID,TIME,EVID,AMT,CMT,WT,MDV\n1,0,1,28,99,70,1\n1,1,0,.,.,70,1")
    with pytest.raises(Refused, match=r"row 3, DVID: got 7.*1 ketamine"):
        follow("ID,TIME,EVID,AMT,CMT,DVID,WT,MDV\n1,0,1,28,1,.,70,1\n1,1,0,.,.,7,70,1")
