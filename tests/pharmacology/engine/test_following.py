"""The engine against independent answers, the exact solver, its own definition, hand calculation and its own pieces."""

from __future__ import annotations

import ctypes
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pytest

from ketaminder.pharmacology import Model, discover
from ketaminder.pharmacology.engine import (
    DEFINITION,
    KERNEL,
    Drive,
    How,
    Request,
    Shape,
    Stage,
    follow,
    following,
    kernel,
    paths,
)
from ketaminder.pharmacology.engine.compartments import places_of
from ketaminder.pharmacology.kinetics import follow as solve_exactly
from ketaminder.pharmacology.kinetics import follow_many
from ketaminder.pharmacology.mammillary import by_rate
from ketaminder.pharmacology.model import Flow, Input
from ketaminder.pharmacology.population import virtual_people
from ketaminder.pharmacology.solver import solve
from ketaminder.terms import Dose, Patient, Refused

from .reference import PROBLEM, errors, random_people, request

SOMEBODY = Patient("somebody", age_years=45.0, weight_kg=70.0)
BY_MODES, BY_NEIGHBOURS = 1e-9, 1e-8
"""How close amounts come, by the problem's measure: a person whose modes cancel loses a digit."""
PATHS = {"kernel": KERNEL, "definition": DEFINITION}
C_FIELD = re.compile(r"^    (?:const )?(?:int64_t|int32_t|double) ([^;]+);", re.MULTILINE)


class Proof(Protocol):
    def size(self, small: int, full: int) -> int: ...
    def record(self, name: str, **results: object) -> None: ...


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_eight_people_with_answers_to_thirteen_digits(path: paths.Path) -> None:
    found = follow(request(np.array(PROBLEM["people"]), PROBLEM["sparse_grid_h"]), path=path)
    answers = np.array(PROBLEM["answers"]).transpose(1, 2, 0)
    off = errors(found.curves, answers)
    assert set(found.how) == {How.MODES}
    assert off[:, :8].max() < 1e-9
    assert off.max() < 1e-6
    assert (found.error >= off[:, 8:].max(axis=1)).all()


def test_fast_path_and_definition_agree_where_neither_was_tuned(proof: Proof) -> None:
    people = random_people(proof.size(96, 4000), np.random.default_rng(2026))
    asked = request(people, PROBLEM["dense_grid_h"])
    fast, readable = follow(asked, path=KERNEL), follow(asked, path=DEFINITION)
    off = errors(fast.curves, readable.curves)
    assert How.FAILED not in fast.how + readable.how
    assert off[:, :8].max() < 1e-9
    assert off.max() < 2e-6
    proof.record(
        "engine-agreement",
        people=len(people),
        amounts=float(off[:, :8].max()),
        stages=float(off[:, 8:].max()),
        by_neighbours=fast.how.count(How.NEIGHBOURS),
    )


def test_blocks_and_threads_do_not_show_in_the_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = request(random_people(203, np.random.default_rng(3)), PROBLEM["sparse_grid_h"])
    whole = follow(asked)
    monkeypatch.setattr(following, "MOST_PEOPLE", 40)
    monkeypatch.setattr(following, "KERNEL", replace(KERNEL, numbers=60 * 11 * 16))
    with ThreadPoolExecutor(2) as threads:
        pieces = follow(asked, threads)
    assert whole.curves.tobytes() == follow(asked).curves.tobytes() == pieces.curves.tobytes()
    assert whole.how == pieces.how


