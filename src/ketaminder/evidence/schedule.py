"""Published schedules: one file a protocol in, typed and checked protocols out."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources.abc import Traversable

from ketaminder.evidence.entry import Entry
from ketaminder.evidence.library import Guidance, Protocol, ProtocolDose, ProtocolPhase
from ketaminder.evidence.trial_words import READ
from ketaminder.terms import Citation, Grade, Indication, Product, Refused, Region, Source

UNITS = ("mg", "mg/kg")
WEIGHTS = ("actual", "ideal", "adjusted")


def read_protocols(folder: Traversable, sources: Mapping[str, Source]) -> dict[str, Protocol]:
    """The protocols in `folder`, by id, in the order of the file names.

    Raises:
        Refused: a file holds an unknown source, word or entry, a dose without unit or source, or a recalled number.
    """
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(".toml")), key=lambda path: path.name)
    found = [_protocol(path, sources) for path in paths]
    return {protocol.id: protocol for protocol in found}


def _protocol(path: Traversable, sources: Mapping[str, Source]) -> Protocol:
    with Entry(path.name.removesuffix(".toml"), tomllib.loads(path.read_text(encoding="utf-8"))) as row:
        citations = tuple(_citation(one, sources) for one in row.tables("sources"))
        doses = tuple(_dose(one, citations) for one in row.tables("doses"))
        return _agreeing(
            row,
            Protocol(
                id=row.where,
                name=row.text("name"),
                product=row.word("product", Product),
                regions=frozenset(row.words("regions", Region)),
                indications=frozenset(row.words("indications", Indication)),
                status=row.text("status"),
                doses=doses,
                phases=tuple(_phase(one, citations) for one in row.tables("phases")),
                monitoring=row.text("monitoring"),
                citations=citations,
                from_age=row.count("from_age") or 18,
                below_age=row.count("below_age"),
                observation_min=row.number("observation_min"),
                weight_basis=_weight_basis(row),
                only_in_a_trial=row.optional_text("only_in_a_trial"),
                rules=_rules(row),
                note=row.optional_text("note"),
            ),
        )


def _weight_basis(row: Entry) -> str:
    basis = row.optional_text("weight_basis")
    if basis and basis not in WEIGHTS:
        raise row.refused("weight_basis", basis, f"one of {', '.join(WEIGHTS)}")
    return basis


def _citation(entry: Entry, sources: Mapping[str, Source]) -> Citation:
    with entry as row:
        id_, grade = row.text("id"), row.word("grade", Grade)
        if id_ not in sources:
            raise row.refused("id", id_, "a source that sources.toml names")
        if grade not in READ:
            raise row.refused("grade", grade.value, f"one of {', '.join(sorted(READ))}: no schedule rests on memory")
        return Citation(sources[id_], row.text("locator"), grade)


def _dose(entry: Entry, citations: tuple[Citation, ...]) -> ProtocolDose:
    with entry as row:
        unit = row.text("unit")
        if unit not in UNITS:
            raise row.refused("unit", unit, f"one of {', '.join(UNITS)}")
        return ProtocolDose(
            amount=_above_zero(row, "amount"),
            unit=unit,
            when=row.text("when"),
            duration_min=_above_zero(row, "duration_min") if row.has("duration_min") else 0.0,
            citations=_cited(row, citations),
        )


def _above_zero(row: Entry, key: str) -> float:
    number = row.number(key)
    if number is None or not number > 0:
        raise row.refused(key, number, "a number above zero")
    return number


def _cited(row: Entry, citations: tuple[Citation, ...]) -> tuple[Citation, ...]:
    """The citations of the protocol that the entry names; an entry without any is refused."""
    known = {citation.source.id: citation for citation in citations}
    named = row.texts("sources")
    if not named or not set(named) <= set(known):
        raise row.refused("sources", named, f"one or more of {', '.join(known)}")
    return tuple(known[id_] for id_ in named)


def _phase(entry: Entry, citations: tuple[Citation, ...]) -> ProtocolPhase:
    with entry as row:
        first, last = row.count("from_week"), row.count("to_week")
        if not first or (last is not None and last < first):
            raise row.refused("from_week", [first, last], "weeks from 1 on, the last not before the first")
        phase = ProtocolPhase(
            name=row.text("name"),
            from_week=first,
            to_week=last,
            visits=row.text("visits"),
            doses=row.text("doses"),
            sessions_per_week=row.numbers("sessions_per_week"),
            amounts=row.numbers("amounts"),
            first_amount=row.number("first_amount"),
            citations=_cited(row, citations),
        )
        if any(number <= 0 for number in (*phase.sessions_per_week, *phase.amounts)):
            raise row.refused("amounts", phase.amounts, "numbers above zero")
        return phase


def _rules(row: Entry) -> dict[Guidance, tuple[str, ...]]:
    if not row.has("rules"):
        return {}
    with row.table("rules") as named:
        return {topic: named.texts(topic.value) for topic in Guidance if named.has(topic.value)}


def _agreeing(row: Entry, protocol: Protocol) -> Protocol:
    """Doses in one unit, and phases that give none but these."""
    if not protocol.doses or len({dose.unit for dose in protocol.doses}) != 1:
        raise row.refused("doses", [dose.unit for dose in protocol.doses], "one or more doses in one unit")
    permitted = {dose.amount for dose in protocol.doses}
    for phase in protocol.phases:
        given = {*phase.amounts, *([phase.first_amount] if phase.first_amount else [])}
        if not given <= permitted or list(phase.amounts) != sorted(phase.amounts):
            raise Refused(f"{row.where}, {phase.name}", sorted(given), f"doses out of {sorted(permitted)}, ascending")
    return protocol
