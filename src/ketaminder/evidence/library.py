"""What evidence is: rules with their criteria, variables, medicines, protocols."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from ketaminder.terms import Citation, Criterion, Grade, Indication, Phase, Product, Region, Source, Value


@dataclass(frozen=True, slots=True)
class Variable:
    """Something that a record may say of a patient: its label, its unit, and how to ask for it.

    `when` is "assessment" for what must be known before a candidate is judged, "session day" for what is only known
    on the day, "when indicated" for what decides when it is known and is not asked for. `form` lists the places of
    the value in a case form, the usual one first, as "vitals.sbp". `none_means` says what a recorded null means, as
    "no cardiovascular event"; where it is empty, null is unknown. `classes` are the medicine classes that make a flag
    true. `unremarkable` is the answer that speaks against nothing, where it does not follow from the kind. `kind` is
    flag, number, code, text or list.
    """

    name: str
    label: str
    ask: str
    kind: str
    unit: str = ""
    when: str = "assessment"
    form: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    none_means: str = ""
    classes: frozenset[str] = frozenset()
    unremarkable: Value | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Regions and products, each set empty where all are meant."""

    regions: frozenset[Region] = frozenset()
    products: frozenset[Product] = frozenset()

    def covers(self, region: Region | None, product: Product) -> bool:
        """Whether it speaks of this region and product."""
        return (not self.regions or region in self.regions) and (not self.products or product in self.products)


