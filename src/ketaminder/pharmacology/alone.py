"""One person followed to any hours, as fast as a page needs it: by modes written out, where they can be trusted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ketaminder.pharmacology.engine.written import Written, written
from ketaminder.pharmacology.kinetics import Following, enantiomers_of, follow, inputs_of, own_parameters, with_sums
from ketaminder.pharmacology.model import Array, Enantiomer, Model, Parameters
from ketaminder.pharmacology.solver import checked
from ketaminder.terms import Dose

Copy = tuple[Enantiomer, Parameters, Written]


@dataclass(frozen=True, slots=True)
class Alone:
    """One person's curves and areas at some hours, (1, times), of each enantiomer's copy of the structure."""

    model: Model
    copies: tuple[Copy, ...]
    times_h: Array

    def parts(self) -> dict[str, Array]:
        """Plasma concentration of each enantiomer and metabolite enantiomer, ng/mL."""
        return self._each(Written.mg)

    def concentrations(self) -> dict[str, Array]:
        """The parts, and the sums of both enantiomers after a racemate."""
        return with_sums(self.parts())

    def aucs(self) -> dict[str, Array]:
        """Area under each concentration from zero to each time, ng.h/mL."""
        return with_sums(self._each(Written.mg_h))

    def _each(self, read: Callable[[Written, Sequence[str], Array], Array]) -> dict[str, Array]:
        outputs = self.model.structure.outputs
        found: dict[str, Array] = {}
        for one, own, course in self.copies:
            amounts = read(course, [output.compartment for output in outputs.values()], self.times_h)
            for (name, output), mg in zip(outputs.items(), amounts, strict=True):
                found[one.names[name]] = 1000 * output.mass_ratio * mg[None] / own[output.volume]
        return found


def follow_alone(model: Model, parameters: Parameters, doses: Sequence[Dose]) -> Following:
    """Follow doses of one drug, in the order of their times, through one person, whose every parameter is (1,).

    The same as `kinetics.follow`, which takes over where modes cannot be trusted.

    Raises:
        Refused: as there; times are refused when they are read.
    """
    enantiomers = enantiomers_of(model, doses)
    inputs = inputs_of(model, parameters, doses, share=1 / len(enantiomers))
    copies: list[Copy] = []
    for one in enantiomers:
        own = own_parameters(model, parameters, one)
        course = written(model.structure, own, inputs)
        if course is None:
            return lambda times_h: follow(model, parameters, doses, times_h)
        copies.append((one, own, course))

    def read(times_h: Array) -> Alone:
        for _, own, _ in copies:
            times = checked(model.structure, own, inputs, times_h)
        return Alone(model, tuple(copies), times)

    return read
