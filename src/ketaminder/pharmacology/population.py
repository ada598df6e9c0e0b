"""Virtual people around one person: parameter sets that differ as the published between-person variability says."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ketaminder.pharmacology.model import Array, Covariates, Model, Scale, Variability
from ketaminder.pharmacology.validity import Range
from ketaminder.terms import Ancestry, Message, Patient, Refused

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
ADULT_FROM_YEARS = 18
"""The youngest whom a model that states ages analysed (Perez-Ruixo 2021, Table 2). Below it a curve says so; it is no
limit of treatment."""

LABELS = {"age_years": ("Age", "years"), "weight_kg": ("Body weight", "kg"), "ancestry": ("Ancestry", "")}


@dataclass(frozen=True, slots=True)
class Bands:
    """Quantiles over virtual people, rows in the order of `QUANTILES`: (5, times)."""

    values: Array

    def at(self, quantile: float) -> Array:
        """The row of one of `QUANTILES`."""
        row: Array = self.values[QUANTILES.index(quantile)]
        return row


def bands(values: Array) -> Bands:
    """Quantiles of (people, times) over people, linear between the two nearest; NaN where anybody's value is."""
    ordered = np.sort(values.T, axis=1)
    place = np.array(QUANTILES) * (values.shape[0] - 1)
    below = np.floor(place).astype(np.intp)
    low, high = ordered[:, below].T, ordered[:, np.minimum(below + 1, values.shape[0] - 1)].T
    between = low + (high - low) * (place - below)[:, None]
    return Bands(np.where(np.isnan(ordered[:, -1]), np.nan, between))  # NaN is sorted to the end


def covariates(model: Model, patient: Patient) -> tuple[Covariates, tuple[Message, ...]]:
    """The covariates that `model` reads, unknown ones filled in from its reference person, and what was assumed.

    Raises:
        Refused: a covariate that the model cannot do without is unknown, or an age or weight that cannot be.
    """
    _check(patient)
    assumed = []
    known: dict[str, float | Ancestry] = {}
    for name in model.covariates:
        value = getattr(patient, name)
        if value is None:
            value = _reference(model, name)
            assumed.append(_assumption(model, name, value))
        known[name] = value
    return Covariates(**known), tuple(assumed)  # type: ignore[arg-type]  # names come from the model as data


def _reference(model: Model, name: str) -> float | Ancestry:
    label, unit = LABELS[name]
    if name not in model.reference:
        raise Refused(label.lower(), None, f"a recorded {label.lower()} in {unit}: {model.title} scales by it")
    return model.reference[name]


def _check(patient: Patient) -> None:
    for name in ("age_years", "weight_kg"):
        value, (label, unit) = getattr(patient, name), LABELS[name]
        if value is not None and not (math.isfinite(value) and value > 0):
            raise Refused(label.lower(), value, f"a number above zero, in {unit}")


def _assumption(model: Model, name: str, value: float | Ancestry) -> Message:
    label, unit = LABELS[name]
    shown = value.replace("_", " ").capitalize() if isinstance(value, str) else f"{value:g} {unit}"
    return Message(
        "{label} is not recorded: {value} assumed, the reference person of {model}.",
        label=label,
        value=shown,
        model=model.title,
    )


def outside_validity(model: Model, patient: Patient) -> tuple[Message, ...]:
    """What about this person lies outside what the model analysed."""
    found = []
    if patient.age_years is not None and patient.age_years < ADULT_FROM_YEARS:
        found.append(Message("Adults only: this person is {age:g} years old.", age=patient.age_years))
    for name, analysed in (("age_years", model.validity.age_years), ("weight_kg", model.validity.weight_kg)):
        value = getattr(patient, name)
        if value is not None and not analysed.low <= value <= analysed.high:
            found.append(_outside(model, name, value, analysed))
        elif value is not None and not analysed.stated:
            found.append(_not_stated(model, name, value))
    return tuple(found)


def _not_stated(model: Model, name: str, value: float) -> Message:
    label, unit = LABELS[name]
    return Message(
        "{label} {value:g} {unit}: which {model} analysed is not stated in what was read.",
        label=label,
        value=value,
        unit=unit,
        model=model.title,
    )


def _outside(model: Model, name: str, value: float, analysed: Range) -> Message:
    label, unit = LABELS[name]
    return Message(
        "{label} {value:g} {unit} is outside what {model} analysed ({printed}).",
        label=label,
        value=value,
        unit=unit,
        model=model.title,
        printed=analysed.printed,
    )


def typical_person(model: Model, patient: Patient) -> dict[str, Array]:
    """The typical parameters of somebody with this person's covariates, each of shape (1,)."""
    person, _ = covariates(model, patient)
    return {name: np.array([value]) for name, value in model.for_person(model.published, person).items()}


def virtual_people(model: Model, patient: Patient, people: int, rng: np.random.Generator) -> dict[str, Array]:
    """Parameters of `people` virtual people with this person's covariates: (people,), or (1,) where nobody differs."""
    if people < 1:
        raise Refused("virtual people", people, "one or more")
    return _varied(model, typical_person(model, patient), people, rng)


def diverse_people(model: Model, people: Sequence[Patient], rng: np.random.Generator) -> dict[str, Array]:
    """Parameters of virtual people who differ in their covariates too, (people,)."""
    if not people:
        raise Refused("virtual people", 0, "one or more")
    typical = [typical_person(model, one) for one in people]
    parameters = {name: np.concatenate([one[name] for one in typical]) for name in typical[0]}
    return _varied(model, parameters, len(people), rng)


def _varied(model: Model, typical: dict[str, Array], people: int, rng: np.random.Generator) -> dict[str, Array]:
    parameters = dict(typical)
    for block in model.variability:
        parameters |= _draw(block, parameters, people, rng)
    return parameters


def _draw(block: Variability, typical: Mapping[str, Array], people: int, rng: np.random.Generator) -> dict[str, Array]:
    independent = rng.standard_normal((people, len(block.parameters)))
    differences = independent @ np.linalg.cholesky(np.array(block.covariance)).T
    return {
        name: _shift(typical[name], differences[:, column], block.scale) for column, name in enumerate(block.parameters)
    }


def _shift(typical: Array, difference: Array, scale: Scale) -> Array:
    if scale is Scale.LOG:
        return typical * np.exp(difference)
    return 1 / (1 + (1 / typical - 1) * np.exp(-difference))
