"""What a published pharmacokinetic model is: data that a pharmacometrician can hold against the paper.

A model file under `models/` fills in one `Model`. The structure is a list of first-order flows between named
compartments, so that every engine, export and page reads the same definition.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ketaminder.pharmacology.validity import Validity
from ketaminder.terms import Ancestry, Citation, Dose, Drug, Message, Product, Route, Source

Array = NDArray[np.float64]
Parameters = Mapping[str, Array]
"""Parameter name -> one value a person (people,), or one value for all (1,)."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A published number of a model: a structural value, a covariate effect or a residual error."""

    name: str
    value: float
    unit: str
    meaning: str
    citation: Citation
    note: str = ""


class Scale(StrEnum):
    """On which scale people differ additively from the typical value."""

    LOG = "log"
    LOGIT = "logit"


@dataclass(frozen=True, slots=True)
class Variability:
    """How people differ in one parameter, or in a block of correlated ones.

    `covariance` is that of the additive differences on `scale`; `printed` says what the paper prints.
    """

    parameters: tuple[str, ...]
    scale: Scale
    covariance: tuple[tuple[float, ...], ...]
    printed: str
    citation: Citation


def lognormal(parameter: str, cv_percent: float, citation: Citation) -> Variability:
    """Log-normal between-person variability printed as a coefficient of variation: variance ln(CV^2 + 1)."""
    variance = math.log1p((cv_percent / 100) ** 2)
    return Variability((parameter,), Scale.LOG, ((variance,),), f"{cv_percent:g} % CV, log-normal", citation)


@dataclass(frozen=True, slots=True)
class Flow:
    """A first-order flow from `source` into `target`: rate constant `rate`, or clearance `rate` over `volume`.

    With `share`, only that share of it: what leaves one place may be split among several.
    """

    source: str
    target: str
    rate: str
    volume: str | None = None
    share: str | None = None

    @property
    def reads(self) -> set[str]:
        """The parameters that this flow reads."""
        return {name for name in (self.rate, self.volume, self.share) if name is not None}

    def rate_per_h(self, parameters: Parameters) -> Array:
        """The rate constant of each person, 1/h."""
        rate = parameters[self.rate]
        if self.volume is not None:
            rate = rate / parameters[self.volume]
        return rate if self.share is None else rate * parameters[self.share]


def exchange(first: str, second: str, clearance: str, volumes: tuple[str, str]) -> tuple[Flow, Flow]:
    """Flow both ways between two compartments with one intercompartmental clearance."""
    return Flow(first, second, clearance, volumes[0]), Flow(second, first, clearance, volumes[1])


@dataclass(frozen=True, slots=True)
class Lag:
    """A place that follows a compartment at a rate and takes nothing from it: an arm vein, or an effect site."""

    name: str
    follows: str
    rate: str


@dataclass(frozen=True, slots=True)
class Output:
    """A concentration: what is in `compartment` (a compartment or a lag, mg) over `volume` (L).

    `mass_ratio` is mg of the analyte per mg in the compartment, where a model carries metabolites as ketamine.
    """

    compartment: str
    volume: str
    mass_ratio: float = 1.0


@dataclass(frozen=True, slots=True)
class Structure:
    """Linear compartments, the sinks that collect what has left the body's pool, and the flows between them.

    `outputs` goes by chemical name (ketamine, norketamine, hydroxynorketamine), the same for both enantiomers.
    """

    compartments: tuple[str, ...]
    sinks: tuple[str, ...]
    flows: tuple[Flow, ...]
    outputs: Mapping[str, Output]
    lags: tuple[Lag, ...] = ()

    @property
    def states(self) -> tuple[str, ...]:
        """Where the drug can be. Lags hold no drug."""
        return (*self.compartments, *self.sinks)

    @property
    def places(self) -> tuple[str, ...]:
        """States, then lags: all that an output may read."""
        return (*self.states, *(lag.name for lag in self.lags))


@dataclass(frozen=True, slots=True)
class Input:
    """What one dose puts into one state: an amount at once, or at a constant rate over a time.

    `amount_mg` and `duration_h` have shape (people,) or (1,); duration zero is instantaneous.
    """

    state: str
    amount_mg: Array
    start_h: float
    duration_h: Array


def at_once(state: str, amount_mg: Array, dose: Dose) -> Input:
    """An instantaneous input at the time of the dose."""
    return Input(state, amount_mg, dose.time_h, np.zeros(1))


def released(state: str, amount_mg: Array, dose: Dose, duration_h: Array) -> Input:
    """A release at a constant rate that starts at the time of the dose."""
    return Input(state, amount_mg, dose.time_h, duration_h)


