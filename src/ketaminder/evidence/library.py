"""The one loader: evidence files in, typed and checked evidence out."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from ketaminder.terms import COMPARATORS, Citation, Criterion, Grade, Indication, Product, Refused, Region, Source

ACTIONS = frozenset(
    {
        *("exclude", "defer", "specialist_review", "precaution", "stop", "eligible_criterion"),
        *("inform", "dose", "monitor", "record", "report", "resolve"),
    }
)
"""What a rule does when it fires. The first row can decide a candidate assessment."""


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
    rules: tuple[str, ...] = ()
    from_age: int = 18
    below_age: int | None = None
    note: str = ""


@cache
def load() -> Library:
    """The evidence that ships with Ketaminder, read once.

    Raises:
        Refused: a file names an unknown source, an unknown word, or a number without unit, grade or locator.
    """
    return read(files("ketaminder.evidence"))


def read(folder: Traversable) -> Library:
    """The evidence in `folder`; see `load`."""
    sources = {id_: _source(id_, row) for id_, row in _toml(folder / "sources.toml").items()}
    return Library(
        sources=sources,
        rules={rule.id: rule for path in _tomls(folder / "criteria") for rule in _rules(path, sources)},
        variables={name: _variable(name, row) for name, row in _toml(folder / "variables.toml").items()},
        medicines={name: _medicine(name, row) for name, row in _toml(folder / "medicines.toml").items()},
        protocols={p.name.removesuffix(".toml"): _protocol(p, sources) for p in _tomls(folder / "protocols")},
    )


def _toml(path: Traversable) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _tomls(folder: Traversable) -> list[Traversable]:
    return sorted((path for path in folder.iterdir() if path.name.endswith(".toml")), key=lambda path: path.name)


def _source(id_: str, row: dict[str, Any]) -> Source:
    return Source(id_, row["citation"], row.get("year"), row.get("identifiers", {}), row.get("kind", ""))


def _variable(name: str, row: dict[str, Any]) -> Variable:
    lists = {"form": tuple(row["form"]), "choices": tuple(row.get("choices", ()))}
    return Variable(name=name, **{**row, **lists, "classes": frozenset(row.get("classes", ()))})


def _medicine(name: str, row: dict[str, Any]) -> Medicine:
    return Medicine(
        ingredient=name,
        classes=frozenset(row["classes"]),
        rxcui=row.get("rxcui", ""),
        atc=tuple(row.get("atc", ())),
        names=tuple(row.get("names", ())),
        grade=Grade(row["grade"]),
    )


def _rules(path: Traversable, sources: Mapping[str, Source]) -> Iterator[RuleEvidence]:
    document = _toml(path)
    question = document.pop("question")
    for id_, row in document.items():
        yield _rule(id_, question, row, sources)


def _rule(id_: str, question: str, row: dict[str, Any], sources: Mapping[str, Source]) -> RuleEvidence:
    if row["action"] not in ACTIONS:
        raise Refused(f"rule {id_}, action", row["action"], f"one of {', '.join(sorted(ACTIONS))}")
    return RuleEvidence(
        id=id_,
        question=question,
        topic=row["topic"],
        statement=row["statement"],
        action=row["action"],
        kind=row["kind"],
        regions=_scope(row).regions,
        products=_scope(row).products,
        criteria={name: _criterion(f"{id_}.{name}", entry) for name, entry in row.get("criteria", {}).items()},
        citations=_citations(id_, row["sources"], sources),
        grade=Grade(row["grade"]),
        weakest_grade=Grade(row["weakest_grade"]),
        stands_in=tuple(_scope(entry) for entry in row.get("stands_in", ())),
        lifted_by=row.get("lifted_by", ""),
        note=row.get("note", ""),
        in_force_from=row.get("in_force_from"),
        review_by=row.get("review_by"),
    )


def _scope(row: dict[str, Any]) -> Scope:
    return Scope(
        frozenset(Region(region) for region in row.get("regions", ())),
        frozenset(Product(product) for product in row.get("products", ())),
    )


def _criterion(id_: str, row: dict[str, Any]) -> Criterion:
    if row["comparator"] not in COMPARATORS:
        raise Refused(f"criterion {id_}, comparator", row["comparator"], f"one of {' '.join(sorted(COMPARATORS))}")
    return Criterion(id_, row["meaning"], row["comparator"], row["value"], row["unit"])


def _citations(where: str, rows: list[dict[str, Any]], sources: Mapping[str, Source]) -> tuple[Citation, ...]:
    for row in rows:
        if row["id"] not in sources:
            raise Refused(f"{where}, source", row["id"], "a source that sources.toml names")
    return tuple(Citation(sources[row["id"]], row["locator"], Grade(row["grade"])) for row in rows)


def _protocol(path: Traversable, sources: Mapping[str, Source]) -> Protocol:
    id_, row = path.name.removesuffix(".toml"), _toml(path)
    return Protocol(
        id=id_,
        name=row["name"],
        product=Product(row["product"]),
        regions=frozenset(Region(region) for region in row.get("regions", ())),
        indications=frozenset(Indication(indication) for indication in row["indications"]),
        status=row["status"],
        doses=tuple(ProtocolDose(**dose) for dose in row["doses"]),
        phases=tuple(ProtocolPhase(**{"to_week": None, **phase}) for phase in row["phases"]),
        monitoring=row["monitoring"],
        citations=_citations(id_, row["sources"], sources),
        rules=tuple(row.get("rules", ())),
        from_age=row.get("from_age", 18),
        below_age=row.get("below_age"),
        note=row.get("note", ""),
    )
