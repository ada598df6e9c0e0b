"""What a run measures: rates, and what stands around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.start import Start


@dataclass(frozen=True, slots=True)
class Speed:
    """One engine on one grid: people per second in the median of the rounds, and the largest error of a person.

    `per_processor_s` counts what processors spent on it, on however many cores, and not what others made it wait.
    """

    engine: str
    cores: int
    grid: str
    people: int
    per_s: float
    per_processor_s: float
    error: float
    setting: str


@dataclass(frozen=True, slots=True)
class Conditions:
    """How often everybody ran, of how many people the engine's accuracy is, and the machine's load before and after."""

    rounds: int
    accurate: int
    load: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Around:
    """What is measured beside rates."""

    memory: list[dict[str, Any]]
    start: list[Start]
    redraw: dict[str, Any]
