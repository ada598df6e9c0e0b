"""The hours at which curves are computed: few, and enough."""

from __future__ import annotations

import numpy as np
import pytest

from ketaminder.pharmacology import Model, discover, nasal_devices
from ketaminder.pharmacology.alone import follow_alone
from ketaminder.pharmacology.population import typical_person, virtual_people
from ketaminder.plan.doses import TIMES_H
from ketaminder.terms import Dose, Patient, Product, Route

SOMEBODY = Patient("x", age_years=44.0, weight_kg=72.5)
PIXELS = 164.0
"""The height of a chart on the page."""
OFFERED = {f"{model.id} {product}": (model, product) for model in discover() for product in model.products}


def given(product: Product) -> list[Dose]:
    if product.route is Route.NASAL:
        return list(nasal_devices(84))
    lasting = 40 / 60 if product.route is Route.INTRAVENOUS else 0.0
    return [Dose(product.drug, product.route, 35.0, 0.0, lasting)]


@pytest.mark.parametrize(("model", "product"), OFFERED.values(), ids=OFFERED)
def test_a_line_through_them_lies_within_a_third_of_a_pixel_of_the_curve(model: Model, product: Product) -> None:
    """From the second hour on; before it, points are a pixel apart. In the typical person and in ten others."""
    fine, people = np.linspace(2.0, 24.0, 2201), virtual_people(model, SOMEBODY, 10, np.random.default_rng(7))
    each = [{name: one[n : n + 1] if one.size > 1 else one for name, one in people.items()} for n in range(10)]
    for parameters in (typical_person(model, SOMEBODY), *each):
        following = follow_alone(model, parameters, given(product))
        drawn, whole = following(TIMES_H).concentrations(), following(fine).concentrations()
        for name, curve in whole.items():
            if "hydroxy" in name:
                continue  # no panel shows it
            line = np.interp(fine, TIMES_H, drawn[name][0])
            assert PIXELS * np.abs(line - curve[0]).max() / drawn[name].max() < 1 / 3, name
