"""The scales that ship with Ketaminder, read from `evidence/scales`, one file a scale.

A new scale is a new file; nothing here names one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from ketaminder.outcomes.scale import (
    Band,
    BandSet,
    Change,
    Code,
    Flag,
    Items,
    Proration,
    Scale,
    Stated,
    Step,
    Subscale,
    Total,
)
from ketaminder.terms import Citation, Criterion, Grade, Refused, Source

Row = dict[str, Any]
Sources = Mapping[str, Source]
SOURCES = "sources.toml"


def find(scale_id: str) -> Scale:
    """The scale of that id, exactly as written.

    Raises:
        Refused: there is none.
    """
    shelf = scales()
    if scale_id not in shelf:
        raise Refused("scale", scale_id, f"one of {', '.join(shelf)}")
    return shelf[scale_id]


@cache
def scales() -> Mapping[str, Scale]:
    """All scales by id, sorted.

    Raises:
        Refused: a file names an unknown source or grade.
    """
    evidence = files("ketaminder.evidence")
    sources = read_sources(evidence)
    found = [_scale(tomllib.loads(path.read_text("utf-8")), sources) for path in _files(evidence / "scales")]
    return {scale.id: scale for scale in sorted(found, key=lambda scale: scale.id)}


def read_sources(evidence: Traversable) -> Sources:
    """The documents that scales cite: those of all evidence, and those that only scales cite."""
    rows = [tomllib.loads(path.read_text("utf-8")) for path in (evidence / SOURCES, evidence / "scales" / SOURCES)]
    return {
        id_: Source(id_, row["citation"], row.get("year"), row.get("identifiers", {}), row.get("kind", ""))
        for document in rows
        for id_, row in document.items()
    }


def _files(folder: Traversable) -> list[Traversable]:
    paths = [path for path in folder.iterdir() if path.name.endswith(".toml") and path.name != SOURCES]
    return sorted(paths, key=lambda path: path.name)


def _scale(row: Row, sources: Sources) -> Scale:
    """One file. Every table that holds a number or a statement carries its own `sources`."""
    id_ = row["id"]

    def cited(table: Row) -> Row:
        return {**table, "citations": _citations(id_, table["sources"], sources)}

    def several(name: str) -> list[Row]:
        return [cited(table) for table in row.get(name, ())]

    scoring, rights = cited(row["scoring"]), cited(row["rights"])
    return Scale(
        id=id_,
        name=row["name"],
        measures=row["measures"],
        direction=row["direction"],
        rater=row["rater"],
        method=scoring["method"],
        scoring=_stated(scoring),
        recall=_stated(cited(row["recall"])),
        missing=_stated(cited(row["missing"])),
        item_text=rights["item_text"],
        rights=_stated(rights),
        items=tuple(_items(table) for table in several("items")),
        total=_total(cited(row["total"])) if "total" in row else None,
        highest_of=tuple(tuple(group) for group in scoring.get("highest_of", ())),
        ceiling=scoring.get("ceiling"),
        mean_decimals=scoring.get("mean_decimals"),
        context=tuple(scoring.get("context", ())),
        subscales=tuple(_subscale(table) for table in several("subscales")),
        bands=tuple(_band_set(table) for table in several("bands")),
        flags=tuple(_flag(id_, table) for table in several("flags")),
        risks={table["level"]: _stated(table) for table in several("risks")},
        changes=tuple(_change(id_, table) for table in several("change")),
        proration=_proration(cited(row["proration"])) if "proration" in row else None,
        validity=tuple(_stated(table) for table in several("validity")),
        loinc=tuple(Code(code=t["code"], names=t["names"], citations=t["citations"]) for t in several("loinc")),
        note=row.get("note", ""),
    )


def _citations(where: str, rows: Sequence[Row], sources: Sources) -> tuple[Citation, ...]:
    for row in rows:
        if row["id"] not in sources:
            raise Refused(f"scale {where}, source", row["id"], "a source that sources.toml names")
    return tuple(Citation(sources[row["id"]], row["locator"], Grade(row["grade"])) for row in rows)


def _stated(table: Row) -> Stated:
    return Stated(text=table["text"], citations=table["citations"])


def _items(table: Row) -> Items:
    lowest, highest = (*table.get("range", ()), None, None)[:2]
    array, length = table.get("array", ""), table.get("length", 0)
    return Items(
        names=tuple(f"{array}.{place}" for place in range(1, length + 1)) if array else tuple(table["names"]),
        array=array,
        open_ended=bool(array) and not length,
        lowest=lowest,
        highest=highest,
        codings={name: (low, high) for name, (low, high) in table.get("codings", {}).items()},
        words=tuple(table.get("words", ())),
        points=table.get("points", {}),
        steps=tuple(Step(step["points"], step.get("up_to")) for step in table.get("steps", ())),
        need=table.get("need", "all"),
        asked_when=table.get("asked_when", {}),
        asked_if=table.get("asked_if", ""),
        not_assessed=table.get("not_assessed"),
        citations=table["citations"],
    )


def _total(table: Row) -> Total:
    lowest, highest = table["range"]
    varies, why = table.get("varies", False), table.get("why", "")
    return Total(lowest=lowest, highest=highest, varies=varies, why=why, citations=table["citations"])


def _subscale(table: Row) -> Subscale:
    lowest, highest = table["range"]
    items = tuple(table["items"])
    return Subscale(name=table["name"], items=items, lowest=lowest, highest=highest, citations=table["citations"])


def _band_set(table: Row) -> BandSet:
    return BandSet(
        name=table["name"],
        levels=tuple(Band(*level) for level in table["levels"]),
        when=table.get("when", {}),
        applied=table.get("applied", True),
        citations=table["citations"],
    )


def _flag(scale: str, table: Row) -> Flag:
    return Flag(
        name=table["name"],
        rule=table["rule"],
        meaning=table["meaning"],
        items=tuple(table.get("items", ())),
        criterion=_criterion(scale, table) if "comparator" in table else None,
        numbers=table.get("numbers", {}),
        citations=table["citations"],
    )


def _change(scale: str, table: Row) -> Change:
    return Change(
        name=table["name"],
        criterion=_criterion(scale, table),
        printed=table.get("printed", False),
        unless=table.get("unless", ""),
        citations=table["citations"],
    )


def _criterion(scale: str, table: Row) -> Criterion:
    id_ = f"{scale}.{table['name']}"
    return Criterion(id_, table["meaning"], table["comparator"], table["value"], table["unit"])


def _proration(table: Row) -> Proration:
    return Proration(most_missing=table["most_missing"], on_request=table["on_request"], citations=table["citations"])