@pytest.mark.parametrize(
    ("people", "side_by_side", "sizes"),
    [
        (0, False, []),
        (1, True, [1]),
        (1500, True, [1500]),
        (4100, True, [1032, 1032, 1032, 1004]),
        (20_000, False, [5000] * 4),
        (21_000, False, [4200] * 5),
        (21_000, True, [2632] * 7 + [2576]),
    ],
)
def test_people_are_dealt_in_equal_parts_of_whole_groups(people: int, side_by_side: bool, sizes: list[int]) -> None:
    parts = following._parts(people, side_by_side=side_by_side)
    assert [one.size for one in parts] == sizes
    assert np.array_equal(np.concatenate([np.empty(0), *parts]), np.arange(people))


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_who_gets_nothing_beside_who_gets_something_stays_exactly_at_rest(path: paths.Path) -> None:
    people = 16
    asked = request(random_people(people, np.random.default_rng(5)), PROBLEM["sparse_grid_h"])
    given = np.arange(people) % 2
    asked = replace(asked, inputs=[replace(one, amount_mg=given * one.amount_mg) for one in asked.inputs])
    found = follow(asked, path=path)
    assert set(found.how) == {How.MODES}
    assert found.error[given == 0].max() < 1e-6
    rest = np.array([stage.start[0] for stage in asked.stages])
    assert np.abs(found.curves[:, -3:, given == 0] - rest[:, None]).max() < 2e-15


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
@pytest.mark.parametrize("model", discover(), ids=lambda model: model.id)
def test_every_model_by_every_route_as_the_exact_solver(
    model: Model, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "default_path", lambda: path)
    parameters = virtual_people(model, SOMEBODY, 24, np.random.default_rng(4))
    times = np.array([0.0, 0.1, 0.5, 2 / 3, 1.0, 3.0, 24.0, 25.0, 47.0])
    for drug in model.enantiomers:
        for route in model.routes:
            duration = 40 / 60 if route == "intravenous" else 0.0
            doses = [Dose(drug, route, 28.0, start, duration) for start in (0.0, 24.0)]
            exact = solve_exactly(model, parameters, doses, times).parts()
            fast = follow_many(model, parameters, 24 if model.variability else 1, doses, times)
            for name, curve in exact.items():
                peak = curve.max(axis=1, keepdims=True)
                off = np.abs(fast[name] - curve) / (curve + 0.01 * peak)
                assert off.max() < (BY_NEIGHBOURS if model.id == "simons_2022" else BY_MODES), (route, name)


def nearly_equal(gap: float) -> Request:
    """Absorption and elimination that differ by a share `gap`, driving a saturating stage."""
    k = np.full(8, 0.7)
    structure = by_rate(peripheral=0)
    depot = replace(
        structure,
        compartments=("depot", *structure.compartments),
        flows=(*structure.flows, Flow("depot", "central", "ka")),
    )
    stage = Stage(
        "effect", "amount", Shape.SATURATING, np.zeros(1), np.ones(1), np.full(1, 0.3), np.zeros(1), np.ones(1)
    )
    return Request(
        depot,
        {"ka": k * (1 + gap), "k10": k, "V1": np.ones(8)},
        [Input("depot", np.array([10.0]), 0.0, np.zeros(1))],
        np.linspace(0, 12, 25),
        8,
        (Drive("amount", {"central": np.ones(1)}),),
        (stage,),
    )


@pytest.mark.parametrize("gap", [0.0, 1e-12, 1e-8, 1e-5, 1e-3])
def test_equal_rates_are_read_off_from_neighbours(gap: float) -> None:
    """By hand: with ka = k the amount is 10 k t exp(-k t), else 10 ka (exp(-k t) - exp(-ka t)) / (ka - k)."""
    asked = nearly_equal(gap)
    found = follow(asked)
    t, k, ka = asked.times_h, 0.7, 0.7 * (1 + gap)
    difference = -np.expm1(-(ka - k) * t) / (ka - k) if ka != k else t
    by_hand = 10 * ka * np.exp(-k * t) * difference
    amount = found.curves[:, places_of(asked.structure).index("central")]
    assert set(found.how) <= {How.MODES, How.NEIGHBOURS}
    assert np.abs(amount - by_hand[:, None]).max() < 1e-9 * by_hand.max() + 1e-12
    smooth = follow(nearly_equal(0.01)).curves[:, -1]
    assert np.abs(found.curves[:, -1] - smooth).max() < 0.02


@pytest.mark.parametrize("path", [KERNEL, DEFINITION], ids=["kernel", "definition"])
@pytest.mark.parametrize("gap", [0.0, 0.5])
def test_only_what_is_wanted_is_reported_and_is_the_same(path: paths.Path, gap: float) -> None:
    asked = nearly_equal(gap)
    whole, some = follow(asked, path=path), follow(replace(asked, wanted=("central",)), path=path)
    places = [asked.rows.index(row) for row in ("central", "effect")]
    assert np.array_equal(some.curves, whole.curves[:, places])
    assert some.how == whole.how
    alone = replace(asked, stages=(), parameters={**asked.parameters, "k10": np.zeros(8)})
    places = [alone.rows.index("central")]
    assert np.array_equal(follow(replace(alone, wanted=("central",))).curves, follow(alone).curves[:, places])


def test_who_clears_nothing_is_followed_by_the_solver_and_named() -> None:
    parameters = {"k10": np.array([0.0, 0.5]), "k12": np.ones(2), "k21": np.ones(2), "V1": np.ones(2)}
    inputs = [Input("central", np.array([5.0]), 0.0, np.array([1.0]))]
    asked = Request(by_rate(peripheral=1), parameters, inputs, np.linspace(0, 10, 11), 2)
    found = follow(asked)
    exact = solve(asked.structure, parameters, inputs, asked.times_h).places_mg[:, :, :2].transpose(1, 2, 0)
    assert found.how == (How.SOLVER, How.MODES)
    np.testing.assert_allclose(found.curves, exact, rtol=1e-10, atol=1e-12)
    assert found.curves[-1, :, 0].sum() == pytest.approx(5.0, rel=1e-12)


