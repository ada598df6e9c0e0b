"""Published models, one a file. Adding a model is adding its file here and its published check under tests."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from ketaminder.pharmacology.model import Model
from ketaminder.terms import Product


@cache
def discover() -> tuple[Model, ...]:
    """The model of every file in this folder, in the order of the file names."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(import_module(f"{__name__}.{name}").MODEL for name in names)


def for_product(product: Product) -> tuple[Model, ...]:
    """The models that serve `product`; empty where none does."""
    return tuple(model for model in discover() if product in model.products)
