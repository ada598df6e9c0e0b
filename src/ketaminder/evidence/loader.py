"""The one loader: evidence files in, typed and checked evidence out."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from ketaminder.evidence.library import (
    Disagreement,
    Library,
    Medicine,
    PooledEffect,
    RuleEvidence,
    Scope,
    SiteValue,
    Strength,
    Variable,
)
from ketaminder.evidence.schedule import read_protocols
from ketaminder.terms import COMPARATORS, Citation, Criterion, Grade, Indication, Product, Refused, Region, Source

Word = TypeVar("Word", bound=StrEnum)

DECIDING_ACTIONS = frozenset({"exclude", "defer", "specialist_review", "precaution", "stop", "eligible_criterion"})
ACTIONS = DECIDING_ACTIONS | {"inform", "dose", "monitor", "record", "report", "resolve"}
"""What a rule does when it fires. The deciding ones can change a candidate assessment."""

DEFERRING_ACTIONS = frozenset({"defer", "specialist_review", "stop"})
PERMITTING_GRADES = (Grade.SOURCE, Grade.SECONDARY)


class Row(dict[str, Any]):
    """A table of an evidence file that knows where it stands, so that what it lacks is refused by name."""

    def __init__(self, where: str, entries: Mapping[str, Any]) -> None:
        super().__init__(entries)
        self.where = where

    def __missing__(self, key: str) -> Any:
        raise Refused(self.where, sorted(self), f"an entry '{key}'")

    def word(self, key: str, words: type[Word]) -> Word:
        return _word(f"{self.where}, {key}", self[key], words)

    def words(self, key: str, words: type[Word]) -> frozenset[Word]:
        return frozenset(_word(f"{self.where}, {key}", given, words) for given in self.get(key, ()))

    def rows(self, key: str) -> list[Row]:
        return [Row(f"{self.where}, {key}", entries) for entries in self[key]]


def _word(where: str, given: str, words: type[Word]) -> Word:
    if given not in list(words):
        raise Refused(where, given, f"one of {', '.join(words)}")
    return words(given)


@cache
def load() -> Library:
    """The evidence that ships with Ketaminder, read once.

    Raises:
        Refused: a file names an unknown source, an unknown word, or a number without unit, grade or locator.
    """
    return read(files("ketaminder.evidence"))


def read(folder: Traversable) -> Library:
    """The evidence in `folder`; see `load`."""
    sources = {row.where: _source(row) for row in _rows(folder / "sources.toml")}
    return Library(
        sources=sources,
        rules=_by_id(rule for path in _tomls(folder / "criteria") for rule in _rules(path, sources)),
        variables={row.where: _variable(row) for row in _rows(folder / "variables.toml")},
        medicines={row.where: _medicine(row) for row in _rows(folder / "medicines.toml")},
        protocols=read_protocols(folder / "protocols", sources),
        site_values={row.where: _site_value(row) for row in _rows(folder / "site_values.toml")},
        disagreements={row.where: _disagreement(row) for row in _rows(folder / "disagreements.toml")},
        strength={row.where: _strength(row, sources) for row in _rows(folder / "strength.toml")},
    )


@cache
def fingerprint() -> str:
    """SHA-256 over the name and bytes of every evidence file of this package: which evidence an assessment used."""
    total = sha256()
    for path in _below(files("ketaminder.evidence")):
        total.update(f"{path.name}\n".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def _below(folder: Traversable) -> Iterator[Traversable]:
    for path in sorted(folder.iterdir(), key=lambda one: one.name):
        if path.is_dir():
            yield from _below(path)
        elif path.name.endswith(".toml"):
            yield path


def _toml(path: Traversable) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _tomls(folder: Traversable) -> list[Traversable]:
    return sorted((path for path in folder.iterdir() if path.name.endswith(".toml")), key=lambda path: path.name)


def _rows(path: Traversable) -> list[Row]:
    return [Row(name, entries) for name, entries in _toml(path).items()]


def _by_id(rules: Iterator[RuleEvidence]) -> dict[str, RuleEvidence]:
    found: dict[str, RuleEvidence] = {}
    for rule in rules:
        if rule.id in found:
            raise Refused("rule", rule.id, "an id used once")
        found[rule.id] = rule
    return found


def _source(row: Row) -> Source:
    return Source(row.where, row["citation"], row.get("year"), row.get("identifiers", {}), row.get("kind", ""))


def _variable(row: Row) -> Variable:
    return Variable(
        name=row.where,
        label=row["label"],
        ask=row["ask"],
        kind=row["kind"],
        unit=row.get("unit", ""),
        when=row.get("when", "assessment"),
        form=tuple(row["form"]),
        choices=tuple(row.get("choices", ())),
        none_means=row.get("none_means", ""),
        classes=frozenset(row.get("classes", ())),
        unremarkable=row.get("unremarkable"),
    )


def _medicine(row: Row) -> Medicine:
    return Medicine(
        ingredient=row.where,
        classes=frozenset(row["classes"]),
        rxcui=row.get("rxcui", ""),
        atc=tuple(row.get("atc", ())),
        names=tuple(row.get("names", ())),
        grade=row.word("grade", Grade),
    )


def _disagreement(row: Row) -> Disagreement:
    return Disagreement(row["topic"], row["text"], row["governs"], tuple(row["rules"]))


def _strength(row: Row, sources: Mapping[str, Source]) -> Strength:
    return Strength(
        indications=row.words("indications", Indication),
        products=row.words("products", Product),
        trials=row.get("trials"),
        people=row.get("people"),
        effect=PooledEffect(**row["effect"]) if "effect" in row else None,
        certainty=row["certainty"],
        certainty_grade=row.word("certainty_grade", Grade),
        limits=row["limits"],
        citations=_citations(row, sources),
    )


def _site_value(row: Row) -> SiteValue:
    return SiteValue(
        name=row.where,
        label=row["label"],
        unit=row["unit"],
        comparator=_comparator(row),
        products=row.words("products", Product),
        required=row["required"],
        starting_point=row.get("starting_point", ""),
        read=tuple(row.get("read", ())),
    )


def _rules(path: Traversable, sources: Mapping[str, Source]) -> Iterator[RuleEvidence]:
    document = Row(path.name, _toml(path))
    question = document["question"]
    for id_, entries in document.items():
        if id_ != "question":
            yield _permitted(_rule(Row(id_, entries), question, sources))


def _rule(row: Row, question: str, sources: Mapping[str, Source]) -> RuleEvidence:
    scope = _scope(row)
    return RuleEvidence(
        id=row.where,
        question=question,
        topic=row["topic"],
        statement=row["statement"],
        action=_action(row),
        kind=row["kind"],
        regions=scope.regions,
        products=scope.products,
        criteria={n: _criterion(Row(f"{row.where}.{n.lower()}", x)) for n, x in row.get("criteria", {}).items()},
        citations=_citations(row, sources),
        grade=row.word("grade", Grade),
        weakest_grade=row.word("weakest_grade", Grade),
        stands_in=tuple(_scope(entry) for entry in row.rows("stands_in")) if "stands_in" in row else (),
        lifted_by=row["lifted_by"] if row["action"] in DEFERRING_ACTIONS else row.get("lifted_by", ""),
        note=row.get("note", ""),
        in_force_from=row.get("in_force_from"),
        review_by=row.get("review_by"),
    )


def _action(row: Row) -> str:
    action: str = row["action"]
    if action not in ACTIONS:
        raise Refused(f"{row.where}, action", action, f"one of {', '.join(sorted(ACTIONS))}")
    return action


def _permitted(rule: RuleEvidence) -> RuleEvidence:
    """A rule that permits rests only on what was read."""
    if rule.action == "eligible_criterion" and rule.weakest_grade not in PERMITTING_GRADES:
        raise Refused(f"{rule.id}, weakest_grade", rule.weakest_grade.value, f"one of {', '.join(PERMITTING_GRADES)}")
    return rule


def _scope(row: Row) -> Scope:
    return Scope(row.words("regions", Region), row.words("products", Product))


def _criterion(row: Row) -> Criterion:
    comparator, value = _comparator(row), row["value"]
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Refused(f"{row.where}, value", value, "a finite number")
    return Criterion(row.where, row["meaning"], comparator, value, row["unit"])


def _comparator(row: Row) -> str:
    comparator: str = row["comparator"]
    if comparator not in COMPARATORS:
        raise Refused(f"{row.where}, comparator", comparator, f"one of {' '.join(sorted(COMPARATORS))}")
    return comparator


def _citations(row: Row, sources: Mapping[str, Source]) -> tuple[Citation, ...]:
    return tuple(_citation(entry, sources) for entry in row.rows("sources"))


def _citation(row: Row, sources: Mapping[str, Source]) -> Citation:
    if row["id"] not in sources:
        raise Refused(row.where, row["id"], "a source that sources.toml names")
    return Citation(sources[row["id"]], row["locator"], row.word("grade", Grade))