@dataclass(frozen=True, slots=True)
class RuleEvidence:
    """All that is published for one rule: what it says, where it applies, its numbers and their sources.

    `stands_in` names where nothing of the kind was read, and this rule is the nearest that was.
    """

    id: str
    question: str
    topic: str
    statement: str
    action: str
    kind: str
    regions: frozenset[Region]
    products: frozenset[Product]
    criteria: Mapping[str, Criterion]
    citations: tuple[Citation, ...]
    grade: Grade
    weakest_grade: Grade
    stands_in: tuple[Scope, ...] = ()
    lifted_by: str = ""
    note: str = ""
    in_force_from: date | None = None
    review_by: date | None = None

    def __getitem__(self, name: str) -> Criterion:
        return self.criteria[name]

    def governs(self, region: Region | None) -> bool:
        """Whether the rule belongs to this region's rule set. An empty set of regions means every region."""
        return not self.regions or region in self.regions

    def concerns(self, product: Product | None) -> bool:
        """Whether the rule speaks of this product. An empty set of products means every product."""
        return not self.products or product in self.products

    def is_nearest_for(self, region: Region | None, product: Product) -> bool:
        """Whether this rule stands in where no rule of its kind was read for this region and product."""
        governed = self.governs(region) and self.concerns(product)
        return not governed and any(scope.covers(region, product) for scope in self.stands_in)

    def in_force(self, on: date) -> bool:
        """Whether the rule holds on that day."""
        return self.in_force_from is None or self.in_force_from <= on


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """All evidence, by id."""

    sources: Mapping[str, Source]
    rules: Mapping[str, RuleEvidence]
    variables: Mapping[str, Variable]
    medicines: Mapping[str, Medicine]
    protocols: Mapping[str, Protocol]
    site_values: Mapping[str, SiteValue]
    disagreements: Mapping[str, Disagreement]
    strength: Mapping[str, Strength]

    def criterion(self, id_: str) -> Criterion:
        """The criterion with this id.

        Raises:
            KeyError: no rule holds a criterion of this id.
        """
        rule, _, suffix = id_.partition(".")
        return {one.id: one for one in self.rules[rule].criteria.values()}[f"{rule}.{suffix}"]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Where sources disagree: what each says, which governs where, and the rules that carry them, by id."""

    topic: str
    text: str
    governs: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PooledEffect:
    """One pooled difference from control, with its interval as printed."""

    measure: str
    value: float
    low: float
    high: float
    when: str


@dataclass(frozen=True, slots=True)
class Strength:
    """What controlled evidence there is for an indication and product. None means that it was not read.

    `certainty` is a published rating or this project's judgement: `certainty_grade` says which.
    """

    indications: frozenset[Indication]
    products: frozenset[Product]
    trials: int | None
    people: int | None
    effect: PooledEffect | None
    certainty: str
    certainty_grade: Grade
    limits: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class SiteValue:
    """A limit that no source read gives for every product and region, and that a physician therefore signs.

    `read` names the criteria that were read, by id: where one governs, a site may only tighten it. `starting_point`
    names the criterion whose value is offered, by id; empty where none was found. `comparator` says when the limit
    stops: a pressure `>=` it holds, minutes `<` it hold.
    """

    name: str
    label: str
    unit: str
    comparator: str
    products: frozenset[Product]
    required: bool
    starting_point: str = ""
    read: tuple[str, ...] = ()

    def looser(self, value: float, read: float) -> bool:
        """Whether `value` stops later than the criterion that was read."""
        return value > read if self.comparator.startswith(">") else value < read


@dataclass(frozen=True, slots=True)
class Medicine:
    """An ingredient: its codes, the names it is written under, and the classes that rules read.

    An `atc` shorter than a substance code stands for its whole group.
    """

    ingredient: str
    classes: frozenset[str]
    rxcui: str = ""
    atc: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    grade: Grade = Grade.MEMORY


class Guidance(StrEnum):
    """What the rules that a protocol names speak of."""

    TECHNIQUE = "technique"
    WEIGHT = "body weight"
    OBSERVATION = "observation"
    MISSED = "missed session"
    RESTART = "restart"
    TOLERABILITY = "tolerability"
    REVIEW = "review"
    STOPPING = "stopping"
    MAINTENANCE = "maintenance"
    SAFEGUARDS = "safeguards"


@dataclass(frozen=True, slots=True)
class ProtocolDose:
    """A dose that a protocol permits, and when. `unit` is "mg" or "mg/kg"; an infusion has a duration in minutes."""

    amount: float
    unit: str
    when: str
    duration_min: float = 0.0
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class ProtocolPhase:
    """A stretch of a course: from week, to week (None: open), and its visits in words as published.

    `sessions_per_week` holds what is published as alternatives, the most frequent first: (1, 0.5) is once a week or
    every two weeks; empty, no frequency was read. `amounts` are the doses of the phase, ascending, in the unit of the
    protocol's doses; `first_amount` that of its first session, where it differs.
    """

    name: str
    from_week: int
    to_week: int | None
    visits: str
    doses: str
    sessions_per_week: tuple[float, ...] = ()
    amounts: tuple[float, ...] = ()
    first_amount: float | None = None
    citations: tuple[Citation, ...] = ()

    @property
    def stage(self) -> Phase:
        """Where a patient stands in it: an acute series, a first step and the like are induction."""
        return Phase(self.name) if self.name in (Phase.OPTIMISATION, Phase.MAINTENANCE) else Phase.INDUCTION


@dataclass(frozen=True, slots=True)
class Protocol:
    """One published schedule. Ages are whole years: from `from_age`, below `below_age`.

    `observation_min` is the shortest observation after a dose that a read source gives; None where none does.
    `weight_basis` is the body weight by which a dose per kilogram was given in its trials: "actual", "ideal" or
    "adjusted"; empty where the dose is fixed or none was read.
    `only_in_a_trial` says why nobody can be given it elsewhere; empty where that is not so. `rules` names, by id, the
    rules that govern its technique, reviews, stopping and the like.
    """

    id: str
    name: str
    product: Product
    regions: frozenset[Region]
    indications: frozenset[Indication]
    status: str
    doses: tuple[ProtocolDose, ...]
    phases: tuple[ProtocolPhase, ...]
    monitoring: str
    citations: tuple[Citation, ...]
    from_age: int = 18
    below_age: int | None = None
    observation_min: float | None = None
    weight_basis: str = ""
    only_in_a_trial: str = ""
    rules: Mapping[Guidance, tuple[str, ...]] = field(default_factory=dict)
    note: str = ""

    @property
    def unit(self) -> str:
        """The unit of its doses: "mg" or "mg/kg"."""
        return self.doses[0].unit

    def remaining(self, phase: Phase) -> tuple[ProtocolPhase, ...]:
        """What lies before a patient who stands in `phase`; empty where the protocol has ended.

        A protocol that only maintains has nothing for a patient who has not yet been through an induction.
        """
        order = list(Phase)
        at = order.index(phase)
        ahead = tuple(one for one in self.phases if order.index(one.stage) >= at)
        begins = at > order.index(Phase.INDUCTION) or any(one.stage is Phase.INDUCTION for one in ahead)
        return ahead if begins else ()

    @property
    def weakest_grade(self) -> Grade:
        """How the least well read of its sources was read."""
        return max((citation.grade for citation in self.citations), key=list(Grade).index)
