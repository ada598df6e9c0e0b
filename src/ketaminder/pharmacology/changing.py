"""A person whose covariates change during a course: weight measured anew, a birthday.

From each change on, the typical parameters are those of the new covariates. What is in the body stays where it is, in
mg; concentrations are then over the new volumes. How much of a dose arrives, and how fast it is released, is settled
when it is given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ketaminder.pharmacology.alone import follow_alone
from ketaminder.pharmacology.dosing import units_in_session
from ketaminder.pharmacology.kinetics import (
    Following,
    enantiomers_of,
    inputs_of_each,
    own_parameters,
    with_sums,
)
from ketaminder.pharmacology.model import Array, Enantiomer, Input, Model, Parameters
from ketaminder.pharmacology.population import typical_person
from ketaminder.pharmacology.solver import solve
from ketaminder.terms import Dose, Patient

TOGETHER = 500


@dataclass(frozen=True, slots=True)
class Change:
    """What was measured anew at `time_h`; None stays as it was."""

    time_h: float
    age_years: float | None = None
    weight_kg: float | None = None

    def on(self, patient: Patient) -> Patient:
        """`patient` from this change on."""
        new = {name: getattr(self, name) for name in ("age_years", "weight_kg")}
        return replace(patient, **{name: value for name, value in new.items() if value is not None})


def stretches(patient: Patient, changes: Sequence[Change]) -> tuple[tuple[float, Patient], ...]:
    """From which hour on the person is who: the first from zero."""
    found = [(0.0, patient)]
    for change in sorted(changes, key=lambda one: one.time_h):
        found.append((change.time_h, change.on(found[-1][1])))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The hours from `start_h` until the next stretch, in which everybody's `parameters` stay the same."""

    start_h: float
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class Changed:
    """Curves over every stretch, (people, times): ng/mL, and ng.h/mL from zero. Each enantiomer by name."""

    curves: dict[str, Array]
    areas: dict[str, Array] = field(repr=False)

    def parts(self) -> dict[str, Array]:
        """Plasma concentration of each enantiomer and metabolite enantiomer, ng/mL."""
        return self.curves

    def concentrations(self) -> dict[str, Array]:
        """The parts, and the sums of both enantiomers after a racemate."""
        return with_sums(self.curves)

    def aucs(self) -> dict[str, Array]:
        """Area under each concentration from zero to each time, ng.h/mL."""
        return with_sums(self.areas)


def person(model: Model, patient: Patient, changes: Sequence[Change], doses: Sequence[Dose]) -> Following:
    """The typical person with this one's covariates, as they change, followed to any times."""
    if not changes:
        return follow_alone(model, typical_person(model, patient), doses)
    people = [Stretch(start_h, typical_person(model, who)) for start_h, who in stretches(patient, changes)]
    return lambda times_h: follow_changing(model, people, doses, times_h)


def follow_changing_many(
    model: Model, people: Sequence[Stretch], count: int, doses: Sequence[Dose], times_h: Array
) -> dict[str, Array]:
    """The curves of `follow_changing` for `count` people, (people, times), `TOGETHER` at a time to spare memory."""
    found = [
        follow_changing(model, [_some(one, first, first + TOGETHER) for one in people], doses, times_h).parts()
        for first in range(0, count, TOGETHER)
    ]
    return {name: np.concatenate([one[name] for one in found]) for name in found[0]}


def _some(stretch: Stretch, first: int, end: int) -> Stretch:
    chosen = {name: one if one.size == 1 else one[first:end] for name, one in stretch.parameters.items()}
    return replace(stretch, parameters=chosen)


def follow_changing(model: Model, people: Sequence[Stretch], doses: Sequence[Dose], times_h: Array) -> Changed:
    """Follow doses of one drug, in the order of their times, through everybody, whose parameters change.

    Args:
        model: one that serves the drug and its routes.
        people: the stretches in the order of their starts, the first from zero.
        doses: a dose belongs to the stretch in which it starts.
        times_h: ascending; a time at which a stretch starts belongs to it.

    Raises:
        Refused: as for `kinetics.follow`.
    """
    copies = enantiomers_of(model, doses)
    units = units_in_session(doses)
    ends = [*(one.start_h for one in people[1:]), np.inf]
    given = [
        entry
        for stretch, end in zip(people, ends, strict=True)
        for entry in inputs_of_each(
            model,
            stretch.parameters,
            [(dose, unit) for dose, unit in zip(doses, units, strict=True) if stretch.start_h <= dose.time_h < end],
            1 / len(copies),
        )
    ]
    found = [_copy(model, one, list(zip(people, ends, strict=True)), given, times_h) for one in copies]
    return Changed(
        {name: curve for one in found for name, curve in one.curves.items()},
        {name: area for one in found for name, area in one.areas.items()},
    )


def _copy(
    model: Model, enantiomer: Enantiomer, people: Sequence[tuple[Stretch, float]], given: Sequence[Input], times: Array
) -> Changed:
    """One enantiomer through every stretch; amounts are handed on from each to the next."""
    held: Array | None = None
    curves: dict[str, list[Array]] = {enantiomer.names[output]: [] for output in model.structure.outputs}
    areas: dict[str, list[Array]] = {name: [] for name in curves}
    before: dict[str, Array] = dict.fromkeys(curves, np.zeros(1))
    for stretch, end in people:
        own = own_parameters(model, stretch.parameters, enantiomer)
        here = times[(stretch.start_h <= times) & (times < end)]
        stop = [end] if np.isfinite(end) else []
        if not here.size and not stop:
            break
        inputs = tuple(_within(given, stretch.start_h, end)) or (_nothing(model),)
        amounts = solve(model.structure, own, inputs, np.append(here, stop) - stretch.start_h, held)
        for output in model.structure.outputs:
            name = enantiomer.names[output]
            area = before[name][:, None] + amounts.auc_ng_h_per_mL(output)
            curves[name].append(amounts.concentration_ng_per_mL(output)[:, : here.size])
            areas[name].append(area[:, : here.size])
            before[name] = area[:, -1]
        held = amounts.places_mg[:, -1]
    return Changed(_joined(curves), _joined(areas))


def _joined(parts: dict[str, list[Array]]) -> dict[str, Array]:
    return {name: _side_by_side(several) for name, several in parts.items()}


def _side_by_side(several: Sequence[Array]) -> Array:
    people = max(one.shape[0] for one in several)
    return np.concatenate([np.broadcast_to(one, (people, one.shape[1])) for one in several], axis=1)


def _within(given: Sequence[Input], start_h: float, end_h: float) -> Iterator[Input]:
    """What enters between `start_h` and `end_h`, with times from `start_h`: a release that runs on is cut."""
    for entry in given:
        first = np.clip(entry.start_h, start_h, end_h)
        last = np.clip(entry.start_h + entry.duration_h, start_h, end_h)
        share = np.full_like(entry.duration_h, start_h <= entry.start_h < end_h)
        np.divide(last - first, entry.duration_h, out=share, where=entry.duration_h > 0)
        if (share > 0).any():
            yield Input(entry.state, entry.amount_mg * share, float(first) - start_h, last - first)


def _nothing(model: Model) -> Input:
    return Input(model.structure.compartments[0], np.zeros(1), 0.0, np.zeros(1))
