"""Devices, infusions and sessions."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ketaminder.pharmacology import discover, infusion, nasal_devices
from ketaminder.pharmacology.dosing import units_in_session
from ketaminder.pharmacology.kinetics import follow
from ketaminder.pharmacology.population import typical_person
from ketaminder.terms import Dose, Drug, Patient, Refused, Route


def test_84_mg_are_three_devices_five_minutes_apart() -> None:
    assert [(dose.amount_mg, round(60 * dose.time_h)) for dose in nasal_devices(84, time_h=24)] == [
        (28.0, 1440),
        (28.0, 1445),
        (28.0, 1450),
    ]


@pytest.mark.parametrize("total", [50, 14, 0, -28, math.nan, math.inf, 28.1])
def test_a_part_of_a_device_is_refused(total: float) -> None:
    with pytest.raises(Refused, match=r"nasal dose: got .*; required: a whole number of 28-mg devices, in mg"):
        nasal_devices(total)


def test_half_a_milligram_per_kilogram() -> None:
    assert infusion(Drug.KETAMINE, 0.5, 70, 40) == Dose(Drug.KETAMINE, Route.INTRAVENOUS, 35.0, 0.0, 40 / 60)


@pytest.mark.parametrize("weight", [None, 0, -70, math.nan, math.inf])
def test_an_infusion_without_a_weight_is_refused(weight: float | None) -> None:
    with pytest.raises(Refused, match=r"weight: got .*; required: a recorded body weight above zero, in kg"):
        infusion(Drug.KETAMINE, 0.5, weight, 40)


@pytest.mark.parametrize("mg_per_kg", [0, -0.5, math.nan])
def test_an_infusion_of_nothing_is_refused(mg_per_kg: float) -> None:
    with pytest.raises(Refused, match=r"dose: got .*; required: an amount above zero, in mg/kg"):
        infusion(Drug.KETAMINE, mg_per_kg, 70, 40)


@pytest.mark.parametrize("minutes", [0, -40, math.nan])
def test_an_infusion_without_a_duration_is_refused(minutes: float) -> None:
    with pytest.raises(Refused, match=r"infusion time: got .*; required: a duration above zero, in minutes"):
        infusion(Drug.KETAMINE, 0.5, 70, minutes)


@pytest.mark.parametrize("amount", [-28.0, 0.0, math.nan, math.inf])
def test_a_dose_that_cannot_be_is_refused(amount: float) -> None:
    with pytest.raises(Refused, match=r"dose: got .*; required: an amount above zero, in mg"):
        Dose(Drug.ESKETAMINE, Route.NASAL, amount)


def test_a_new_session_starts_counting_devices_again() -> None:
    doses = (*nasal_devices(84), *nasal_devices(56, time_h=72))
    assert units_in_session(doses) == (1, 2, 3, 1, 2)


@pytest.mark.parametrize(("later_h", "number"), [(11.9, 2), (12.0, 2), (12.1, 1), (24.0, 1)])
def test_a_session_lasts_twelve_hours_from_its_first_device(later_h: float, number: int) -> None:
    assert units_in_session((*nasal_devices(28), *nasal_devices(28, time_h=later_h))) == (1, number)


def test_routes_are_counted_apart() -> None:
    oral = Dose(Drug.ESKETAMINE, Route.ORAL, 84.0, 0.1)
    assert units_in_session((*nasal_devices(28), oral, *nasal_devices(28, time_h=0.2))) == (1, 1, 2)


def test_later_devices_of_a_session_are_absorbed_0_62_times_as_well_through_the_nose() -> None:
    """28 mg x 0.54 = 15.12 mg (device 1), x 0.62 = 9.3744 mg (2 and 3), 15.12 mg again on day 3."""
    (model,) = (one for one in discover() if one.id == "perez_ruixo_2021")
    typical = typical_person(model, Patient("somebody"))
    doses = (*nasal_devices(84), *nasal_devices(28, time_h=72))
    amounts = follow(model, typical, doses, np.array([0.0])).copies[0][1]
    assert amounts.schedule.amounts[0, ::3] == pytest.approx([15.12, 9.3744, 9.3744, 15.12])


@pytest.mark.parametrize(
    ("dose", "said"),
    [
        (Dose(Drug.ESKETAMINE, Route.NASAL, 56.0), "nasal dose: got 56.0; required: 28 mg: each device is one dose"),
        (Dose(Drug.ESKETAMINE, Route.NASAL, 28.0, 0.0, 0.5), "nasal dose duration: got 0.5"),
        (Dose(Drug.ESKETAMINE, Route.ORAL, 84.0, 0.0, 0.5), "oral dose duration: got 0.5"),
        (Dose(Drug.ESKETAMINE, Route.SUBLINGUAL, 84.0), "route: got 'sublingual'; required: a route that Perez-Ruixo"),
        (
            Dose(Drug.KETAMINE, Route.NASAL, 28.0),
            "doses: got .*ketamine.*; required: .* 2021 serves: esketamine",
        ),
    ],
)
def test_a_dose_that_the_nasal_model_cannot_follow_is_refused(dose: Dose, said: str) -> None:
    (model,) = (one for one in discover() if one.id == "perez_ruixo_2021")
    with pytest.raises(Refused, match=said):
        follow(model, typical_person(model, Patient("somebody")), [dose], np.array([1.0]))