EnterBody = Callable[[Dose, int, Parameters], tuple[Input, ...]]
"""(dose, its number within the session, parameters) -> every milligram of the dose, shared among states."""


def intravenous(state: str) -> EnterBody:
    """A bolus, or an infusion where the dose has a duration."""

    def enter(dose: Dose, _unit: int, _parameters: Parameters) -> tuple[Input, ...]:
        return (released(state, np.array([dose.amount_mg]), dose, np.array([dose.duration_h])),)

    return enter


@dataclass(frozen=True, slots=True)
class Enantiomer:
    """One enantiomer that follows the structure: the name of each output, and parameters multiplied for it."""

    names: Mapping[str, str]
    factors: Mapping[str, Parameter] = field(default_factory=dict)


ESKETAMINE = Enantiomer(
    {
        "ketamine": "esketamine",
        "norketamine": "noresketamine",
        "hydroxynorketamine": "hydroxynoresketamine",
    }
)


def arketamine(**factors: Parameter) -> Enantiomer:
    """The R half of a racemate: the same structure, with parameters multiplied by `factors`."""
    return Enantiomer(
        {
            "ketamine": "arketamine",
            "norketamine": "norarketamine",
            "hydroxynorketamine": "hydroxynorarketamine",
        },
        factors,
    )


@dataclass(frozen=True, slots=True)
class Conflict:
    """A disagreement in or around the publication that every reader of its curves must see."""

    id: str
    text: Message
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Covariates:
    """The covariates of one person that a model reads. What it does not declare stays NaN, which no solver takes."""

    age_years: float = math.nan
    weight_kg: float = math.nan
    ancestry: Ancestry | None = None


ForPerson = Callable[[dict[str, float], Covariates], dict[str, float]]
"""(printed values, covariates) -> typical values of somebody with these covariates."""


def nothing_derived(_parameters: Parameters) -> dict[str, Array]:
    """For models whose equations read the published parameters only."""
    return {}


class Pathway(StrEnum):
    """What in the body an enzyme or an organ acts on."""

    LIVER = "clearance by the liver"
    GUT_WALL = "loss in the gut wall"
    CYP2B6 = "CYP2B6 in the liver"
    METABOLITE = "elimination of norketamine"


@dataclass(frozen=True, slots=True)
class Model:
    """One published model.

    `covariates` names what `for_person` reads to make somebody's typical parameters; `reference` fills in those that
    are unknown. One without a reference value has no safe default and must be asked for; `printed_for` is then the
    person for whom the printed values hold, who may stand in where nobody in particular is meant.
    `derive` computes, from one person's parameters, those that the flows read besides. `derived_by_us` marks a set that
    nobody published. `pathways` names the parameters that stand for a pathway.
    """

    id: str
    title: str
    source: Source
    population: str
    routes: Mapping[Route, EnterBody]
    enantiomers: Mapping[Drug, tuple[Enantiomer, ...]]
    units: Mapping[str, str]
    matrix: str
    validity: Validity
    structure: Structure
    parameters: tuple[Parameter, ...]
    effects: tuple[Parameter, ...]
    variability: tuple[Variability, ...]
    residual: tuple[Parameter, ...]
    covariates: tuple[str, ...]
    reference: Mapping[str, float | Ancestry]
    for_person: ForPerson
    derive: Callable[[Parameters], Mapping[str, Array]] = nothing_derived
    printed_for: Mapping[str, float] = field(default_factory=dict)
    derived_by_us: bool = False
    pathways: Mapping[Pathway, tuple[str, ...]] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    assumptions: tuple[Message, ...] = ()
    errata: tuple[str, ...] = ()

    @property
    def products(self) -> tuple[Product, ...]:
        """The products about which the model answers a question."""
        claimed = {(claim.drug, claim.route) for claim in self.validity.claims}
        return tuple(product for product in Product if (product.drug, product.route) in claimed)

    def analytes(self, drug: Drug) -> set[str]:
        """What the model reports after `drug`, each enantiomer apart."""
        return {enantiomer.names[output] for enantiomer in self.enantiomers[drug] for output in self.structure.outputs}

    @property
    def published(self) -> dict[str, float]:
        """The printed structural values by name."""
        return {parameter.name: parameter.value for parameter in self.parameters}

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every document behind the model, each once, the paper itself first."""
        numbers = (*self.parameters, *self.effects, *self.residual)
        factors = [factor for group in self.enantiomers.values() for one in group for factor in one.factors.values()]
        cited = [number.citation.source for number in (*numbers, *factors)]
        cited += [citation.source for conflict in self.conflicts for citation in conflict.citations]
        return tuple({source.id: source for source in (self.source, *cited)}.values())
