"""Doses followed through a model: plasma concentrations of every analyte, and exposures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from ketaminder.pharmacology import engine
from ketaminder.pharmacology.dosing import units_in_session
from ketaminder.pharmacology.model import Array, Enantiomer, Input, Model, Parameters
from ketaminder.pharmacology.solver import Amounts, solve
from ketaminder.terms import Dose, Refused, Route

EXPOSURE_H = 24.0
SUMS = {
    "ketamine": ("esketamine", "arketamine"),
    "norketamine": ("noresketamine", "norarketamine"),
    "hydroxynorketamine": ("hydroxynoresketamine", "hydroxynorarketamine"),
}
"""Reported where both enantiomers were given."""

BOLUS_H = 5 / 60
"""An intravenous dose given within this time is a bolus: a convention, above the two minutes of Ashraf 2018."""

MIXED_H = 2 / 60
"""The first peak that anybody whom we read drew after a bolus was drawn at two minutes (Pharmacotherapy 2022).

Before that, drug is still mixing with blood and no model here follows it: a central volume would only print the dose
over itself, and what is injected slowly would seem to peak above what is injected at once.
"""
COARSE_STEP_H = 5 / 60
REFINEMENTS, REFINED_POINTS = 3, 21
SAME_H = 1e-9
"""Hours closer than this are one."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """One person's exposure in the first 24 h."""

    cmax_ng_per_mL: float
    tmax_h: float
    auc_24h_ng_h_per_mL: float


@dataclass(frozen=True, slots=True)
class Followed:
    """The amounts of each enantiomer's copy of the structure."""

    copies: tuple[tuple[Enantiomer, Amounts], ...]

    def parts(self) -> dict[str, Array]:
        """Plasma concentration of each enantiomer and metabolite enantiomer, ng/mL, (people, times)."""
        return self._each(Amounts.concentration_ng_per_mL)

    def concentrations(self) -> dict[str, Array]:
        """The parts, and the sums of both enantiomers after a racemate."""
        return with_sums(self.parts())

    def aucs(self) -> dict[str, Array]:
        """Area under each concentration from zero to each time, ng.h/mL, (people, times)."""
        return with_sums(self._each(Amounts.auc_ng_h_per_mL))

    def _each(self, read: Callable[[Amounts, str], Array]) -> dict[str, Array]:
        return {
            enantiomer.names[output]: read(amounts, output)
            for enantiomer, amounts in self.copies
            for output in amounts.structure.outputs
        }


def with_sums(parts: Mapping[str, Array]) -> dict[str, Array]:
    """The parts, and the sums of both enantiomers after a racemate."""
    sums = {total: parts[s] + parts[r] for total, (s, r) in SUMS.items() if s in parts and r in parts}
    return {**parts, **sums}


def summed(parts: Mapping[str, Array]) -> tuple[str, ...]:
    """The parts that a sum holds."""
    return tuple(one for pair in SUMS.values() if set(pair) <= set(parts) for one in pair)


def follow(model: Model, parameters: Parameters, doses: Sequence[Dose], times_h: Array) -> Followed:
    """Follow doses of one drug, in the order of their times, through everybody whose `parameters` are given.

    Raises:
        Refused: no dose, several drugs, or a drug or route that the model does not serve.
    """
    enantiomers = enantiomers_of(model, doses)
    inputs = inputs_of(model, parameters, doses, share=1 / len(enantiomers))
    return Followed(
        tuple(
            (one, solve(model.structure, own_parameters(model, parameters, one), inputs, times_h))
            for one in enantiomers
        )
    )


def follow_many(
    model: Model, parameters: Parameters, people: int, doses: Sequence[Dose], times_h: Array
) -> dict[str, Array]:
    """Plasma concentration of each enantiomer and metabolite enantiomer in many people, ng/mL, (people, times).

    The same as `follow(...).parts()`, by the engine.

    Raises:
        Refused: as for `follow`.
    """
    enantiomers = enantiomers_of(model, doses)
    inputs = inputs_of(model, parameters, doses, share=1 / len(enantiomers))
    found: dict[str, Array] = {}
    wanted = tuple(dict.fromkeys(output.compartment for output in model.structure.outputs.values()))
    times = np.asarray(times_h, dtype=np.float64)
    for one in enantiomers:
        own = own_parameters(model, parameters, one)
        request = engine.Request(model.structure, own, inputs, times, people, wanted=wanted)
        amounts = engine.follow(request)
        for name, output in model.structure.outputs.items():
            ng_per_mL_of_mg = 1000 * output.mass_ratio / own[output.volume]
            found[one.names[name]] = (ng_per_mL_of_mg * amounts.curves[:, wanted.index(output.compartment)]).T
    return found


def enantiomers_of(model: Model, doses: Sequence[Dose]) -> tuple[Enantiomer, ...]:
    """The copies of the structure that doses of one drug are followed through."""
    drugs = {dose.drug for dose in doses}
    if len(drugs) != 1 or not drugs <= set(model.enantiomers):
        served = " or ".join(model.enantiomers)
        raise Refused("doses", sorted(drugs), f"one or more doses of one drug that {model.title} serves: {served}")
    return model.enantiomers[drugs.pop()]


