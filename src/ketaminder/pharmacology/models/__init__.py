"""Published models, one a file. Adding a model is adding its file here and its published check under tests."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from ketaminder.pharmacology.model import Model
from ketaminder.pharmacology.validity import Sampling
from ketaminder.terms import Product


@cache
def discover() -> tuple[Model, ...]:
    """The model of every file in this folder, in the order of the file names."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(import_module(f"{__name__}.{name}").MODEL for name in names)


def for_product(product: Product) -> tuple[Model, ...]:
    """The models that answer a question about `product`; empty where none does.

    Ordered as the models themselves claim: venous blood, which clinics take, before arterial, then by place. The first
    is the default.
    """
    claimed = [(_place(model, product), model.id, model) for model in discover() if product in model.products]
    return tuple(model for _, _, model in sorted(claimed, key=lambda one: one[:2]))


def _place(model: Model, product: Product) -> tuple[bool, int]:
    """The first of the places that `model` claims for `product`."""
    return min(
        (claim.sampling is not Sampling.VENOUS, claim.place)
        for claim in model.validity.claims
        if (claim.drug, claim.route) == (product.drug, product.route)
    )
