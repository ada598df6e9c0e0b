"""A visual predictive check: a user's observations beside what a model, with its people and errors, would have shown.

The same records are simulated many times. In each bin of time, the 5th, 50th and 95th percentile of the observations is
held against the span of 95% of the same percentile over the replicates. With `corrected`, values are scaled to the
typical prediction of their bin first (Bergstrand 2011), so that doses and covariates may differ within a bin.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ketaminder.pharmacology.exchange.censoring import Censoring
from ketaminder.pharmacology.exchange.course import expected
from ketaminder.pharmacology.exchange.records import Person, Record
from ketaminder.pharmacology.exchange.residual import Residual, residual
from ketaminder.pharmacology.model import Array, Model, Parameters
from ketaminder.pharmacology.population import typical_person, virtual_people
from ketaminder.terms import Drug, Patient, Refused

PERCENTILES = (0.05, 0.5, 0.95)
SPAN = (0.025, 0.5, 0.975)
MOST_BINS = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """What to check: the drug that was given, the output by its number, and how."""

    drug: Drug
    output: int = 1
    replicates: int = 500
    bins: int = MOST_BINS
    corrected: bool = False
    censoring: Censoring = Censoring.M3


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin of time.

    Attributes:
        from_h, to_h, middle_h: its first, last and median observation.
        size: how many observations count.
        observed: the percentiles of `PERCENTILES`, ng/mL; minus infinity below the limit of quantification.
        simulated: (percentiles, 3), each with its span over replicates.
        below: the share of observations below the limit; with its span over replicates in `simulated_below`.
    """

    from_h: float
    to_h: float
    middle_h: float
    size: int
    observed: Array
    simulated: Array
    below: float
    simulated_below: Array

    @property
    def inside(self) -> tuple[bool, ...]:
        """Of each percentile, whether the observed one lies in the span of the simulated."""
        low, high = self.simulated[:, 0], self.simulated[:, 2]
        return tuple(((low <= self.observed) & (self.observed <= high)).tolist())


@dataclass(frozen=True, slots=True)
class Check:
    """The check, with the counted observations (hour, ng/mL) for drawing."""

    model: Model
    asked: Asked
    bins: tuple[Bin, ...]
    times_h: Array
    values_ng_per_mL: Array

    @property
    def inside(self) -> float:
        """The share of observed percentiles that lie in their spans; about 0.95 of a model that is right."""
        return float(np.mean([one for each in self.bins for one in each.inside]))


def check(model: Model, people: Sequence[Person], asked: Asked, rng: np.random.Generator | int) -> Check:
    """The visual predictive check of `model` against the records of `people`.

    Raises:
        Refused: no counted observation, a model without a residual error for the output, records that the model cannot
            follow, or an observation with nothing predicted where the check is prediction-corrected.
    """
    error = residual(model, _output(model, asked))
    rows = _counted(people, asked)
    drawn = _drawn(model, error, people, asked, np.random.default_rng(rng))
    values = np.array([-np.inf if one.observed is None else one.observed.value_ng_per_mL or -np.inf for one in rows])
    limits = np.array([(one.observed and one.observed.limit_ng_per_mL) or -np.inf for one in rows])
    times = np.array([one.time_h for one in rows])
    drawn = np.where(drawn < limits, -np.inf, drawn)
    groups = np.array_split(np.unique(times), min(asked.bins, np.unique(times).size))
    within = [np.isin(times, group) for group in groups]
    if asked.corrected:
        factors = _corrections(_typical(model, people, asked), within, rows)
        values, drawn = values * factors, drawn * factors
    found = tuple(_bin(times[one], values[one], drawn[:, one], asked.censoring) for one in within)
    return Check(model, asked, found, times, values)


def _counts(record: Record, asked: Asked) -> bool:
    """Whether an observation of the asked output was made, and is kept."""
    seen = record.observed
    if seen is None or seen.output != asked.output:
        return False
    return seen.value_ng_per_mL is not None or (seen.below_limit and asked.censoring is Censoring.M3)


def _counted(people: Sequence[Person], asked: Asked) -> list[Record]:
    rows = [one for person in people for one in person.observations if _counts(one, asked)]
    if not rows or asked.replicates < 1 or asked.bins < 1:
        raise Refused(
            "data", f"{len(rows)} observations", "an observation of the output, a replicate and a bin or more"
        )
    return rows


def _kept(person: Person, asked: Asked) -> list[int]:
    return [number for number, one in enumerate(person.observations) if _counts(one, asked)]


def _drawn(model: Model, error: Residual, people: Sequence[Person], asked: Asked, rng: np.random.Generator) -> Array:
    """Simulated measurements, (replicates, observations)."""
    columns = []
    for person in people:
        before = deepcopy(rng)
        virtual_people(model, person.patient, asked.replicates, rng)

        def of(patient: Patient, before: np.random.Generator = before) -> Parameters:
            # A copy of the generator each time: everybody stays who they are while their covariates change.
            return virtual_people(model, patient, asked.replicates, deepcopy(before))

        true = expected(model, of, asked.drug, person)[:, _kept(person, asked)]
        columns.append(error.observed(np.broadcast_to(true, (asked.replicates, true.shape[1])), rng))
    return np.concatenate(columns, axis=1)


def _output(model: Model, asked: Asked) -> str:
    names = tuple(model.structure.outputs)
    if not 1 <= asked.output <= len(names):
        outputs = ", ".join(f"{number} {name}" for number, name in enumerate(names, 1))
        raise Refused("--output", asked.output, f"an output of {model.title}: {outputs}")
    return names[asked.output - 1]


def _typical(model: Model, people: Sequence[Person], asked: Asked) -> Array:
    columns = [
        expected(model, partial(typical_person, model), asked.drug, person)[0, _kept(person, asked)]
        for person in people
    ]
    return np.concatenate(columns)


def _corrections(typical: Array, within: Sequence[NDArray[np.bool_]], rows: Sequence[Record]) -> Array:
    if not typical.all():
        row = rows[int(np.argmin(typical))].row
        raise Refused(f"row {row}, DV", 0.0, "a prediction above zero to correct by: MDV 1 before the first dose")
    factors = np.ones_like(typical)
    for one in within:
        factors[one] = np.median(typical[one]) / typical[one]
    return factors


def _bin(times: Array, values: Array, drawn: Array, censoring: Censoring) -> Bin:
    below, drawn_below = np.isneginf(values), np.isneginf(drawn)
    return Bin(
        from_h=float(times.min()),
        to_h=float(times.max()),
        middle_h=float(np.median(times)),
        size=times.size,
        observed=np.quantile(values, PERCENTILES, method="inverted_cdf"),
        simulated=_spans(drawn, drawn_below, censoring),
        below=float(below.mean()),
        simulated_below=np.quantile(drawn_below.mean(axis=1), SPAN),
    )


def _spans(drawn: Array, below: NDArray[np.bool_], censoring: Censoring) -> Array:
    """The span of each percentile over replicates, (percentiles, 3); NaN where no replicate has a value.

    Without interpolation, since what lies below the limit is minus infinity.
    """
    if censoring is Censoring.M1:
        some = ~below.all(axis=1)
        if not some.any():
            return np.full((len(PERCENTILES), len(SPAN)), np.nan)
        drawn = np.where(below, np.nan, drawn)[some]
    percentiles = np.nanquantile(drawn, PERCENTILES, axis=1, method="inverted_cdf")
    return np.asarray(np.quantile(percentiles, SPAN, axis=1, method="inverted_cdf").T)
