"""What changes exposure: published ratios by drug, route and analyte, the TOML files under `influences/`, one a study.

A ratio is applied to exposures, where the same drug was studied by the same route; the models stay as published. Where
a study tells clearance apart from availability, the flow that stands for it is followed too: `influenced.py`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ketaminder.pharmacology.model import Pathway
from ketaminder.terms import Citation, Drug, Grade, Message, Refused, Route, Source

READ = frozenset({Grade.SOURCE, Grade.SECONDARY})


@dataclass(frozen=True, slots=True)
class Ratio:
    """Exposure with the influence over exposure without it; `value` is None where only a range was printed."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What one study found of one influence on one analyte after one drug by one route, `printed` as it stands.

    `by` says through what, `changes` on which pathways of the body; `clearance` is the ratio of the analyte's clearance
    where the study printed it.
    """

    influence: str
    drug: Drug
    route: Route
    analyte: str
    printed: str
    cmax: Ratio | None
    auc: Ratio | None
    half_life: Ratio | None
    clearance: Ratio | None
    by: str
    changes: tuple[Pathway, ...]
    citation: Citation

    @property
    def applicable(self) -> bool:
        """Whether a single ratio was printed and read, not recalled."""
        single = [one for one in (self.cmax, self.auc, self.clearance) if one is not None and one.value is not None]
        return bool(single) and self.citation.grade in READ


@dataclass(frozen=True, slots=True)
class Influence:
    """One effect held against a dose: whether it applies to it, and why or why not."""

    effect: Effect
    applied: bool
    why: Message


@cache
def effects() -> tuple[Effect, ...]:
    """Every published effect under `influences/`, in the order of the file names."""
    folder = files(__package__) / "influences"
    texts = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".toml")}
    return tuple(effect for name in sorted(texts) for effect in _study(tomllib.loads(texts[name])))


def known() -> tuple[str, ...]:
    """The influences of which something is published, by name."""
    return tuple(sorted({effect.influence for effect in effects()}))


def influences(names: Iterable[str], drug: Drug, route: Route) -> tuple[Influence, ...]:
    """What is published of each of `names`, held against `drug` by `route`.

    Raises:
        Refused: nothing is published of a name.
    """
    asked = tuple(dict.fromkeys(names))
    for name in asked:
        if name not in known():
            raise Refused("influence", name, f"one of {', '.join(known())}")
    return tuple(
        _held(effect, drug, route, alone=len(asked) == 1)
        for name in asked
        for effect in effects()
        if effect.influence == name
    )


def _held(effect: Effect, drug: Drug, route: Route, *, alone: bool) -> Influence:
    if (effect.drug, effect.route) != (drug, route):
        why = Message(
            "Studied after {studied} by the {studied_route} route: not carried over to {drug} by the {route} route.",
            studied=effect.drug,
            studied_route=effect.route,
            drug=drug,
            route=route,
        )
        return Influence(effect, False, why)
    if effect.citation.grade not in READ:
        return Influence(effect, False, Message("Recalled and unverified: a caution, not applied."))
    if not effect.applicable:
        return Influence(
            effect, False, Message("No single ratio of peak, area or clearance was printed: said, not applied.")
        )
    if not alone:
        return Influence(effect, False, Message("Several influences together were not studied: each is said alone."))
    return Influence(effect, True, Message("Studied after the same drug by the same route."))


def _study(document: Mapping[str, Any]) -> tuple[Effect, ...]:
    about = document["source"]
    identifiers = {"doi": about["doi"]} if "doi" in about else {}
    source = Source(about["id"], about["citation"], identifiers=identifiers)
    return tuple(_effect(source, one) for one in document["effect"])


def _effect(source: Source, one: Mapping[str, Any]) -> Effect:
    return Effect(
        influence=one["influence"],
        drug=Drug(one["drug"]),
        route=Route(one["route"]),
        analyte=one["analyte"],
        printed=one["printed"],
        cmax=_ratio(one.get("cmax")),
        auc=_ratio(one.get("auc")),
        half_life=_ratio(one.get("half_life")),
        clearance=_ratio(one.get("clearance")),
        by=one["by"],
        changes=tuple(map(Pathway, one.get("changes", []))),
        citation=Citation(source, one["locator"], Grade(one["grade"])),
    )


def _ratio(printed: Mapping[str, float] | None) -> Ratio | None:
    return None if printed is None else Ratio(printed.get("value"), printed.get("low"), printed.get("high"))
