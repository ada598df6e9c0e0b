"""Linear compartments solved exactly, for many people at once, with every milligram accounted for.

The states of a model are followed together with its lags, with the integrals of its outputs (for areas under curves)
and with the rates of the releases that run at the moment. Between two events that extended system is linear with
constant coefficients, so one matrix exponential carries it exactly; steps stop at every output time and at each
person's events.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ketaminder.pharmacology.model import Array, Input, Output, Parameters, Structure
from ketaminder.pharmacology.propagator import propagator
from ketaminder.pharmacology.schedule import Schedule
from ketaminder.terms import Refused

KEPT_STEPS = 8
"""Propagators kept: a grid repeats one step; irregular times must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """Where the drug is.

    `places_mg` (people, times, places) follows the order of `structure.places`; `mg_h` (people, times, outputs) is the
    integral of each output's place since time zero, in the order of `structure.outputs`. An output at the time of a
    bolus includes the bolus. `initial_mg` (people,) is what the states held at time zero.
    """

    structure: Structure
    parameters: Parameters
    times_h: Array
    places_mg: Array
    mg_h: Array
    schedule: Schedule
    initial_mg: Array | float = 0.0

    @property
    def mg(self) -> Array:
        """What each state holds, (people, times, states)."""
        return self.places_mg[:, :, : len(self.structure.states)]

    def concentration_ng_per_mL(self, name: str) -> Array:
        """Plasma concentration of the output `name`, (people, times)."""
        output = self.structure.outputs[name]
        return self._over_volume(self.places_mg[:, :, self.structure.places.index(output.compartment)], output)

    def auc_ng_h_per_mL(self, name: str) -> Array:
        """Area under the plasma concentration of the output `name` from zero to each time, (people, times)."""
        number = list(self.structure.outputs).index(name)
        return self._over_volume(self.mg_h[:, :, number], self.structure.outputs[name])

    def undelivered_mg(self) -> Array:
        """What the doses have yet to bring, by the clock alone, (people, times)."""
        return np.stack([self.schedule.undelivered_mg(time) for time in self.times_h], axis=1)

    def balance_mg(self) -> Array:
        """What is in compartments and sinks plus what is undelivered, less what was given: zero, (people, times)."""
        found: Array = self.mg.sum(axis=2)
        given: Array = self.schedule.given_mg + self.initial_mg
        return found + self.undelivered_mg() - given[:, None]

    def _over_volume(self, mg: Array, output: Output) -> Array:
        concentration: Array = 1000 * output.mass_ratio * mg / np.reshape(self.parameters[output.volume], (-1, 1))
        return concentration


def solve(
    structure: Structure,
    parameters: Parameters,
    inputs: Sequence[Input],
    times_h: Array,
    initial: Array | None = None,
) -> Amounts:
    """Follow `inputs` through `structure`.

    Args:
        structure: compartments, sinks and flows.
        parameters: name -> (people,) or (1,), in the units of the model's volumes and hours.
        inputs: what the doses put into the states.
        times_h: output times, ascending, zero or later.
        initial: what every place holds at time zero, mg, (people, places) or (1, places); nothing where it is None.

    Raises:
        Refused: no input; times that are not finite, ascending and non-negative; a parameter, amount or duration that
            is not finite or is negative; a volume of zero.
    """
    times = checked(structure, parameters, inputs, times_h)
    schedule = Schedule(structure, inputs, _people(parameters, inputs))
    size = len(structure.places)
    held = np.zeros((1, size)) if initial is None else initial
    extended = _march(structure, _generator(structure, parameters, schedule), schedule, times, held)
    places_mg, mg_h = extended[:, :, :size], extended[:, :, size : size + len(structure.outputs)]
    in_states = held[:, : len(structure.states)].sum(axis=1)
    return Amounts(structure, parameters, times, places_mg, mg_h, schedule, in_states)


def checked(structure: Structure, parameters: Parameters, inputs: Sequence[Input], times_h: Array) -> Array:
    """The output times, provided that everything can be solved; what is refused is said at `solve`."""
    times = _checked_times(times_h)
    _check_numbers(structure, parameters, inputs)
    return times


