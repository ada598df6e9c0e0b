"""Clearance told apart from availability, and the typical person followed with the flow that an influence changes.

An area by vein is dose over clearance. An area by mouth is availability times dose over clearance, so the same study's
area by vein tells the two apart. A dose by mouth alone does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ketaminder.pharmacology.influence import Effect, Influence, Ratio, effects
from ketaminder.pharmacology.kinetics import Exposure, exposures
from ketaminder.pharmacology.model import Model, Parameters, Pathway
from ketaminder.pharmacology.population import typical_person
from ketaminder.pharmacology.question import Answer, Scenario
from ketaminder.terms import Message, Route

PARENT = frozenset({"esketamine", "arketamine", "ketamine"})
WHOLLY_AVAILABLE = frozenset({Route.INTRAVENOUS})


@dataclass(frozen=True, slots=True)
class Apart:
    """With the influence over without it: ratios of clearance and of availability, None where they are not known."""

    clearance: float | None
    availability: float | None
    how: Message


def apart(effect: Effect) -> Apart:
    """What the study of `effect` says of clearance and of availability, each alone."""
    if effect.clearance is not None:
        return Apart(effect.clearance.value, None, Message("The study printed the ratio of clearance."))
    if effect.route in WHOLLY_AVAILABLE and _value(effect.auc):
        return Apart(1 / _value(effect.auc), None, Message("An area by vein is dose over clearance."))
    by_vein = _by_vein(effect)
    if by_vein and _value(effect.auc):
        clearance = 1 / _value(by_vein.auc)
        how = Message("The same study gave a dose by vein too: its area tells clearance and availability apart.")
        return Apart(clearance, _value(effect.auc) * clearance, how)
    return Apart(None, None, Message("The study gave no dose by vein: clearance and availability are not told apart."))


def _value(ratio: Ratio | None) -> float:
    return ratio.value or 0.0 if ratio is not None else 0.0


def _by_vein(effect: Effect) -> Effect | None:
    """The same influence on the same analyte after the same drug by vein, in the same study."""
    same = (
        one
        for one in effects()
        if one.citation.source == effect.citation.source
        and (one.influence, one.drug, one.analyte) == (effect.influence, effect.drug, effect.analyte)
        and one.route in WHOLLY_AVAILABLE
        and _value(one.auc)
    )
    return next(same, None)


def flows(model: Model, effect: Effect) -> tuple[str, ...]:
    """The parameters of `model` that stand for what `effect` changes."""
    return tuple(name for pathway in effect.changes for name in model.pathways.get(pathway, ()))


def with_clearance(model: Model, parameters: Parameters, ratio: float) -> Parameters | None:
    """`parameters` with the clearance of the drug times `ratio`.

    None where no parameter of the model is proportional to clearance: where the liver's blood flow limits it.
    """
    names = model.pathways.get(Pathway.LIVER, ())
    leaving = {flow.rate for flow in model.structure.flows if flow.source == "central"}
    if not names or not set(names) <= leaving:
        return None
    return {**parameters, **{name: parameters[name] * ratio for name in names}}


def followed(scenario: Scenario, given: Answer, influence: Influence) -> Mapping[str, Exposure] | None:
    """Exposures of the typical person of `given` to the drug itself, with the clearance that `influence` leaves.

    None where it is not applied, where its ratio of clearance is not known or its model has no flow for it, and where
    availability changes as well.
    """
    effect = influence.effect
    found = apart(effect)
    if not influence.applied or effect.analyte not in PARENT or found.clearance is None or found.availability:
        return None
    changed = with_clearance(given.model, typical_person(given.model, given.patient), found.clearance)
    if changed is None:
        return None
    return {name: one for name, one in exposures(given.model, changed, scenario.doses).items() if name in PARENT}


def without_cyp2b6(scenario: Scenario, given: Answer, influence: Influence) -> Mapping[str, Exposure] | None:
    """Exposures of the typical person of `given` to the drug itself, with CYP2B6 wholly inactive.

    The farthest that an inhibitor of CYP2B6 can go. None where it is not applied, raises no exposure, does not act on
    CYP2B6, or where the model does not tell CYP2B6 apart.
    """
    effect, names = influence.effect, given.model.pathways.get(Pathway.CYP2B6, ())
    if not (influence.applied and names and Pathway.CYP2B6 in effect.changes and _value(effect.auc) > 1):
        return None
    typical = typical_person(given.model, given.patient)
    inactive = {**typical, **{name: 0 * typical[name] for name in names}}
    return {name: one for name, one in exposures(given.model, inactive, scenario.doses).items() if name in PARENT}
