"""Whole populations of adults: age, weight, sex and ancestry as they go together, from surveys, one a TOML file.

A person of whom something is known is met by people who share it: what is not known is drawn given what is.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from ketaminder.pharmacology.model import Array
from ketaminder.terms import Ancestry, Citation, Grade, Patient, Refused, Sex, Source


@dataclass(frozen=True, slots=True)
class Group:
    """People of one sex, ancestry and span of ages; weight is log-normal among them.

    Attributes:
        ages_years: from and to; equal where the survey records one age for all above it.
        share: of all adults, 0 to 1.
        mean_ln_kg, sd_ln_kg: of the natural logarithm of body weight in kg.
        people: how many the mean and the standard deviation rest on.
    """

    sex: Sex
    ancestry: Ancestry
    ages_years: tuple[float, float]
    share: float
    mean_ln_kg: float
    sd_ln_kg: float
    people: int

    def likelihood(self, patient: Patient) -> float:
        """How likely somebody of all adults is in this group and as `patient`, as far as that is known; a density."""
        if patient.sex not in (None, self.sex) or patient.ancestry not in (None, self.ancestry):
            return 0.0
        return self.share * self._of_age(patient.age_years) * self._of_weight(patient.weight_kg)

    def _of_age(self, age: float | None) -> float:
        low, high = self.ages_years
        if age is None:
            return 1.0
        if low == high:
            return float(age >= low)
        return float(low <= age < high) / (high - low)

    def _of_weight(self, weight: float | None) -> float:
        if weight is None:
            return 1.0
        apart = (math.log(weight) - self.mean_ln_kg) / self.sd_ln_kg
        return math.exp(-(apart**2) / 2) / self.sd_ln_kg


@dataclass(frozen=True, slots=True)
class Adults:
    """One population, `id` as a scenario names it."""

    id: str
    title: str
    citation: Citation
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class People:
    """Covariates of many people, each (people,); `groups` holds the sex and ancestry of each."""

    age_years: Array
    weight_kg: Array
    groups: tuple[Group, ...]

    def each(self) -> tuple[Patient, ...]:
        """Everybody as a patient of whom all this is known."""
        return tuple(
            Patient("virtual", age_years=float(age), weight_kg=float(weight), sex=one.sex, ancestry=one.ancestry)
            for age, weight, one in zip(self.age_years, self.weight_kg, self.groups, strict=True)
        )


def draw(adults: Adults, known: Patient, people: int, rng: np.random.Generator) -> People:
    """`people` of `adults` who share with `known` whatever is known of it; the rest is drawn given that.

    Raises:
        Refused: nobody in this population is like that.
    """
    odds = np.array([one.likelihood(known) for one in adults.groups])
    if not odds.sum() > 0:
        raise Refused("population_of", _said(known), f"somebody who is among the {adults.title}: {_among(adults)}")
    chosen = rng.choice(len(adults.groups), size=people, p=odds / odds.sum())
    groups = tuple(adults.groups[number] for number in chosen)
    ages = np.array([one.ages_years for one in groups])
    age = ages[:, 0] + rng.random(people) * (ages[:, 1] - ages[:, 0])
    mean, sd = (np.array([getattr(one, name) for one in groups]) for name in ("mean_ln_kg", "sd_ln_kg"))
    weight = np.exp(mean + sd * rng.standard_normal(people))
    return People(_or(known.age_years, age), _or(known.weight_kg, weight), groups)


def together(several: Sequence[People]) -> People | None:
    """All of them as one; None of nobody."""
    if not several:
        return None
    ages, weights = ([getattr(one, name) for one in several] for name in ("age_years", "weight_kg"))
    groups = tuple(group for one in several for group in one.groups)
    return People(np.concatenate(ages), np.concatenate(weights), groups)


def _or(known: float | None, drawn: Array) -> Array:
    return drawn if known is None else np.full_like(drawn, known)


def _said(known: Patient) -> str:
    given = [known.sex, known.ancestry, known.age_years and f"{known.age_years:g} years"]
    return ", ".join(str(one) for one in given if one)


def _among(adults: Adults) -> str:
    ancestries = ", ".join(sorted({one.ancestry for one in adults.groups}))
    sexes = ", ".join(sorted({one.sex for one in adults.groups}))
    youngest = min(one.ages_years[0] for one in adults.groups)
    return f"sex {sexes}; ancestry {ancestries}; {youngest:g} years and older"


@cache
def known_adults() -> Mapping[str, Adults]:
    """Every population under this folder, by id."""
    folder = files(__package__)
    texts = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".toml")}
    found = [_adults(tomllib.loads(texts[name])) for name in sorted(texts)]
    return {one.id: one for one in found}


def _adults(document: Mapping[str, Any]) -> Adults:
    about, named = document["source"], document["adults"]
    source = Source(about["id"], about["citation"], kind="survey")
    citation = Citation(source, about["locator"], Grade(about["grade"]))
    return Adults(named["id"], named["title"], citation, tuple(map(_group, document["group"])))


def _group(one: Mapping[str, Any]) -> Group:
    low, high = one["age_years"]
    return Group(
        sex=Sex(one["sex"]),
        ancestry=Ancestry(one["ancestry"]),
        ages_years=(float(low), float(high)),
        share=one["share"],
        mean_ln_kg=one["mean_ln_kg"],
        sd_ln_kg=one["sd_ln_kg"],
        people=one["n"],
    )
