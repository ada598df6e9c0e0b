"""The solver on structures whose answers are closed forms, and its invariants over random ones."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketaminder.pharmacology.model import Array, Flow, Input, Output, Structure, exchange
from ketaminder.pharmacology.propagator import propagator
from ketaminder.pharmacology.solver import Amounts, solve
from ketaminder.terms import Refused

CHAIN = Structure(
    compartments=("depot", "central", "peripheral", "metabolite"),
    sinks=("eliminated",),
    flows=(
        Flow("depot", "central", "ka"),
        *exchange("central", "peripheral", "Q", ("V", "Vp")),
        Flow("central", "metabolite", "CL", "V"),
        Flow("metabolite", "eliminated", "km"),
    ),
    outputs={"ketamine": Output("central", "V"), "norketamine": Output("metabolite", "V")},
)
DEPOT, CENTRAL, PERIPHERAL, METABOLITE, ELIMINATED = range(5)


def values(**numbers: float) -> dict[str, Array]:
    return {name: np.array([number]) for name, number in numbers.items()}


def into(state: str, mg: float, start_h: float = 0.0, duration_h: float = 0.0) -> Input:
    return Input(state, np.array([mg]), start_h, np.array([duration_h]))


def test_equal_rates_in_a_chain_by_hand() -> None:
    """k the same twice has no eigenbasis: 100 mg, k = 2 /h: 100 e^-2t, then 200 t e^-2t, then 200 t^2 e^-2t."""
    times = np.array([0.0, 0.25, 1.0, 5.0])
    found = solve(CHAIN, values(ka=2, Q=0, V=1, Vp=1, CL=2, km=2), [into("depot", 100)], times).mg[0]
    decay = 100 * np.exp(-2 * times)
    assert found[:, DEPOT] == pytest.approx(decay, rel=1e-13)
    assert found[:, CENTRAL] == pytest.approx(decay * 2 * times, rel=1e-13)
    assert found[:, METABOLITE] == pytest.approx(decay * 2 * times**2, rel=1e-13)


def test_an_infusion_by_hand() -> None:
    """10 mg over 0.5 h, k = 1.2 /h: rate/k (1 - e^-kT) e^-k(t-T) after the end; area to infinity is dose/k."""
    amounts = solve(
        CHAIN,
        values(ka=1, Q=0, V=1, Vp=1, CL=1.2, km=1),
        [into("central", 10, 1.0, 0.5)],
        np.array([1.0, 1.5, 3.0, 60.0]),
    )
    plateau = 20 / 1.2 * (1 - math.exp(-0.6))
    assert amounts.mg[0, :3, CENTRAL] == pytest.approx([0.0, plateau, plateau * math.exp(-1.8)], rel=1e-13)
    assert amounts.mg_h[0, -1, 0] == pytest.approx(10 / 1.2, rel=1e-13)


def test_without_clearance_everything_stays() -> None:
    amounts = solve(CHAIN, values(ka=0, Q=0, V=2, Vp=1, CL=0, km=0), [into("central", 8)], np.array([0.0, 1e4]))
    assert amounts.mg[0, :, CENTRAL].tolist() == [8.0, 8.0]
    assert amounts.concentration_ng_per_mL("ketamine")[0].tolist() == [4000.0, 4000.0]
    assert amounts.auc_ng_h_per_mL("ketamine")[0, -1] == pytest.approx(4e7, rel=1e-13)


def test_each_person_has_an_own_release_time() -> None:
    """10 mg released over 1 and over 4 h: after 2 h 10 and 5 mg have come, and 0 and 5 mg have yet to come."""
    release = Input("depot", np.array([10.0, 10.0]), 0.0, np.array([1.0, 4.0]))
    amounts = solve(CHAIN, values(ka=0, Q=0, V=1, Vp=1, CL=0, km=0), [release], np.array([2.0]))
    assert amounts.mg[:, 0, DEPOT] == pytest.approx([10.0, 5.0], rel=1e-12)
    assert amounts.undelivered_mg()[:, 0] == pytest.approx([0.0, 5.0], rel=1e-12)


def test_an_output_at_the_time_of_a_bolus_includes_it() -> None:
    amounts = solve(CHAIN, values(ka=1, Q=1, V=1, Vp=1, CL=1, km=1), [into("central", 5, 2.0)], np.array([1.0, 2.0]))
    assert amounts.mg[0, :, CENTRAL].tolist() == [0.0, 5.0]
    assert amounts.undelivered_mg()[0].tolist() == [5.0, 0.0]


def test_the_exponential_of_a_defective_matrix_by_hand() -> None:
    """exp of [[-3, 0], [3, -3]] h is e^-3h [[1, 0], [3h, 1]]."""
    found = propagator(np.array([[[-3.0, 0.0], [3.0, -3.0]]]), np.array([0.7]))[0]
    assert found == pytest.approx(math.exp(-2.1) * np.array([[1, 0], [2.1, 1]]), rel=1e-14)


# --- invariants over random parameters, doses and times ---------------------------------------------------------------

rates = st.one_of(st.just(0.0), st.floats(1e-3, 1e3))
volumes = st.floats(1e-1, 1e3)
parameters = st.fixed_dictionaries({"ka": rates, "Q": rates, "V": volumes, "Vp": volumes, "CL": rates, "km": rates})
inputs = st.lists(
    st.builds(
        into,
        state=st.sampled_from(["depot", "central"]),
        mg=st.floats(1e-6, 1e6),
        start_h=st.sampled_from([0.0, 1.0, 1.0 + 1e-9, 5.5]) | st.floats(0, 50),
        duration_h=st.just(0.0) | st.floats(1e-9, 20) | st.floats(0, 1e-9),
    ),
    min_size=1,
    max_size=4,
)
grids = st.lists(st.sampled_from([0.0, 1.0, 5.5]) | st.floats(0, 100), min_size=1, max_size=8).map(
    lambda times: np.array(sorted(times))
)


def followed(numbers: dict[str, float], entered: list[Input], times: Array) -> Amounts:
    return solve(CHAIN, values(**numbers), entered, times)


@settings(max_examples=60, deadline=None)
@given(parameters, inputs, grids)
def test_every_milligram_is_somewhere_and_none_is_negative(
    numbers: dict[str, float], entered: list[Input], times: Array
) -> None:
    amounts = followed(numbers, entered, times)
    assert np.abs(amounts.balance_mg()).max() <= 1e-9 * amounts.schedule.given_mg[0]
    assert amounts.mg.min() >= 0
    assert amounts.mg_h.min() >= 0


@settings(max_examples=40, deadline=None)
@given(parameters, inputs, grids)
def test_doubling_every_dose_doubles_every_curve(numbers: dict[str, float], entered: list[Input], times: Array) -> None:
    doubled = [Input(one.state, 2 * one.amount_mg, one.start_h, one.duration_h) for one in entered]
    once, twice = followed(numbers, entered, times), followed(numbers, doubled, times)
    assert np.allclose(twice.mg, 2 * once.mg, rtol=1e-12, atol=1e-300)


@settings(max_examples=40, deadline=None)
@given(parameters, inputs, grids)
def test_doses_together_give_the_sum_of_doses_alone(
    numbers: dict[str, float], entered: list[Input], times: Array
) -> None:
    together = followed(numbers, entered, times).mg
    alone = sum(followed(numbers, [one], times).mg for one in entered)
    assert np.allclose(together, alone, rtol=1e-9, atol=1e-12 * sum(float(one.amount_mg[0]) for one in entered))


@settings(max_examples=30, deadline=None)
@given(parameters, inputs, grids)
def test_people_in_a_batch_do_not_disturb_each_other(
    numbers: dict[str, float], entered: list[Input], times: Array
) -> None:
    others = {name: np.array([value * 1.7, value, value / 3]) for name, value in numbers.items()}
    batch = solve(CHAIN, others, entered, times).mg[1]
    assert np.allclose(batch, followed(numbers, entered, times).mg[0], rtol=1e-9, atol=1e-300)


# --- refusals ---------------------------------------------------------------------------------------------------------

ONE = {"ka": 1.0, "Q": 1.0, "V": 1.0, "Vp": 1.0, "CL": 1.0, "km": 1.0}


@pytest.mark.parametrize("times", [[2.0, 1.0], [-1.0, 1.0], [0.0, math.nan], [0.0, math.inf], []])
def test_times_that_cannot_be_followed_are_refused(times: list[float]) -> None:
    with pytest.raises(Refused, match=r"output times: got .*; required: hours in ascending order, zero or later"):
        followed(ONE, [into("central", 1)], np.array(times))


@pytest.mark.parametrize("rate", [-1.0, math.nan, math.inf])
def test_a_rate_that_cannot_be_is_refused(rate: float) -> None:
    with pytest.raises(Refused, match=f"CL: got {rate}; required: finite values, zero or above"):
        followed(ONE | {"CL": rate}, [into("central", 1)], np.array([1.0]))


def test_an_empty_volume_is_refused() -> None:
    with pytest.raises(Refused, match=r"Vp: got 0.0; required: a volume above zero"):
        followed(ONE | {"Vp": 0.0}, [into("central", 1)], np.array([1.0]))


def test_a_negative_duration_is_refused() -> None:
    with pytest.raises(Refused, match=r"duration into central: got -1.0"):
        followed(ONE, [into("central", 1, duration_h=-1.0)], np.array([1.0]))


def test_no_dose_is_refused() -> None:
    with pytest.raises(Refused, match=r"doses: got .*; required: one or more"):
        followed(ONE, [], np.array([1.0]))
