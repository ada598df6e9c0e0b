"""Acute effects against what was published and was not used to set them, and against sums by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.stats import norm

from ketaminder.pharmacology.acute import (
    SOMEBODY,
    TIMES_H,
    courses,
    highest_block,
    highest_intensity,
    intensity,
    share_above,
    size,
    spread,
    wanes,
)
from ketaminder.pharmacology.acute_effects import DISSOCIATION, EFFECTS, HEART_RATE, SEDATION, SYSTOLIC, Effect
from ketaminder.pharmacology.dosing import nasal_devices
from ketaminder.pharmacology.kinetics import follow
from ketaminder.pharmacology.population import typical_person
from ketaminder.pharmacology.question import Scenario, claimants, standing_in
from ketaminder.terms import Dose, Drug, Refused, Route

BY_VEIN = (Dose(Drug.KETAMINE, Route.INTRAVENOUS, 35.0, 0.0, 40 / 60),)
UNDER_THE_SKIN = (Dose(Drug.KETAMINE, Route.SUBCUTANEOUS, 70.0),)


def test_the_reference_drives_by_one_and_nothing_drives_before_or_after() -> None:
    acting = intensity(BY_VEIN)
    assert acting.max() == pytest.approx(1.0, rel=1e-12)
    assert acting[0] == 0.0
    assert (acting >= 0).all()
    assert acting[-1] < 0.01


@pytest.mark.parametrize(("effect", "mmHg"), [(SYSTOLIC, 7.4), (HEART_RATE, 1.9)])
def test_sizes_by_vein_are_those_of_741_infusions(effect: object, mmHg: float) -> None:
    found = {one.effect.id: one for one in courses(Scenario(BY_VEIN, SOMEBODY))}
    assert found[effect.id].peak == pytest.approx(mmHg, rel=1e-12)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("effect", "dose_mg", "share", "threshold"),
    [(DISSOCIATION, 56, 0.61, 4), (DISSOCIATION, 84, 0.69, 4), (SEDATION, 56, 0.50, 1), (SEDATION, 84, 0.61, 1)],
)
def test_shares_after_the_nose_are_those_of_the_label(
    effect: object, dose_mg: float, share: float, threshold: float
) -> None:
    acting = highest_intensity(nasal_devices(dose_mg))
    assert share_above(effect, acting, threshold) == pytest.approx(share, rel=1e-9)  # type: ignore[arg-type]


def test_size_and_spread_of_dissociation_by_hand() -> None:
    """ln(84's intensity / 56's intensity) over the distance of the two shares on the normal scale."""
    low, high = (highest_intensity(nasal_devices(mg)) for mg in (56.0, 84.0))
    by_hand = math.log(high / low) / float(norm.ppf(0.69) - norm.ppf(0.61))
    assert spread(DISSOCIATION) == pytest.approx(by_hand, rel=1e-12)
    assert size(DISSOCIATION) == pytest.approx(4 * math.exp(by_hand * float(norm.ppf(0.61))) / low, rel=1e-12)


def test_spread_of_systolic_pressure_by_hand() -> None:
    """Chen 2023: 13.2 (SD 11.14) on the drug, 5.4 (9.29) on placebo."""
    variation = math.sqrt(11.14**2 - 9.29**2) / (13.2 - 5.4)
    assert spread(SYSTOLIC) == pytest.approx(math.sqrt(math.log(1 + variation**2)), rel=1e-12)


def test_peaks_where_trials_saw_them() -> None:
    """Not used to set anything: 30 to 40 min by vein (741 infusions), about 40 min by the nose (Doherty 2020)."""
    for doses in (BY_VEIN, nasal_devices(56.0), nasal_devices(84.0)):
        assert 30 / 60 <= TIMES_H[intensity(doses).argmax()] <= 45 / 60


def test_one_mg_per_kg_under_the_skin_dissociates_as_in_glue_2018() -> None:
    """Not used to set the size: mean CADSS 20 in the first week, peak at about 30 min."""
    found = next(one for one in courses(Scenario(UNDER_THE_SKIN, SOMEBODY)) if one.effect is DISSOCIATION)
    assert 0.5 <= found.peak / 20 <= 2
    assert 20 / 60 <= found.at_h <= 40 / 60


def test_systolic_rise_after_the_nose_is_near_the_placebo_controlled() -> None:
    """Not used to set the size: 13.3 against 6.1 mmHg on placebo (Doherty 2020), 7.2; 56 and 84 mg mixed."""
    rises = [7.4 * highest_intensity(nasal_devices(mg)) for mg in (56.0, 84.0)]
    assert rises[0] < 10
    assert rises[0] <= 7.2 * 1.25
    assert rises[1] >= 7.2


def test_everything_is_a_tenth_at_an_hour_and_a_half_after_84_mg() -> None:
    acting = intensity(nasal_devices(84.0))
    assert acting[90] / acting.max() == pytest.approx(0.1, abs=1e-6)


def test_dissociation_wanes_and_nothing_else_does() -> None:
    """8.8 of 20 in the fourteenth session (Glue 2018)."""
    assert wanes(DISSOCIATION, 14) == pytest.approx(0.44, rel=1e-12)
    assert wanes(DISSOCIATION, 1) == 1.0
    assert [wanes(one, 14) for one in EFFECTS if one is not DISSOCIATION] == [1.0] * (len(EFFECTS) - 1)


def test_bands_hold_the_typical_person_and_stay_on_the_scale() -> None:
    for one in courses(Scenario(nasal_devices(84.0), SOMEBODY)):
        if one.bands is None:
            assert one.effect is HEART_RATE
            continue
        np.testing.assert_allclose(one.bands[2], np.minimum(one.typical, one.effect.highest), rtol=1e-12)
        assert one.bands.max() <= one.effect.highest


def test_bands_of_the_systolic_rise_by_hand() -> None:
    """7.4 mmHg at the peak; ln(1 + (11.14^2 - 9.29^2) / 7.8^2) = 0.4832, root 0.6951: 7.4 exp(1.644854 x 0.6951) is
    23.22 in one of twenty, 7.4 exp(0.674490 x 0.6951) 11.83 in one of four; 4.630 and 2.359 below.
    """
    found = next(one for one in courses(Scenario(BY_VEIN, SOMEBODY)) if one.effect is SYSTOLIC)
    assert found.bands is not None
    at_peak = found.bands[:, found.typical.argmax()]
    assert at_peak == pytest.approx([2.359, 4.630, 7.4, 11.83, 23.22], rel=5e-4)


def test_session_zero_is_refused() -> None:
    with pytest.raises(Refused, match="session"):
        courses(Scenario(BY_VEIN, SOMEBODY), 0)


def test_an_effect_whose_spread_was_not_read_has_no_share() -> None:
    with pytest.raises(Refused, match="spread"):
        share_above(HEART_RATE, 1.0, 2.0)


def test_block_at_the_site_by_another_solver() -> None:
    """Each analyte's site by SciPy's integrator on the plasma curve; unbound over affinity (Ebert 1997), summed."""
    doses = nasal_devices(56.0)
    (model, _), *_ = claimants(Drug.ESKETAMINE, Route.NASAL)
    patient, _ = standing_in(model, SOMEBODY)
    plasma = follow(model, typical_person(model, patient), doses, TIMES_H).concentrations()
    rate = 60 * math.log(2) / 8.3
    summed = np.zeros(TIMES_H.size)
    for analyte, molar_mass, affinity, unbound in (
        ("esketamine", 237.73, 300.0, 0.55),
        ("noresketamine", 223.70, 1700.0, 0.5),
    ):

        def pull(time: float, site: np.ndarray, curve: np.ndarray = plasma[analyte][0]) -> np.ndarray:
            return np.asarray(rate * (np.interp(time, TIMES_H, curve) - site))

        site = solve_ivp(pull, (0.0, 6.0), [0.0], t_eval=TIMES_H, rtol=1e-8, max_step=1 / 60).y[0]
        summed += unbound * 1000 * site / molar_mass / affinity
    assert highest_block(doses) == pytest.approx(summed.max(), rel=1e-3)


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.id)
def test_sizes_of_other_publications_stand_in_what_is_said_of_them(effect: Effect) -> None:
    said = [str(message) for message, _ in effect.ranges]
    assert [value for value in effect.elsewhere if not any(one.startswith(f"{value:g} ") for one in said)] == []
