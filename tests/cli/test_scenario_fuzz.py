"""Scenarios at random: each is followed, or refused with its place, the value found and what is required."""

from __future__ import annotations

import json
import math
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ketaminder.cli.scenario import KEYS, Asked, read
from ketaminder.cli.simulate import simulate
from ketaminder.terms import Ancestry, Drug, Refused, Route, Sex

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from([10**400, "56"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
HOURS, LATER = st.floats(0, 100), st.floats(0.001, 100)
SOUND: dict[str, st.SearchStrategy[Any]] = {
    "drug": st.sampled_from(list(Drug)),
    "route": st.sampled_from(list(Route)),
    "dose_mg": st.sampled_from([28, 56, 84]) | st.floats(0.001, 10_000),
    "duration_min": st.floats(0, 600),
    "repeat": st.lists(HOURS, max_size=3, unique=True),
    "age_years": st.floats(0.01, 130),
    "weight_kg": st.floats(1, 1000),
    "sex": st.sampled_from(list(Sex)),
    "ancestry": st.sampled_from(list(Ancestry)),
    "sampling": st.sampled_from(["venous", "arterial"]),
    "population": st.integers(1, 4),
    "population_of": st.just("us_adults"),
    "measured": st.lists(st.fixed_dictionaries({"time_h": LATER, "weight_kg": st.floats(1, 1000)}), max_size=1),
    "influences": st.lists(st.sampled_from(["rifampicin", "cyp2b6 *6/*6", "grapefruit juice"]), max_size=2),
    "acute": st.booleans(),
}
RACEMATE = [(Drug.KETAMINE, one) for one in Route if one is not Route.NASAL]
DOSE_MG = st.floats(0.001, 10_000)
BESIDES = set(SOUND) - {"drug", "route", "dose_mg", "duration_min", "ancestry"}
NEEDED = {name: SOUND[name] for name in ("drug", "route", "dose_mg")}
NEARLY = st.fixed_dictionaries(
    {name: one | ANYTHING for name, one in NEEDED.items()},
    optional={name: one | ANYTHING for name, one in SOUND.items() if name not in NEEDED},
)


@st.composite
def followed(draw: st.DrawFn) -> dict[str, Any]:
    """A scenario that a model knows, with some of what may be asked besides."""
    drug, route = draw(st.sampled_from([(Drug.ESKETAMINE, one) for one in Route] + RACEMATE))
    nasal = route is Route.NASAL
    scenario = {"drug": drug, "route": route, "dose_mg": draw(st.sampled_from([28, 56, 84]) if nasal else DOSE_MG)}
    if route is Route.INTRAVENOUS:
        scenario["duration_min"] = draw(SOUND["duration_min"])
    besides = draw(st.sets(st.sampled_from(sorted(BESIDES))))
    if "population_of" in besides:
        besides = (besides | {"population"}) - {"measured"}
    adult = {"age_years": st.floats(18, 79), "sex": st.sampled_from([Sex.FEMALE, Sex.MALE])}
    return scenario | {name: draw((SOUND | adult)[name]) for name in sorted(besides)}


def refusal_or_reading(document: object) -> Asked | str:
    try:
        return read(json.dumps(document))
    except Refused as refused:
        return str(refused)


def test_the_fuzz_knows_every_field() -> None:
    assert set(SOUND) == set(KEYS)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(NEARLY | ANYTHING)
@example({"drug": "ketamine", "route": "oral", "dose_mg": math.nan})
@example({"drug": "ketamine", "route": "oral", "dose_mg": 10**400})
@example({"drug": ["ketamine"], "route": {}, "dose_mg": "25"})
def test_whatever_a_file_holds_is_read_or_refused_with_the_value(document: object) -> None:
    found = refusal_or_reading(document)
    assert isinstance(found, Asked) or (": got " in found and "; required: " in found)


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scenario=followed())
@example(scenario={"drug": "esketamine", "route": "nasal", "dose_mg": 84, "repeat": [72], "population": 3})
@example(
    scenario={
        "drug": "ketamine",
        "route": "intravenous",
        "dose_mg": 35,
        "duration_min": 40,
        "measured": [{"time_h": 0.5, "weight_kg": 90}],
        "population": 3,
        "acute": True,
    }
)
def test_a_scenario_that_is_followed_is_whole(
    scenario: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "scenario.json"
    path.write_text(json.dumps(scenario), encoding="utf-8")
    assert simulate(Namespace(file=path, json=True, plot=None, parquet=None)) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["scenario"]["dose_mg"] == pytest.approx(scenario["dose_mg"])
    for name in ("drug", "route"):
        assert document["scenario"][name] == scenario[name]
    for exposure in document["exposures"].values():
        assert exposure["cmax"] > 0
        assert 0 <= exposure["tmax_h"] <= 24
        assert exposure["auc_24h"] > 0
    for curve in ((document["bands"] or {}).get("analytes") or {}).values():
        assert all(low <= high for low, high in zip(curve["p05"], curve["p95"], strict=True))
    assert document["assumed"]
    assert document["sources"]
