"""Published effect sites: what follows arterial plasma, and how far behind."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from ketaminder.pharmacology import infusion
from ketaminder.pharmacology.effect_site import AT_THE_SITE, LINKS, at_the_site, effect_sites, linked
from ketaminder.pharmacology.kinetics import follow
from ketaminder.pharmacology.models import discover
from ketaminder.pharmacology.population import typical_person
from ketaminder.pharmacology.question import Scenario
from ketaminder.pharmacology.validity import Sampling
from ketaminder.terms import Dose, Drug, Grade, Patient, Refused, Route

MODELS = {model.id: model for model in discover()}
SEVENTY_KG = Patient("somebody", age_years=25.0, weight_kg=70.0)
TWENTY_MG = (Dose(Drug.ESKETAMINE, Route.INTRAVENOUS, 20.0, 0.0, 1 / 3),)
PAIN, *_ = (site for site in LINKS if site.id == "olofsen-2012")
PERCEPTION, *_ = (site for site in LINKS if site.id == "olofsen-2022")


def test_rates_and_half_effects_by_hand() -> None:
    """ln 2 / 8.3 min = 0.0835 per min, 5.01 per h; 0.51 nmol/mL x 237.73 g/mol = 121.2 ng/mL."""
    assert PERCEPTION.rate_per_h == pytest.approx(5.0107, rel=1e-4)
    assert PERCEPTION.half_effect_ng_per_mL == pytest.approx(121.24, rel=1e-4)
    assert PAIN.half_effect_ng_per_mL is None


def test_every_link_was_read_and_says_where() -> None:
    for site in LINKS:
        for number in (site.half_life, site.half_effect):
            if number is not None:
                assert number.citation.grade is Grade.SOURCE
                assert number.citation.locator
                assert number.note


def noppers_by_integration() -> tuple[float, float]:
    """Peak and its time at the pain site: Noppers 2011 at 70 kg and a site of 11.8 min, as plain equations."""
    (v1, v2, v3), (cl, q2, q3), ke0 = (17.0, 28.3, 147.0), (93.5, 127.0, 91.9), 60 * math.log(2) / 11.8

    def change(hour: float, state: np.ndarray) -> list[float]:
        first, second, third, site = state
        c1, c2, c3 = first / v1, second / v2, third / v3
        given = 60.0 if hour < 1 / 3 else 0.0
        return [
            given - cl * c1 - q2 * (c1 - c2) - q3 * (c1 - c3),
            q2 * (c1 - c2),
            q3 * (c1 - c3),
            ke0 * (1000 * c1 - site),
        ]

    hours = np.linspace(0, 2, 20_001)
    found = solve_ivp(change, (0, 2), [0.0] * 4, t_eval=hours, rtol=1e-9, atol=1e-9, max_step=1 / 60).y[3]
    return float(found.max()), float(hours[found.argmax()])


def test_the_peak_at_a_site_against_an_independent_integration() -> None:
    peak, hour = noppers_by_integration()
    found = at_the_site(MODELS["noppers_2011"], PAIN, SEVENTY_KG, TWENTY_MG)
    assert found.cmax_ng_per_mL == pytest.approx(peak, rel=1e-5)
    assert found.tmax_h == pytest.approx(hour, abs=0.002)


def test_a_site_delays_plasma_and_keeps_its_area() -> None:
    carrying = linked(MODELS["simons_2022"], PERCEPTION)
    followed = follow(carrying, typical_person(carrying, SEVENTY_KG), TWENTY_MG, np.array([1 / 3, 200.0]))
    at, plasma = (followed.aucs()[name][0, -1] for name in (AT_THE_SITE, "esketamine"))
    assert at == pytest.approx(plasma, rel=1e-6)
    curves = followed.concentrations()
    assert curves[AT_THE_SITE][0, 0] < curves["esketamine"][0, 0]


def test_a_site_leaves_the_model_as_it_was() -> None:
    model = MODELS["simons_2022"]
    plain = follow(model, typical_person(model, SEVENTY_KG), TWENTY_MG, np.array([0.5]))
    carrying = linked(model, PAIN)
    with_site = follow(carrying, typical_person(carrying, SEVENTY_KG), TWENTY_MG, np.array([0.5]))
    for name, curve in plain.concentrations().items():
        assert with_site.concentrations()[name][0, 0] == pytest.approx(curve[0, 0], rel=1e-12)


def test_the_first_arterial_model_carries_the_links_and_venous_ones_never_do() -> None:
    racemate = Scenario((infusion(Drug.KETAMINE, 0.5, 70, 40),), Patient("scenario"), Sampling.VENOUS)
    found = effect_sites(racemate)
    assert [one.site.id for one in found] == ["olofsen-2022", "olofsen-2012"]
    assert {one.model.id for one in found} == {"simons_2022"}
    assert found[0].of_half_effect == pytest.approx(found[0].exposure.cmax_ng_per_mL / 121.24, rel=1e-4)
    assert effect_sites(Scenario((Dose(Drug.ESKETAMINE, Route.NASAL, 28.0),), Patient("scenario"))) == ()
    for venous in ("bridge_venous", "otto_2021"):
        with pytest.raises(Refused, match="a model of arterial plasma, on which the link was estimated"):
            linked(MODELS[venous], PAIN)
