"""Covariates that change within a person, against hand calculations and against another way to follow them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from ketaminder.pharmacology import discover, nasal_devices
from ketaminder.pharmacology.changing import Change, follow_changing, person, stretches
from ketaminder.pharmacology.changing import Stretch as FollowedStretch
from ketaminder.pharmacology.exchange.course import expected
from ketaminder.pharmacology.exchange.fit import fit
from ketaminder.pharmacology.exchange.table import read
from ketaminder.pharmacology.exchange.vpc import Asked, check
from ketaminder.pharmacology.model import Array
from ketaminder.pharmacology.population import typical_person, virtual_people
from ketaminder.terms import Dose, Drug, Patient, Route

from .test_course import ONE

MODELS = {model.id: model for model in discover()}
HEADER = "ID,TIME,EVID,AMT,RATE,II,ADDL,SS,WT,MDV"


def by_weight(patient: Patient) -> Mapping[str, Array]:
    """CL 0.1 L/h and V 0.5 L a kilogram: k is 0.2/h for everybody; CL 20 L/h at 100 kg with 100 L makes k 0.2 too."""
    weight = patient.weight_kg or 0.0
    return {"V1": np.array([0.5 * weight]), "CL": np.array([0.001 * weight * weight])}


def one(*rows: str) -> list[float]:
    """Concentrations where V is WT / 2 and CL is WT^2 / 1000, so that k is WT / 500 an hour."""
    (somebody,) = read("\n".join([HEADER, *(f"1,{row}" for row in rows)]), Route.INTRAVENOUS)
    return [float(value) for value in expected(ONE, by_weight, Drug.ESKETAMINE, somebody)[0]]


def seen(hour: float, weight: float) -> str:
    return f"{hour},0,0,0,0,0,0,{weight},1"


def test_a_rows_weight_holds_from_the_row_before_it() -> None:
    """20 mg; 2 h at 100 kg (k 0.2), then 3 h at 50 kg (k 0.1), read over 50 L and over 25 L."""
    found = one("0,1,20,0,0,0,0,100,1", seen(2, 100), seen(5, 50))
    assert found == pytest.approx([20 * math.exp(-0.4) * 1000 / 50, 20 * math.exp(-0.4 - 0.3) * 1000 / 25], rel=1e-12)


def test_an_infusion_runs_through_a_change() -> None:
    """5 mg/h for 4 h, the first hour at 100 kg and the others at 50: A' = 5 - k A."""
    found = one("0,1,20,5,0,0,0,100,1", seen(1, 100), seen(3, 50), seen(6, 50))
    first = 5 / 0.2 * (1 - math.exp(-0.2))
    third = 5 / 0.1 + (first - 5 / 0.1) * math.exp(-0.1 * 2)
    fourth = 5 / 0.1 + (first - 5 / 0.1) * math.exp(-0.1 * 3)
    expected_mg = [first * 1000 / 50, third * 1000 / 25, fourth * math.exp(-0.1 * 2) * 1000 / 25]
    assert found == pytest.approx(expected_mg, rel=1e-12)


def test_additional_doses_fall_where_they_fall_and_a_dose_on_a_row_is_seen_after_it() -> None:
    """10 mg at 0, 3 and 6 h; weights 100 up to 4 h, 50 after. An observation before a dose at its hour misses it."""
    rows = ("0,1,10,0,3,2,0,100,1", seen(4, 100), seen(6, 50), "7,0,0,0,0,0,0,50,1", "7,1,30,0,0,0,0,50,1", seen(7, 50))
    at_4 = 10 * (math.exp(-0.8) + math.exp(-0.2))
    at_6 = at_4 * math.exp(-0.2) + 10
    at_7 = at_6 * math.exp(-0.1)
    in_mg = [at_4 / 50, at_6 / 25, at_7 / 25, (at_7 + 30) / 25]
    assert one(*rows) == pytest.approx([1000 * value for value in in_mg], rel=1e-12)


def test_a_steady_state_is_that_of_its_rows_weight_and_fades_by_later_ones() -> None:
    """10 mg every 6 h for ever at 100 kg leave 10 / (1 - exp(-1.2)); one more such state is added at 4 h, at 50 kg."""
    rows = ("0,1,10,0,6,0,1,100,1", seen(2, 100), "4,1,10,0,6,0,2,50,1", seen(4, 50), seen(5, 50))
    start = 10 / (1 - math.exp(-1.2))
    at_4 = start * math.exp(-0.4 - 0.2) + 10 / (1 - math.exp(-0.6))
    in_mg = [start * math.exp(-0.4) / 50, at_4 / 25, at_4 * math.exp(-0.1) / 25]
    assert one(*rows) == pytest.approx([1000 * value for value in in_mg], rel=1e-12)


