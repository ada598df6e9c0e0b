"""What evidence is: rules with their criteria, variables, medicines, protocols."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ketaminder.terms import Citation, Criterion, Grade, Indication, Product, Region, Source


@dataclass(frozen=True, slots=True)
class Variable:
    """Something that a record may say of a patient: its label, its unit, and how to ask for it.

    `when` is "assessment" for what must be known before a candidate is judged, "session day" for what is only known
    on the day, "when indicated" for what decides when it is known and is not asked for. `form` lists the places of
    the value in a case form, the usual one first, as "vitals.sbp". `none_means` says what a recorded null means, as
    "no cardiovascular event"; where it is empty, null is unknown. `classes` are the medicine classes that make a flag
    true. `kind` is flag, number, code, text or list.
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


@dataclass(frozen=True, slots=True)
class Scope:
    """Regions and products, each set empty where all are meant."""

    regions: frozenset[Region] = frozenset()
    products: frozenset[Product] = frozenset()

    def covers(self, region: Region | None, product: Product) -> bool:
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
        return self.in_force_from is None or self.in_force_from <= on


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """All evidence, by id."""

    sources: Mapping[str, Source]
    rules: Mapping[str, RuleEvidence]
    variables: Mapping[str, Variable]
    medicines: Mapping[str, Medicine]
    protocols: Mapping[str, Protocol]


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


@dataclass(frozen=True, slots=True)
class ProtocolDose:
    """A dose that a protocol permits, and when. `unit` is "mg" or "mg/kg"; an infusion has a duration in minutes."""

    amount: float
    unit: str
    when: str
    duration_min: float = 0.0


@dataclass(frozen=True, slots=True)
class ProtocolPhase:
    """A stretch of a course: from week, to week (None: open), and its visits in words as published."""

    name: str
    from_week: int
    to_week: int | None
    visits: str
    doses: str


@dataclass(frozen=True, slots=True)
class Protocol:
    """One published schedule. Ages are whole years: from `from_age`, below `below_age`."""

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
    note: str = ""
