"""The virtual people whom `ketaminder simulate` follows, and the bar that says how far it has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

from ketaminder.cli.hours import times_h
from ketaminder.cli.scenario import Asked
from ketaminder.pharmacology import Model, Population, Simulation
from ketaminder.pharmacology import simulate as follow
from ketaminder.pharmacology.question import Answer
from ketaminder.pharmacology.simulation import KEPT_PEOPLE

SEED = 20_260_101
"""The same scenario gives the same bytes."""
PLOTTED_PEOPLE = 500


def drawn_for(asked: Asked, first: Answer, *, banded: bool) -> Simulation:
    """Curves of the first model; one virtual person where neither bands nor a file are asked for."""
    people = asked.population or (PLOTTED_PEOPLE if banded else 1)
    people = people if differ(asked, first.model) else 1
    among = (asked.adults, asked.scenario.patient) if asked.adults else None
    with _progress(people) as tell:
        return follow(
            first.model,
            first.patient,
            asked.scenario.doses,
            times_h(asked.scenario),
            Population(people, SEED, among, tell),
            changes=asked.scenario.changes,
        )


@contextmanager
def _progress(people: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal's standard error, for those of whom somebody waits."""
    console = Console(stderr=True)
    if people <= KEPT_PEOPLE or not console.is_terminal:
        yield lambda _: None
        return
    # Its parts are many, and a first curve shall not wait for them.
    from rich.progress import Progress

    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("Following virtual people", total=people)
        yield lambda more: bar.advance(task, more)


def differ(asked: Asked, model: Model) -> bool:
    """Whether virtual people differ: between people of equal covariates, or in covariates."""
    return bool(model.variability) or asked.adults is not None