def inputs_of(model: Model, parameters: Parameters, doses: Sequence[Dose], share: float) -> tuple[Input, ...]:
    """What doses, in the order of their times, put into one copy of the structure that takes `share` of each."""
    return inputs_of_each(model, parameters, list(zip(doses, units_in_session(doses), strict=True)), share)


def inputs_of_each(
    model: Model, parameters: Parameters, doses: Sequence[tuple[Dose, int]], share: float
) -> tuple[Input, ...]:
    """The same of doses of which each is given with its number in its session."""
    entered: list[Input] = []
    for dose, unit in doses:
        if dose.route not in model.routes:
            raise Refused("route", str(dose.route), f"a route that {model.title} serves: {', '.join(model.routes)}")
        entered += model.routes[dose.route](dose, unit, parameters)
    return tuple(replace(one, amount_mg=share * one.amount_mg) for one in entered)


def own_parameters(model: Model, parameters: Parameters, enantiomer: Enantiomer) -> Parameters:
    """The parameters of one enantiomer, derived ones included."""
    own = {**parameters, **{name: parameters[name] * factor.value for name, factor in enantiomer.factors.items()}}
    return {**own, **model.derive(own)}


class Curves(Protocol):
    """Curves and areas of one or more people, (people, times)."""

    def parts(self) -> dict[str, Array]:
        """Plasma concentration of each enantiomer and metabolite enantiomer, ng/mL."""

    def concentrations(self) -> dict[str, Array]:
        """Plasma concentration of each analyte, ng/mL."""

    def aucs(self) -> dict[str, Array]:
        """Area under each concentration from zero to each time, ng.h/mL."""


Following = Callable[[Array], Curves]
"""Output times in hours -> curves at them."""


def bolus(dose: Dose) -> bool:
    """Whether `dose` is given into a vein within `BOLUS_H`."""
    return dose.route is Route.INTRAVENOUS and dose.duration_h <= BOLUS_H


def exposures(model: Model, parameters: Parameters, doses: Sequence[Dose]) -> dict[str, Exposure]:
    """Exposures of one person in the first 24 h."""
    return exposures_of(lambda times_h: follow(model, parameters, doses, times_h), doses)


def exposures_of(following: Following, doses: Sequence[Dose], from_h: float = 0.0) -> dict[str, Exposure]:
    """Exposures of one person in the 24 h from `from_h`: exact areas, and peaks refined between five-minute points.

    The peak is sought from `MIXED_H` after the end of each bolus. The time of the peak counts from `from_h`.
    """
    whole = following(np.array([from_h, from_h + EXPOSURE_H])).aucs()
    areas = {name: float(area[0, 1] - area[0, 0]) for name, area in whole.items()}
    times = _mixed(_grid(doses, from_h), doses)
    followed = following(times)
    for _ in range(REFINEMENTS):
        windows = [_around_peak(curve[0], times) for curve in followed.concentrations().values()]
        times = _mixed(_distinct(np.concatenate(windows)), doses)
        followed = following(times)
    return {name: _exposure(curve[0], times - from_h, areas[name]) for name, curve in followed.concentrations().items()}


def _grid(doses: Sequence[Dose], from_h: float) -> Array:
    """Every five minutes, every start, end and end of mixing, in the `EXPOSURE_H` from `from_h`."""
    ends = [dose.time_h + dose.duration_h for dose in doses]
    events = [*(dose.time_h for dose in doses), *ends, *(end + MIXED_H for end in ends)]
    even = from_h + np.arange(0.0, EXPOSURE_H + COARSE_STEP_H / 2, COARSE_STEP_H)
    return np.unique(np.append(even, events).clip(from_h, from_h + EXPOSURE_H))


def _distinct(times: Array) -> Array:
    """In order, each once: an hour that two windows reach by different roundings would hide what lies behind it."""
    ordered = np.sort(times)
    return np.asarray(ordered[np.append(True, np.diff(ordered) > SAME_H)])


def _mixed(times: Array, doses: Sequence[Dose]) -> Array:
    """`times` without those at which a bolus is entering, or mixing."""
    mixing = np.zeros(times.shape, dtype=bool)
    for dose in filter(bolus, doses):
        mixing |= (dose.time_h <= times) & (times < dose.time_h + dose.duration_h + MIXED_H - SAME_H)
    return times[~mixing]


def _around_peak(curve: Array, times: Array) -> Array:
    peak = int(curve.argmax())
    return np.append(
        np.linspace(times[max(peak - 1, 0)], times[min(peak + 1, times.size - 1)], REFINED_POINTS), times[peak]
    )


def _exposure(curve: Array, times: Array, area: float) -> Exposure:
    peak = int(curve.argmax())
    return Exposure(float(curve[peak]), float(times[peak]), area)
