"""Everything that was only recalled, never read: one line a value, over all that is published here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from ketaminder.evidence import Library, Medicine, RuleEvidence, SiteValue
from ketaminder.evidence.trials import load_trials
from ketaminder.outcomes import scales
from ketaminder.pharmacology.influence import effects
from ketaminder.terms import Citation, Grade

NAMES = ("name", "names", "code", "event", "statistic", "instrument", "arm", "time_h")
"""What tells the entries of a list apart, in the order in which it is said."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """One value that nobody read. `part` says where it stands within `id`, `recalled` what of it rests on memory."""

    kind: str
    id: str
    part: str
    recalled: str


def everything_recalled(library: Library) -> Iterator[Recalled]:
    """Every recalled value of rules, scales, trials, protocols, medicines, site values, influences and strength."""
    for rule in library.rules.values():
        yield from _rule(rule)
    for name, site_value in library.site_values.items():
        yield from _site_value(name, site_value, library)
    for medicine in library.medicines.values():
        yield from _medicine(medicine)
    shelves: Mapping[str, Mapping[str, object]] = {
        "scale": scales(),
        "trial": load_trials(),
        "protocol": library.protocols,
        "influence": {
            f"{one.influence}, {one.drug}, {one.route}": one for one in effects() if one.citation.grade is Grade.MEMORY
        },
        "strength of evidence": library.strength,
    }
    for kind, shelf in shelves.items():
        for id_, entry in shelf.items():
            yield from (Recalled(kind, id_, part, said) for part, said in dict.fromkeys(_within(entry, "")))


def _rule(rule: RuleEvidence) -> Iterator[Recalled]:
    """With the rule's criteria: which of its citations carries which of them is not recorded."""
    for citation in rule.citations:
        if citation.grade is Grade.MEMORY:
            yield Recalled("rule", rule.id, _criteria(rule), citation.locator)


def _criteria(rule: RuleEvidence) -> str:
    return "; ".join(f"{one.meaning} {one}" for one in rule.criteria.values())


def _site_value(name: str, value: SiteValue, library: Library) -> Iterator[Recalled]:
    """A starting point that rests on a rule of which a part was recalled."""
    rule = library.rules.get(value.starting_point.partition(".")[0])
    if rule is not None and rule.weakest_grade is Grade.MEMORY:
        criterion = library.criterion(value.starting_point)
        yield Recalled("site value", name, f"starting point {criterion}", f"{rule.id}: {rule.topic}")


def _medicine(medicine: Medicine) -> Iterator[Recalled]:
    if medicine.grade is Grade.MEMORY:
        codes = [f"RxNorm {medicine.rxcui}"] if medicine.rxcui else []
        codes += [f"ATC {code}" for code in medicine.atc]
        classes = f"classes {', '.join(sorted(medicine.classes)) or 'none'}"
        yield Recalled("medicine", medicine.ingredient, "; ".join([*codes, classes]), "codes, names and classes")


def _within(entry: Any, part: str) -> Iterator[tuple[str, str]]:
    """Each place within `entry` that rests on memory, and what is said of it."""
    if isinstance(entry, Citation):
        if entry.grade is Grade.MEMORY:
            yield part, entry.locator
    elif isinstance(entry, Mapping):
        yield from _each((f"{part} {name}".strip(), value) for name, value in entry.items())
    elif isinstance(entry, tuple):
        yield from _each((f"{part} {_said(value)}".strip(), value) for value in entry)
    elif is_dataclass(entry):
        yield from _each((_place(part, field.name), getattr(entry, field.name)) for field in fields(entry))
    elif entry is Grade.MEMORY:
        yield part, "the value itself"


def _each(places: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, str]]:
    for part, value in places:
        yield from _within(value, part)


def _place(part: str, field: str) -> str:
    """The names of fields that only say how something was read are no places."""
    return part if field in ("citations", "citation", "grade") else f"{part} {field}".strip()


def _said(entry: Any) -> str:
    named = (getattr(entry, name, None) for name in NAMES)
    return ", ".join(_words(one) for one in named if one not in ("", None, ()))


def _words(name: Any) -> str:
    return " ".join(map(str, name)) if isinstance(name, tuple) else str(name)


def document(one: Recalled) -> dict[str, str | None]:
    """One recalled value as JSON."""
    return {"kind": one.kind, "id": one.id, "part": one.part or None, "recalled": one.recalled}


def show(found: Iterable[Recalled]) -> None:
    """A table of what was recalled, kind by kind."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("kind", "id", "part", "recalled"):
        table.add_column(heading, overflow="fold")
    for one in found:
        table.add_row(one.kind, one.id, one.part, one.recalled)
    Console(highlight=False).print(table)