def _checked_times(times_h: Array) -> Array:
    times = np.asarray(times_h, dtype=np.float64)
    if times.ndim != 1 or not times.size or not np.isfinite(times).all() or times[0] < 0 or (np.diff(times) < 0).any():
        raise Refused("output times", times.tolist(), "hours in ascending order, zero or later")
    return times


def _check_numbers(structure: Structure, parameters: Parameters, inputs: Sequence[Input]) -> None:
    if not inputs:
        raise Refused("doses", [], "one or more")
    read = {name for flow in structure.flows for name in flow.reads} | {lag.rate for lag in structure.lags}
    _check_finite({name: parameters[name] for name in read})
    for entry in inputs:
        _check_finite({f"amount into {entry.state}": entry.amount_mg, f"duration into {entry.state}": entry.duration_h})
    volumes = {flow.volume for flow in structure.flows if flow.volume is not None}
    for name in volumes | {output.volume for output in structure.outputs.values()}:
        if not (parameters[name] > 0).all():
            raise Refused(name, float(parameters[name].min()), "a volume above zero")


def _check_finite(numbers: Parameters) -> None:
    for name, values in numbers.items():
        if not (values.min(initial=0.0) >= 0.0 and values.max(initial=0.0) < np.inf):
            raise Refused(name, float(np.min(values)), "finite values, zero or above, for every person")


def _people(parameters: Parameters, inputs: Sequence[Input]) -> int:
    entered = [values for entry in inputs for values in (entry.amount_mg, entry.duration_h)]
    return max(values.size for values in (*parameters.values(), *entered))


def _generator(structure: Structure, parameters: Parameters, schedule: Schedule) -> Array:
    """(people, n, n) over states, lags, integrals of the outputs, and the rates of running releases."""
    index = {place: number for number, place in enumerate(structure.places)}
    integrals = len(index)
    rates = integrals + len(structure.outputs)
    generator = np.zeros((schedule.amounts.shape[0], rates + schedule.fed.size, rates + schedule.fed.size))
    for flow in structure.flows:
        rate = flow.rate_per_h(parameters)
        generator[:, index[flow.target], index[flow.source]] += rate
        generator[:, index[flow.source], index[flow.source]] -= rate
    for lag in structure.lags:
        generator[:, index[lag.name], index[lag.follows]] = parameters[lag.rate]
        generator[:, index[lag.name], index[lag.name]] = -parameters[lag.rate]
    for number, output in enumerate(structure.outputs.values()):
        generator[:, integrals + number, index[output.compartment]] = 1.0
    generator[:, schedule.fed, rates + np.arange(schedule.fed.size)] = 1.0
    return generator


def _march(structure: Structure, generator: Array, schedule: Schedule, times: Array, held: Array) -> Array:
    """The extended state (people, times, n) at each output time."""
    people, size, _ = generator.shape
    advance = _stepper(generator, len(structure.states), schedule.fed.size)
    state, clock = np.zeros((people, size)), np.zeros(people)
    state[:, : held.shape[1]] = held
    schedule.feed(state, clock, np.ones(people, dtype=bool))
    outputs = np.empty((people, times.size, size))
    for number, time in enumerate(times):
        while (clock < time).any():
            event = schedule.next_event_h(clock)
            stop = np.minimum(time, event)
            state = advance(state, stop - clock)
            clock = stop
            if (event <= time).any():
                schedule.feed(state, clock, arrived=event == stop)
        outputs[:, number] = state
    return outputs


def _stepper(generator: Array, states: int, rates: int) -> Callable[[Array, Array], Array]:
    """Advance states by steps; a step that all people share is exponentiated once and kept for its return.

    Steps of an even grid differ in their last bits only; steps that agree in eleven digits are the same step.
    """
    kept: dict[str, Array] = {}

    def shared(step_h: Array) -> Array:
        name = f"{step_h[0]:.11g}"
        if name not in kept:
            if len(kept) == KEPT_STEPS:
                kept.pop(next(iter(kept)))
            kept[name] = propagator(generator, step_h, states, rates)
        return kept[name]

    def advance(state: Array, step_h: Array) -> Array:
        alike = np.ptp(step_h) <= 1e-12 * step_h.max()
        matrix = shared(step_h[:1]) if alike else propagator(generator, step_h, states, rates)
        moved: Array = (matrix @ state[:, :, None])[:, :, 0]
        return moved

    return advance