def test_who_cannot_be_solved_is_named_and_shown_as_nothing() -> None:
    asked = nearly_equal(0.01)
    hopeless = replace(asked, parameters={**asked.parameters, "k10": np.append(np.full(7, 0.7), 0.0)})
    found = follow(hopeless)
    assert found.how == (How.MODES,) * 7 + (How.FAILED,)
    assert np.isnan(found.curves[:, :, 7]).all()
    assert np.isfinite(found.curves[:, :, :7]).all()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"inputs": []}, "doses"),
        ({"times_h": np.array([1.0, 0.5])}, "output times"),
        ({"parameters": {"ka": np.ones(1), "k10": np.array([-1.0]), "V1": np.ones(1)}}, "k10"),
    ],
)
def test_what_cannot_be_solved_is_refused(change: dict[str, Any], said: str) -> None:
    asked = nearly_equal(0.5)
    with pytest.raises(Refused, match=said):
        follow(replace(asked, **change))


def test_a_stage_reads_a_drive_or_an_earlier_stage() -> None:
    asked = nearly_equal(0.5)
    stray = Stage("late", "nobody", Shape.LINEAR, np.zeros(1), np.ones(1), np.ones(1), np.zeros(1), np.ones(1))
    with pytest.raises(Refused, match="nobody"):
        follow(replace(asked, stages=(stray,)))


def test_an_inverted_u_is_one_at_its_half_and_less_on_both_sides() -> None:
    """dx/dt = shape(u) - x settles at shape(u): by hand exp(0) = 1, 0.5 exp(0.5) = 0.8244, 2 exp(-1) = 0.7358."""
    for u, expected in ((1.0, 1.0), (0.5, 0.8243606), (2.0, 0.7357589)):
        settled = _settled(u)
        assert settled == pytest.approx(expected, abs=2e-6)


def _settled(u: float) -> float:
    """A constant infusion whose amount is `u` in the end, read by an inverted U."""
    stage = Stage("x", "u", Shape.INVERTED_U, np.zeros(1), np.ones(1), np.ones(1), np.zeros(1), np.ones(1))
    asked = Request(
        by_rate(peripheral=0),
        {"k10": np.full(8, 2.0), "V1": np.ones(8)},
        [Input("central", np.array([2.0 * u * 100]), 0.0, np.array([100.0]))],
        np.array([99.0]),
        8,
        (Drive("u", {"central": np.ones(1)}),),
        (stage,),
    )
    fast, readable = follow(asked, path=KERNEL), follow(asked, path=DEFINITION)
    np.testing.assert_allclose(fast.curves, readable.curves, rtol=2e-6)
    return float(fast.curves[0, -1, 0])


@pytest.mark.parametrize(
    ("file", "struct", "fields"),
    [("problem.h", "problem", kernel._Struct._fields_), ("modes.c", "compartments", kernel._Compartments._fields_)],
)
def test_a_struct_is_laid_out_in_c_as_in_python(file: str, struct: str, fields: tuple[tuple[str, object], ...]) -> None:
    source = Path(kernel.__file__).with_name(file).read_text(encoding="utf-8")
    body = source[source.index(f"struct {struct} {{") : source.index("};", source.index(f"struct {struct} {{"))]
    names = [name.strip(" *") for line in C_FIELD.findall(body) for name in line.split(",")]
    assert names == [field[0] for field in fields]


class _Other:
    """A library whose second struct is another."""

    def size_of_problem(self) -> int:
        return ctypes.sizeof(kernel._Struct)

    def size_of_compartments(self) -> int:
        return ctypes.sizeof(kernel._Compartments) + 8

    def nodes_of_a_step(self) -> int:
        return kernel.NODES


@pytest.mark.parametrize("other", [_Other(), object()], ids=["other structs", "before sizes were told"])
def test_a_library_of_other_structs_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch, other: object) -> None:
    """It would write past the end of arrays."""
    monkeypatch.setattr("ctypes.CDLL", lambda path: other)
    monkeypatch.setattr(kernel, "_levels", lambda: ("generic",))
    assert kernel.library.__wrapped__() is None


def test_the_kernel_was_compiled() -> None:
    assert kernel.library() is not None
