"""What is asked of the engine, whom it follows and how it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ketaminder.pharmacology.engine.compartments import places_of
from ketaminder.pharmacology.engine.stages import Drive, Stage
from ketaminder.pharmacology.model import Array, Input, Parameters, Structure

Numbers = NDArray[np.intp]


class How(StrEnum):
    """How one person's curves were computed."""

    MODES = "modes"
    NEIGHBOURS = "neighbours"
    SOLVER = "solver"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Request:
    """What to follow, for `people` people; every array is (people,) or (1,).

    `wanted` names the places whose amounts are reported, each once; None: all of them.
    """

    structure: Structure
    parameters: Parameters
    inputs: Sequence[Input]
    times_h: Array
    people: int
    drives: tuple[Drive, ...] = ()
    stages: tuple[Stage, ...] = ()
    wanted: tuple[str, ...] | None = None

    @property
    def reported(self) -> tuple[str, ...]:
        """The places whose amounts are reported."""
        return places_of(self.structure) if self.wanted is None else self.wanted

    @property
    def rows(self) -> tuple[str, ...]:
        """The names of what is reported: places in mg, then stages."""
        return (*self.reported, *(stage.name for stage in self.stages))

    def only(self, people: Numbers) -> Request:
        """The same request for some of the people, given by number."""
        return Request(
            structure=self.structure,
            parameters={name: _some(values, people) for name, values in self.parameters.items()},
            inputs=[
                replace(one, amount_mg=_some(one.amount_mg, people), duration_h=_some(one.duration_h, people))
                for one in self.inputs
            ],
            times_h=self.times_h,
            people=people.size,
            drives=tuple(replace(one, weights=_all_some(one.weights, people)) for one in self.drives),
            stages=tuple(_stage(one, people) for one in self.stages),
            wanted=self.wanted,
        )


@dataclass(frozen=True, slots=True)
class Block:
    """Curves of consecutive people.

    Attributes:
        first: the number of the first of them.
        curves: (times, rows, people).
        error: (people,), estimated, relative to the peak of a stage.
        how: (people,) of `How`. The curves of a person who failed are NaN.
    """

    first: int
    curves: Array
    error: Array
    how: tuple[How, ...]


def _some(values: Array, people: Numbers) -> Array:
    return values if values.size == 1 else values[people]


def _stage(stage: Stage, people: Numbers) -> Stage:
    return replace(
        stage,
        base=_some(stage.base, people),
        gain=_some(stage.gain, people),
        loss=_some(stage.loss, people),
        start=_some(stage.start, people),
        half=_some(stage.half, people),
    )


def _all_some(values: Mapping[str, Array], people: Numbers) -> dict[str, Array]:
    return {name: _some(array, people) for name, array in values.items()}
