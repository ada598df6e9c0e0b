"""What others measured or printed after known doses: the TOML files under `observed/`, one a paper.

What was held against the models after they had been chosen and set lies in `observed/later/`; none of it sets anything.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from ketaminder.pharmacology.dosing import nasal_devices
from ketaminder.pharmacology.receptor import MOLAR_MASS_G_PER_MOL
from ketaminder.pharmacology.validity import Sampling
from ketaminder.terms import Ancestry, Citation, Dose, Drug, Grade, Patient, Route, Source


class Measure(StrEnum):
    """What was published of a curve."""

    PEAK = "peak"
    AREA = "area"
    LEVEL = "level"
    HOUR = "hour of the peak"


@dataclass(frozen=True, slots=True)
class Point:
    """One published value: ng/mL, or ng.h/mL from zero to `hour` for an area; a level was read at `hour`; or hours.

    `conflict` names a disagreement that the model declares; `on_a_rate_change` says that the infusion rate changed at
    that hour, so that a digitised point may belong to either side.
    """

    analyte: str
    measure: Measure
    hour: float
    value: float
    conflict: str = ""
    on_a_rate_change: bool = False


@dataclass(frozen=True, slots=True)
class Arm:
    """One group of people after one way of dosing.

    `fitted` names, by model, what a parameter of it was taken from: an analyte, or one measure of it as in
    "norketamine area". `cause` says what explains values that a model misses. `peak_hours` are no exposures.
    """

    id: str
    citation: Citation
    statistic: str
    doses: tuple[Dose, ...]
    patient: Patient
    sampling: Sampling
    points: tuple[Point, ...]
    fitted: Mapping[str, frozenset[str]]
    peak_from_h: float = 0.0
    cause: str = ""
    peak_hours: tuple[Point, ...] = ()

    @property
    def measured(self) -> bool:
        """Whether people were measured, rather than a model evaluated by its authors."""
        return not self.statistic.startswith("model")

    @property
    def of_virtual_people(self) -> bool:
        """Whether the value is a mean over people whom the authors drew from their model."""
        return self.statistic == "model-predicted mean"

    def fitted_to(self, model: str, point: Point) -> bool:
        """Whether a parameter of `model` was taken from `point`."""
        named = self.fitted.get(model, frozenset())
        return not named.isdisjoint({point.analyte, f"{point.analyte} {point.measure}"})


@dataclass(frozen=True, slots=True)
class Unscored:
    """A published value that no model here can be held against, and why."""

    id: str
    citation: Citation
    printed: str
    why: str


@dataclass(frozen=True, slots=True)
class Study:
    """One paper: what can be held against a model, and what cannot."""

    source: Source
    arms: tuple[Arm, ...]
    unscored: tuple[Unscored, ...]


@cache
def studies() -> tuple[Study, ...]:
    """Every paper under `observed/`, in the order of the file names."""
    return _papers("observed")


@cache
def tried_later() -> tuple[Study, ...]:
    """Every paper under `observed/later/`, in the order of the file names; the same paper may be in both."""
    return _papers("observed", "later")


def _papers(*place: str) -> tuple[Study, ...]:
    folder = files(__package__).joinpath(*place)
    texts = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".toml")}
    return tuple(_study(tomllib.loads(texts[name])) for name in sorted(texts))


def _study(document: Mapping[str, Any]) -> Study:
    about = document["source"]
    identifiers = {"doi": about["doi"]} if "doi" in about else {}
    source = Source(about["id"], about["citation"], identifiers=identifiers, kind="paper")
    return Study(
        source,
        tuple(_arm(source, arm) for arm in document.get("arm", [])),
        tuple(
            Unscored(one["id"], _citation(source, one), one["printed"], one["why"])
            for one in document.get("unscored", [])
        ),
    )


def _citation(source: Source, one: Mapping[str, Any]) -> Citation:
    return Citation(source, one["locator"], Grade(one["grade"]))


def _arm(source: Source, arm: Mapping[str, Any]) -> Arm:
    points = (*_peaks(arm), *_areas(arm), *_levels(arm))
    hours = tuple(Point(analyte, Measure.HOUR, 0.0, value) for analyte, value in arm.get("tmax_h", {}).items())
    analytes = frozenset(point.analyte for point in (*points, *hours))
    fitted = dict.fromkeys(arm.get("fitted", []), analytes)
    fitted |= {model: frozenset(names) for model, names in arm.get("fitted_analytes", {}).items()}
    return Arm(
        id=arm["id"],
        citation=_citation(source, arm),
        statistic=arm["statistic"],
        doses=_doses(arm),
        patient=_patient(arm["person"]),
        sampling=Sampling(arm["sampling"]),
        points=points,
        fitted=fitted,
        peak_from_h=arm.get("cmax_from_h", 0.0),
        cause=arm.get("cause", ""),
        peak_hours=hours,
    )


def _doses(arm: Mapping[str, Any]) -> tuple[Dose, ...]:
    drug, route = Drug(arm["drug"]), Route(arm["route"])
    if route is Route.NASAL:
        return nasal_devices(arm["amount_mg"])
    return tuple(
        Dose(drug, route, one["amount_mg"], one.get("time_h", 0.0), one.get("duration_min", 0) / 60)
        for one in arm.get("doses", [arm])
    )


def _patient(person: Mapping[str, Any]) -> Patient:
    ancestry = Ancestry(person["ancestry"]) if "ancestry" in person else None
    return Patient("observed", age_years=person.get("age_years"), weight_kg=person.get("weight_kg"), ancestry=ancestry)


def _peaks(arm: Mapping[str, Any]) -> Iterator[Point]:
    for analyte, value in arm.get("cmax", {}).items():
        yield Point(analyte, Measure.PEAK, 0.0, value)


def _areas(arm: Mapping[str, Any]) -> Iterator[Point]:
    for one in arm.get("auc", []):
        yield Point(one["analyte"], Measure.AREA, one["until_h"], one["value"], one.get("conflict", ""))


def _levels(arm: Mapping[str, Any]) -> Iterator[Point]:
    changes = arm.get("on_a_rate_change_h", [])
    for course in arm.get("course", []):
        analyte = course["analyte"]
        values = course.get("ng_per_mL") or [one * MOLAR_MASS_G_PER_MOL[analyte] for one in course["nmol_per_mL"]]
        for hour, value in zip(course["times_h"], values, strict=True):
            yield Point(analyte, Measure.LEVEL, float(hour), value, on_a_rate_change=hour in changes)