def test_time_that_starts_afresh_and_a_weight_that_comes_back() -> None:
    rows = ("0,1,20,0,0,0,0,100,1", seen(2, 50), "0,4,10,0,0,0,0,100,1", seen(1, 50), seen(2, 100))
    after = 10 * math.exp(-0.1)
    in_mg = [20 * math.exp(-0.2) / 25, after / 25, after * math.exp(-0.2) / 50]
    assert one(*rows) == pytest.approx([1000 * value for value in in_mg], rel=1e-12)


@pytest.mark.parametrize(
    ("id_", "doses"),
    [
        ("perez_ruixo_2021", [*nasal_devices(84), *nasal_devices(56, 9.9)]),
        ("otto_2021", [Dose(Drug.ESKETAMINE, Route.INTRAVENOUS, 40.0, 9.5, 1.0)]),
    ],
)
def test_people_are_followed_as_by_stretches_of_their_own(id_: str, doses: list[Dose]) -> None:
    """A row at 10 h with the weight of before, and lighter rows behind it: the same as a change at 10 h."""
    model, before = MODELS[id_], Patient("1", age_years=40.0, weight_kg=90.0)
    after, hours = replace(before, weight_kg=60.0, age_years=75.0), [10.5, 11.0, 24.0]
    rows = [
        f"1,{one.time_h},1,{one.amount_mg},{one.amount_mg / one.duration_h if one.duration_h else 0},90,40,1"
        for one in doses
    ]
    text = ["ID,TIME,EVID,AMT,RATE,WT,AGE,MDV", *rows, "1,10,2,0,0,90,40,1"]
    text += [f"1,{hour},0,0,0,60,75,1" for hour in hours]
    (somebody,) = read("\n".join(text), doses[0].route)

    def of(patient: Patient) -> Mapping[str, Array]:
        return virtual_people(model, patient, 20, np.random.default_rng(3))

    found = expected(model, of, Drug.ESKETAMINE, somebody)
    both = [FollowedStretch(0.0, of(before)), FollowedStretch(10.0, of(after))]
    same = follow_changing(model, both, doses, np.array(hours)).parts()["esketamine"]
    assert found == pytest.approx(same, rel=1e-9)
    typical = expected(model, lambda who: typical_person(model, who), Drug.ESKETAMINE, somebody)
    change = [Change(10.0, age_years=75.0, weight_kg=60.0)]
    assert len(stretches(before, change)) == 2
    assert typical == pytest.approx(
        person(model, before, change, doses)(np.array(hours)).parts()["esketamine"], rel=1e-9
    )


def growing(clearance: float, volume: float) -> str:
    """Six people by Otto 2021 with other clearance and volume, who lose weight between two infusions."""
    model, rows = MODELS["otto_2021"], ["ID,TIME,EVID,AMT,RATE,WT,DV,MDV"]
    for number in range(6):
        shell, heavy = [], 60 + 12 * number
        for start, weight in ((0, heavy), (240, heavy - 15)):
            shell += [f"{number},{start},1,20,30,{weight},.,1"]
            shell += [f"{number},{start + hour},0,.,.,{weight},DV" for hour in (0.5, 1, 2, 4, 8)]
        unmeasured = [row.replace("DV", ".,1") for row in shell]
        (somebody,) = read("\n".join([*rows[:1], *unmeasured]), Route.INTRAVENOUS)

        def of(patient: Patient) -> Mapping[str, Array]:
            typical = typical_person(model, patient)
            return typical | {"CL": clearance * typical["CL"], "V1": volume * typical["V1"]}

        values = iter(expected(model, of, Drug.ESKETAMINE, somebody)[0])
        rows += [row.replace("DV", f"{next(values)},0") if row.endswith("DV") else row for row in shell]
    return "\n".join(rows)


def test_a_fit_recovers_what_people_had_who_lose_weight() -> None:
    people = read(growing(1.3, 0.8), Route.INTRAVENOUS)
    found = fit(MODELS["otto_2021"], people, Drug.ESKETAMINE, ["CL", "V1"])
    published = MODELS["otto_2021"].published
    clearance, volume = found.estimates
    assert clearance.value == pytest.approx(1.3 * published["CL"], rel=2e-3)
    assert volume.value == pytest.approx(0.8 * published["V1"], rel=2e-2)


def test_a_check_follows_the_same_virtual_people_as_they_lose_weight() -> None:
    """Values of the typical person lie inside the spans of the median; those of four times the clearance do not."""
    asked = Asked(Drug.ESKETAMINE, replicates=60, bins=4)
    right = check(MODELS["otto_2021"], read(growing(1.0, 1.0), Route.INTRAVENOUS), asked, 1)
    wrong = check(MODELS["otto_2021"], read(growing(4.0, 1.0), Route.INTRAVENOUS), asked, 1)
    assert all(one.inside[1] for one in right.bins)
    assert not all(one.inside[1] for one in wrong.bins)
